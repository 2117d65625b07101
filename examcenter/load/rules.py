"""What a load run is told to do, and how what it measures is summed up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from examcenter.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Orders:
    """How many sit, for how long and how busily; all spans are in seconds.

    *pulse* is how long a page without news waits before it asks how things stand;
    *snapshot* 0 sends no pictures.  *patience* bounds how long one request is tried
    again before it counts as an error.
    """

    examinees: int
    minutes: float = 1
    sign_in: float = 20
    think: float = 15
    pulse: float = 5
    snapshot: float = 30
    patience: float = 60

    @property
    def longest(self) -> float:
        """The seconds after which the run ends, whatever has become of it."""
        return self.sign_in + self.minutes * 60 + 5 * self.patience + 60


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens."""

    host: str
    port: int


def loopback(url: str) -> Address:
    """Return the address that *url* names.

    Raises RefusedError unless it is plain HTTP on this machine: anywhere else a load
    run would be an attack.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError as error:
        raise RefusedError(f"{url} 不是一个地址。") from error
    if parts.scheme != "http" or not _is_loopback(host):
        raise RefusedError(
            f"只对本机的 http:// 地址做压力测试，不对 {url} 做。没有发出任何请求。"
        )
    return Address(host, port)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Spread:
    """How long many requests of one kind took, in milliseconds."""

    count: int
    p50_ms: float
    p99_ms: float
    max_ms: float


def spread(seconds: Sequence[float]) -> Spread:
    """Return the median, the 99th percentile and the longest of *seconds*.

    Percentiles are by nearest rank, so that each is a time which somebody waited.
    """
    if not seconds:
        return Spread(0, 0.0, 0.0, 0.0)
    ordered = sorted(seconds)

    def at(percent: int) -> float:
        rank = math.ceil(percent * len(ordered) / 100)
        return round(ordered[max(rank, 1) - 1] * 1000, 2)

    return Spread(len(ordered), at(50), at(99), at(100))


@dataclass(frozen=True, slots=True)
class Phase:
    """A spread and the *seconds* from the phase's begin to its last answer."""

    seconds: float
    times: Spread

    @property
    def per_second(self) -> float:
        """Requests answered per second of the phase."""
        return round(self.times.count / self.seconds, 2) if self.seconds else 0.0

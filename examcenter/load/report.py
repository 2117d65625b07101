"""What a load run found, as the document and the table that `load` prints."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

from examcenter.load.ledger import Ledger, Missing
from examcenter.load.rules import Orders, Phase
from examcenter.load.running import Measured
from examcenter.load.tally import Tally

_SHOWN = 20

_ROWS = (
    ("登录", "sign_in"),
    ("同时开考", "start_burst"),
    ("保存答案", "saves"),
    ("问询", "pulses"),
    ("照片", "snapshots"),
    ("同时交卷", "submit_burst"),
    ("查看成绩", "results"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that is known at the end of a run."""

    orders: Orders
    measured: Measured
    tally: Tally
    ledger: Ledger
    missing: Sequence[Missing]

    @property
    def is_good(self) -> bool:
        """Whether nothing failed and nothing acknowledged is missing."""
        return not self.tally.errors and not self.missing

    def document(self) -> dict[str, Any]:
        """Return the contract's document, and a few keys beside it."""
        measured, tally = self.measured, self.tally
        per_request = measured.cpu_seconds * 1000 / max(tally.requests, 1)
        return {
            "examinees": self.orders.examinees,
            "minutes": self.orders.minutes,
            "sign_in": _burst(measured.sign_in),
            "start_burst": _burst(measured.start),
            "saves": _stream(measured.save),
            "pulses": _stream(measured.pulse),
            "snapshots": _stream(measured.snapshot),
            "submit_burst": _burst(measured.submit),
            "results": _burst(measured.result),
            "errors": sum(tally.errors.values()),
            "errors_by_code": dict(tally.errors),
            "sent_again": dict(tally.again),
            "acknowledged": self.ledger.count,
            "receipts": self.ledger.receipts,
            "missing_after_check": len(self.missing),
            "missing": [asdict(one) for one in self.missing[:_SHOWN]],
            "client": {
                "requests": tally.requests,
                "cpu_seconds": measured.cpu_seconds,
                "cpu_ms_per_request": round(per_request, 3),
                "late_p99_ms": measured.lag.p99_ms,
                "late_max_ms": measured.lag.max_ms,
            },
        }

    def table(self) -> Table:
        """Return the same for people at a terminal."""
        table = Table("阶段", title=f"{self.orders.examinees:,} 名模拟考生")
        for heading in ("次数", "历时（秒）", "p50（毫秒）", "p99", "最长"):
            table.add_column(heading, justify="right")
        document = self.document()
        for words, key in _ROWS:
            phase: Mapping[str, Any] = document[key]
            table.add_row(
                words,
                f"{phase['count']:,}",
                f"{phase['seconds']:.1f}",
                *(f"{phase[name]:,.1f}" for name in ("p50_ms", "p99_ms", "max_ms")),
            )
        return table


def _burst(phase: Phase) -> dict[str, Any]:
    return {"seconds": phase.seconds, **asdict(phase.times)}


def _stream(phase: Phase) -> dict[str, Any]:
    return {**_burst(phase), "per_second": phase.per_second}

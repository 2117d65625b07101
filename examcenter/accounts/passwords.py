"""Hashing: Argon2id for what people choose, a keyed hash for what we drew at random."""

import hmac
import secrets
import threading
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from examcenter.config import Accounts as AccountSettings
from examcenter.secret import digest

FIRST_PASSWORD = "first-password"  # noqa: S105 - the purpose of a hash, not a password

# OWASP's parameters: a fifth of the library default's time, so that 500 sign-ins in a
# minute leave room for saving answers.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
# Each hash takes 19 MiB and most of a core; more at once would starve the saves.
_AT_ONCE = threading.BoundedSemaphore(2)
# Compared when there is no such account, so that both answers take the same time.
_NOBODY = _HASHER.hash(secrets.token_hex(16))

# No letters or digits that are misread from paper: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
_READABLE = "ACDEFGHJKMNPQRTWXY34679"
_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Policy:
    """The centre's key and its settings for accounts, which go together."""

    key: bytes
    settings: AccountSettings


def drawn() -> str:
    """Return a random password of 54 bits in three groups that read well aloud."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(_LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, _LENGTH, 4))


def tidied(password: str) -> str:
    """Return a drawn password as it was drawn, however it was typed."""
    letters = "".join(c for c in password.upper() if c.isascii() and c.isalnum())
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def hashed(password: str) -> str:
    """Return the Argon2id hash of a password that a person chose."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether *password* belongs to *stored*; as slow for None as for a hash."""
    with _AT_ONCE:
        try:
            _HASHER.verify(stored or _NOBODY, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    return _HASHER.check_needs_rehash(stored)


def drawn_digest(key: bytes, purpose: str, password: str) -> str:
    """Return the keyed hash of a drawn password for one *purpose*."""
    return digest(key, purpose, tidied(password))


def drawn_matches(key: bytes, purpose: str, stored: str, password: str) -> bool:
    """Whether the drawn *password* belongs to *stored*, in constant time."""
    return hmac.compare_digest(stored, drawn_digest(key, purpose, password))

"""What ties a late packet and an answer file to one attempt: its own secret key.

The key is derived from the centre's secret and the attempt's id, so that it needs no
column and comes out the same on every machine of the centre.  The examinee's page has
it while its person is signed in; it locks the copy on that machine and signs what
arrives late.  A seal proves which attempt a packet belongs to and that nobody changed
it on the way.  It does not prove when it was written: the page could lie about that.
"""

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from examcenter.attempts.late_rules import (
    AnswerFile,
    FileDamagedError,
    ForgedSealError,
)

_PURPOSE = "attempt-seal"
_NONCE = 12


def key_of(centre_secret: bytes, attempt_id: str) -> bytes:
    """Return the 32-byte key of one attempt."""
    said = f"{_PURPOSE}\0{attempt_id}".encode()
    return hmac.new(centre_secret, said, hashlib.sha256).digest()


def to_text(data: bytes) -> str:
    """Return *data* as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    """Return the bytes of base64url without padding; ValueError for anything else."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error


def check_seal(key: bytes, packet: str, seal: str) -> None:
    """Raise ForgedSealError unless *seal* is the HMAC-SHA-256 of *packet* under *key*.

    The text is sealed as it travels, byte for byte, so that two sides need not agree
    on how JSON is written.
    """
    try:
        given = to_bytes(seal)
        said = packet.encode()
    except ValueError as error:  # a lone surrogate has no bytes either
        raise ForgedSealError from error
    if not hmac.compare_digest(given, hmac.new(key, said, hashlib.sha256).digest()):
        raise ForgedSealError


def open_file(key: bytes, file: AnswerFile) -> str:
    """Return the packet inside *file*.

    Raises FileDamagedError when it was locked with another key or changed since.
    """
    if len(file.nonce) != _NONCE:
        raise FileDamagedError
    try:
        plain = AESGCM(key).decrypt(file.nonce, file.locked, file.header)
        return plain.decode()
    except (InvalidTag, UnicodeDecodeError) as error:
        raise FileDamagedError from error

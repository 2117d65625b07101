"""What a page sends after the end, and the file it gives out, made as it does."""

import hashlib
import hmac
import json
import secrets
import uuid
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from examcenter.attempts.sealing import to_bytes, to_text


def a_change(question: int = 1, version: int = 1, *value: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "question": question,
        "version": version,
        "value": list(value or ("B",)),
        "at": "2026-12-01T02:00:00.000Z",
    }


def a_packet(attempt_id: str, *changes: dict[str, Any], **overrides: Any) -> str:
    """Return a packet as the page writes it, in an order of keys of its own."""
    given = {
        "attempt": attempt_id,
        "lease": 1,
        "made_at": "2026-12-01T02:00:01.000Z",
        "handed_in": True,
        "uninterrupted": True,
        "answers": list(changes),
    }
    return json.dumps(given | overrides, ensure_ascii=False)


def sealed(key: str, packet: str) -> dict[str, str]:
    """Return *packet* under the seal of *key*, as the page sends it."""
    seal = hmac.new(to_bytes(key), packet.encode(), hashlib.sha256).digest()
    return {"packet": packet, "seal": to_text(seal)}


def an_answer_file(
    key: str, attempt_id: str, packet: str, **overrides: Any
) -> dict[str, Any]:
    """Return an answer file's JSON; *overrides* spoil it."""
    nonce = secrets.token_bytes(12)
    header = f"examcenter-answers/1/{attempt_id}".encode()
    locked = AESGCM(to_bytes(key)).encrypt(nonce, packet.encode(), header)
    made = {
        "format": "examcenter-answers",
        "version": 1,
        "attempt": attempt_id,
        "nonce": to_text(nonce),
        "locked": to_text(locked),
    }
    return made | overrides

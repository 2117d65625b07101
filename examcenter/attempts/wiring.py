"""Who sits at the other end of a request, and what attempts are handed from above."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from examcenter.attempts import sealing
from examcenter.attempts.deciding import Rescore
from examcenter.attempts.documents import AttemptDocument, Reviewed, SealShown
from examcenter.attempts.rules import Arrival, Examinee, Shown
from examcenter.web.context import centre, now, reading, settings, unit_of_work
from examcenter.web.signin import me

log = structlog.get_logger()


@dataclass
class Hooks:
    """What attempts need from features above them; handed in by ``features.py``.

    *score* marks one submitted attempt; *shown* gives its result, or raises what says
    why it is not released; *released* gives it or None.  *reviewed* gives the paper
    with its keys where the plan allows that; *recorded* counts snapshots and signals.
    *rescore* marks an attempt again after late answers were admitted.
    """

    score: Callable[[Session, str, datetime], None]
    shown: Callable[[Session, str, datetime], Shown]
    released: Callable[[Session, str, datetime], Shown | None]
    reviewed: Callable[[Session, str, datetime], Sequence[Reviewed] | None]
    recorded: Callable[[Session, str], tuple[int, int]]
    rescore: Rescore


hooks: Hooks


def install(given: Hooks) -> None:
    global hooks  # noqa: PLW0603 - set once, while the application is put together
    hooks = given


def examinee() -> Examinee:
    """Return whoever sits at the other end of this request."""
    user = me()
    return Examinee(user.id, user.sign_in_id, user.only_exam)


def arrival(received: datetime) -> Arrival:
    return Arrival(received, timedelta(seconds=settings().attempts.grace_seconds))


def seal_key(attempt_id: str) -> bytes:
    return sealing.key_of(centre().secret, attempt_id)


def with_seal(document: AttemptDocument) -> AttemptDocument:
    """Return *document* with the key that locks what its page keeps."""
    return replace(document, seal=SealShown(sealing.to_text(seal_key(document.id))))


def marked(attempt_id: str) -> Shown | None:
    """Mark an attempt that was just handed in; return its result once released."""
    try:
        with unit_of_work() as db:
            hooks.score(db, attempt_id, now())
        with reading() as db:
            return hooks.released(db, attempt_id, now())
    except Exception:  # handed in is handed in; the worker marks what is unmarked
        log.exception("attempt.not_marked_yet", attempt=attempt_id)
        return None

"""Where the API meets answers that come after the end: refused, and kept anyway."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from flask import request

from examcenter.attempts import late, service, wiring
from examcenter.attempts.late import Came, Kept
from examcenter.attempts.late_rules import Packet, Source
from examcenter.attempts.rules import AttemptClosedError, Delivery
from examcenter.errors import ExamCenterError
from examcenter.web.context import unit_of_work

log = structlog.get_logger()


@contextmanager
def late_answers(
    attempt_id: str, given: Delivery, received: datetime
) -> Iterator[None]:
    """Keep the answers of *given* when what happens inside finds the attempt closed.

    The refusal goes out all the same.  What cannot be kept is not worth another error:
    the page sends it again, with a seal, to where late packets go.
    """
    try:
        yield
    except AttemptClosedError:
        if given.answers:
            _keep_quietly(attempt_id, given, received)
        raise


def _keep_quietly(attempt_id: str, given: Delivery, received: datetime) -> None:
    packet = Packet(
        attempt=attempt_id,
        lease=given.lease,
        made_at=given.answers[-1].at,
        handed_in=False,
        uninterrupted=False,
        answers=given.answers,
    )
    try:
        kept(packet, received, sealed=False)
    except ExamCenterError as error:
        log.warning("late.not_kept", attempt=attempt_id, why=error.code)


def kept(packet: Packet, received: datetime, *, sealed: bool) -> Kept:
    """Keep what the page at the other end of this request sends after the end.

    Raises NotFoundError, StillRunningError, and what `late.keep` raises.
    """
    by = wiring.examinee()
    came = Came(
        at=received,
        source=Source.PAGE,
        sealed=sealed,
        address=(request.remote_addr or "")[:64],
        sign_in_id=by.sign_in_id,
    )
    with unit_of_work() as db:
        attempt = service.own(db, packet.attempt, by)
        late.check_ended(attempt, wiring.arrival(received))
        done = late.keep(db, attempt, packet, came)
    log.info(
        "late.kept",
        attempt=packet.attempt,
        delivery=done.delivery,
        differences=done.differences,
        sealed=sealed,
    )
    return done

"""``examcenter attempt``: time, pauses, hand-ins and voiding from the command line."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import TypeVar
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.attempts import ending, granting, pausing, reach
from examcenter.attempts.act_rules import Act, Asked, Grant, Target
from examcenter.attempts.wording import SENTENCES
from examcenter.cli.context import Cli, pass_cli, say
from examcenter.errors import ExamCenterError, NotFoundError, RefusedError
from examcenter.exams.service import ExamFacts
from examcenter.rooms.models import Room, Seat

_MOMENT = click.DateTime(["%H:%M", "%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

_Done = TypeVar("_Done")

reason_option = click.option(
    "--reason", required=True, help="Why; stands in the attempt's record."
)


@click.group()
def attempt() -> None:
    """Give time, pause, resume, hand in, reset and void attempts."""


@attempt.command()
@click.argument("exam_id", metavar="EXAM")
@click.option("--person", default="", help="Staff number; without it, everyone.")
@click.option("--room", default="", help="Code of a room: everybody who sits there.")
@click.option("--seat", default="", help="With --room: the one seat of this label.")
@click.option("--minutes", type=click.IntRange(1, 360), help="So many minutes more.")
@click.option("--from", "since", type=_MOMENT, help="Begin of what was lost.")
@click.option("--to", "until", type=_MOMENT, help="Its end, not later than now.")
@click.option("--cause", default="", help="Minutes of one cause count once.")
@click.option("--standing", is_flag=True, help="For each attempt of that person.")
@reason_option
@pass_cli
def grant(  # noqa: PLR0913 - one option each
    cli: Cli,
    exam_id: str,
    *,
    person: str,
    room: str,
    seat: str,
    minutes: int | None,
    since: datetime | None,
    until: datetime | None,
    cause: str,
    standing: bool,
    reason: str,
) -> None:
    """Give time in EXAM to a person, a seat, a room, or everyone."""
    moment = cli.clock.now()

    def work(db: Session) -> granting.Granted:
        exam = reach.whole_exam(db, exam_id, reach.ALL)
        wanted = Grant(
            _target(db, exam, person, (room, seat)),
            seconds=minutes * 60 if minutes else None,
            since=_today(cli, since, moment),
            until=_today(cli, until, moment),
            cause=cause,
            standing=standing,
        )
        act = Act(None, moment, reason)
        return granting.grant(db, exam.id, wanted, act, unmark=_unmark())

    done: granting.Granted = _told(
        cli, work, f"没有编号为 {exam_id} 的考试，或没有这个人、考场、座位。"
    )
    say(f"已补时：{done.attempts:,} 份答卷，其中恢复作答 {done.reopened:,} 份。")


def _target(
    db: Session, exam: ExamFacts, person: str, where: tuple[str, str]
) -> Target:
    room, seat = where
    if person:
        return Target(person_id=reach.person(db, exam, person, reach.ALL))
    if not room:
        return Target()
    room_id = db.execute(select(Room.id).where(Room.code == room)).scalar_one_or_none()
    if room_id is None:
        raise NotFoundError
    if not seat:
        return Target(room_id=room_id)
    found = select(Seat.id).where(Seat.room_id == room_id, Seat.label == seat)
    seat_id = db.execute(found).scalar_one_or_none()
    if seat_id is None:
        raise NotFoundError
    return Target(seat_id=seat_id)


def _today(cli: Cli, given: datetime | None, now: datetime) -> datetime | None:
    """Return *given* on the centre's clock; a time without a day is today's."""
    if given is None:
        return None
    zone = ZoneInfo(cli.settings.locale.timezone)
    if given.year > 1900:  # noqa: PLR2004 - what the parser puts where no day stands
        return given.replace(tzinfo=zone)
    today = now.astimezone(zone).date()
    moment = datetime.combine(today, given.time(), zone)
    # A little after midnight a power cut before it was yesterday's.
    return moment - timedelta(days=1) if moment - now > timedelta(hours=12) else moment


def _unmark() -> granting.Unmark:
    # Here and not above: results stand higher, and few commands need them.
    unmark: granting.Unmark = import_module("examcenter.results.service").unmark
    return unmark


def _told(cli: Cli, work: Callable[[Session], _Done], unknown: str) -> _Done:
    """Do *work* in one unit; say what stands in its way in words."""
    try:
        with cli.unit_of_work() as db:
            return work(db)
    except NotFoundError as error:
        raise RefusedError(unknown) from error
    except ExamCenterError as error:
        if error.code not in SENTENCES:
            raise
        raise RefusedError(str(SENTENCES[error.code])) from error


def _one(cli: Cli, attempt_id: str, work: Callable[[Session, int], _Done]) -> _Done:
    return _told(
        cli,
        lambda db: work(db, reach.attempt(db, attempt_id, reach.ALL).id),
        f"没有编号为 {attempt_id} 的答卷。",
    )


@attempt.command()
@click.argument("attempt_id", metavar="ATTEMPT")
@reason_option
@pass_cli
def pause(cli: Cli, attempt_id: str, *, reason: str) -> None:
    """Let ATTEMPT stand still until it is resumed."""
    act = Act(None, cli.clock.now(), reason)
    _one(cli, attempt_id, lambda db, one: pausing.pause(db, one, act))
    say("已暂停。恢复后补回暂停的时间。")


@attempt.command()
@click.argument("attempt_id", metavar="ATTEMPT")
@reason_option
@pass_cli
def resume(cli: Cli, attempt_id: str, *, reason: str) -> None:
    """Let ATTEMPT go on: paused, or collected while there is time left."""
    act, unmark = Act(None, cli.clock.now(), reason), _unmark()
    _one(cli, attempt_id, lambda db, one: pausing.resume(db, one, act, unmark=unmark))
    say("已恢复作答。")


@attempt.command(name="force-submit")
@click.argument("attempt_id", metavar="ATTEMPT")
@reason_option
@pass_cli
def force_submit(cli: Cli, attempt_id: str, *, reason: str) -> None:
    """Hand ATTEMPT in now with what is stored."""
    act = Act(None, cli.clock.now(), reason)
    _one(cli, attempt_id, lambda db, one: ending.force_submit(db, one, act))
    say("已交卷，后台几秒内评分。")


@attempt.command()
@click.argument("attempt_id", metavar="ATTEMPT")
@reason_option
@pass_cli
def reset(cli: Cli, attempt_id: str, *, reason: str) -> None:
    """Put ATTEMPT aside; its examinee may begin anew with a new paper."""
    _ask(cli, attempt_id, Asked.RESET, reason)


@attempt.command()
@click.argument("attempt_id", metavar="ATTEMPT")
@reason_option
@pass_cli
def void(cli: Cli, attempt_id: str, *, reason: str) -> None:
    """Cancel the result of ATTEMPT."""
    _ask(cli, attempt_id, Asked.VOID, reason)


@attempt.command()
@click.argument("attempt_id", metavar="ATTEMPT")
@reason_option
@pass_cli
def reinstate(cli: Cli, attempt_id: str, *, reason: str) -> None:
    """Let ATTEMPT, which was voided or reset, count again."""
    _ask(cli, attempt_id, Asked.REINSTATE, reason)


def _ask(cli: Cli, attempt_id: str, wanted: Asked, reason: str) -> None:
    """Ask for it, or be the second person of an account that asked for the same."""
    act = Act(None, cli.clock.now(), reason)
    two = cli.settings.attempts.two_person

    def work(db: Session, one: int) -> bool:
        waits = ending.waiting(db, one)
        if waits is not None and waits.kind == wanted and waits.by is not None:
            ending.approve(db, waits, act)
            return True
        return ending.ask(db, one, wanted, act, two_people=two).is_done

    if _one(cli, attempt_id, work):
        say("已办理并记入作答记录。")
    else:
        say("已申请，等待一位考务管理员在网页上确认。")

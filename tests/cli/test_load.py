"""``examcenter load`` as a script sees it, where it refuses to begin."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.cli import cli
from examcenter.cli.context import Cli
from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.errors import EnvironmentUnfitError, RefusedError
from examcenter.exams.models import ExamCode
from tests.support.halls import a_hall

Run = Callable[..., Result]
NOBODY_THERE = "http://127.0.0.1:1"


@pytest.fixture
def run(settings: Settings, clock: FixedClock) -> Run:
    def call(*arguments: str) -> Result:
        given = Cli(home=settings.home, clock=clock)
        return CliRunner().invoke(cli, ["load", *arguments], obj=given)

    return call


@pytest.fixture
def exam(db: Session) -> str:
    hall = a_hall(db, people=2)
    db.commit()
    return hall.exam_id


def codes(db: Session) -> int:
    number: int = db.execute(select(func.count()).select_from(ExamCode)).scalar_one()
    return number


def test_another_machine_is_never_put_under_load(run: Run, exam: str) -> None:
    result = run("--exam", exam, "--examinees", "1", "--url", "http://192.0.2.1:8000")

    assert isinstance(result.exception, RefusedError)
    assert "192.0.2.1" in str(result.exception)


@pytest.mark.usefixtures("database")
def test_more_examinees_than_people_are_refused(
    run: Run, exam: str, db: Session
) -> None:
    result = run("--exam", exam, "--examinees", "3", "--url", NOBODY_THERE)

    assert isinstance(result.exception, RefusedError)
    assert "2 名应考人员" in str(result.exception)
    assert codes(db) == 0


def test_without_a_server_no_code_is_issued(run: Run, exam: str, db: Session) -> None:
    result = run("--exam", exam, "--examinees", "1", "--url", NOBODY_THERE)

    assert isinstance(result.exception, EnvironmentUnfitError)
    assert "没有服务在运行" in str(result.exception)
    assert codes(db) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        ["--examinees", "1"],
        ["--exam", "x"],
        ["--exam", "x", "--examinees", "0"],
        ["--exam", "x", "--examinees", "1", "--minutes", "-1"],
    ],
    ids=["no exam", "nobody named", "nobody", "no time"],
)
def test_wrong_usage_exits_with_two(run: Run, wrong: list[str]) -> None:
    assert run(*wrong).exit_code == 2

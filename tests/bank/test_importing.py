"""Files into banks: whole or not at all, never twice, and two at once."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examcenter.bank import importing, service
from examcenter.bank.importing import Examined, Imported
from examcenter.bank.models import Bank, BankImport, QuestionRow, Revision
from examcenter.bank.rules import ImportOrder, Pool
from examcenter.db import Database
from question_bank.model import Kind
from question_bank.readers.grid import DEFAULT_LIMITS
from tests.support.bank_factories import (
    HEADER,
    a_bank,
    a_file,
    a_question,
    a_row,
    a_truth,
)
from tests.support.bank_factories import a_stored_question as stored
from tests.support.factories import NOW

Import = Callable[..., Imported]


def _examined(db: Session, data: bytes, order: ImportOrder) -> Examined:
    return importing.examine(db, data, "题库.csv", order=order, limits=DEFAULT_LIMITS)


@pytest.fixture
def load(database: Database) -> Import:
    """Import a file as the command line does."""

    def run(data: bytes, order: ImportOrder = ImportOrder()) -> Imported:  # noqa: B008 - frozen
        with database.reading() as db:
            examined = _examined(db, data, order)
        with database.unit_of_work() as db:
            return importing.import_questions(db, examined, order, by=None, now=NOW)

    return run


def _count(database: Database, table: type[object]) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_a_good_file_goes_in_with_its_bank(load: Import, database: Database) -> None:
    data = a_file(a_row("甲（　　）。", "B"), a_truth("乙。", "对"))

    done = load(data)

    with database.reading() as db:
        first, second = service.candidates(db, "学法题库")
        questions = service.questions(db, [first.revision_id, second.revision_id])
        record = service.imported(db, done.import_id or 0)
    assert questions[first.revision_id].key == ("B",)
    assert questions[second.revision_id].kind is Kind.TRUE_FALSE
    assert (record.file, record.accepted, record.by) == ("题库.csv", 2, "")


def test_questions_keep_the_order_of_the_file(load: Import, database: Database) -> None:
    stems = [f"第{n}条的内容（　　）。" for n in range(1500)]

    load(a_file(*map(a_row, stems)))

    with database.reading() as db:
        ids = [one.revision_id for one in service.candidates(db, "学法题库")]
        found = service.questions(db, ids)
    assert [found[number].stem for number in ids] == stems


def test_one_bad_row_keeps_the_whole_file_out(load: Import, database: Database) -> None:
    with pytest.raises(importing.ImportRefusedError) as refusal:
        load(a_file(a_row(), a_row(answer="E")))

    assert [one.code for one in refusal.value.intake.rejected] == [
        "answer_not_an_option"
    ]
    assert _count(database, Bank) == _count(database, QuestionRow) == 0


def test_the_good_rows_go_in_alone_when_that_is_asked_for(load: Import) -> None:
    done = load(a_file(a_row(), a_row(answer="E")), ImportOrder(only_good=True))

    assert len(done.intake.accepted) == 1
    assert done.import_id is not None


def test_nothing_good_is_refused_even_when_only_the_good_is_asked_for(
    load: Import, database: Database
) -> None:
    with pytest.raises(importing.ImportRefusedError):
        load(a_file(a_row(answer="E")), ImportOrder(only_good=True))

    assert _count(database, BankImport) == 0


@pytest.mark.parametrize("only_good", [False, True], ids=["whole", "only good"])
def test_the_same_file_again_changes_nothing(
    load: Import, database: Database, only_good: bool
) -> None:
    data = a_file(a_row("甲（　　）。"), a_row("乙（　　）。"))
    load(data)

    again = load(data, ImportOrder(only_good=only_good))

    assert again.import_id is None
    assert len(again.intake.duplicates) == 2
    assert _count(database, Revision) == 2
    assert _count(database, BankImport) == 1


def test_another_key_than_the_banks_is_a_conflict_and_the_banks_stays(
    load: Import, database: Database
) -> None:
    load(a_file(a_row("甲（　　）。", "B")))

    with pytest.raises(importing.ImportRefusedError) as refusal:
        load(a_file(a_row("甲（　　）。", "C"), a_row()))

    (conflict,) = refusal.value.intake.conflicts
    assert conflict.of == "题库“学法题库”第 1 题"
    assert _count(database, Revision) == 1


def test_a_retired_question_is_still_known(load: Import, database: Database) -> None:
    data = a_file(a_row("甲（　　）。"))
    load(data)
    with database.unit_of_work() as db:
        (row,) = db.scalars(select(QuestionRow)).all()
        service.retire(db, row.public_id, now=NOW)

    assert load(data).import_id is None


def test_banks_do_not_share_their_questions(load: Import, database: Database) -> None:
    data = a_file(a_row("甲（　　）。"))
    load(data)

    load(data, ImportOrder("练习题库", Pool.PRACTICE))

    assert _count(database, QuestionRow) == 2


def test_formal_questions_do_not_go_into_a_practice_bank(
    load: Import, db: Session
) -> None:
    a_bank(db, "练习题库", Pool.PRACTICE)
    db.commit()

    with pytest.raises(importing.PoolDiffersError):
        load(a_file(a_row()), ImportOrder("练习题库", Pool.FORMAL))

    assert load(a_file(a_row()), ImportOrder("练习题库")).import_id is not None


@pytest.mark.parametrize(
    ("header", "length", "code"),
    [("知识点", 101, "category_too_long"), ("难度", 21, "difficulty_too_long")],
)
def test_words_that_no_column_holds_are_refused_at_their_row(
    load: Import, header: str, length: int, code: str
) -> None:
    with pytest.raises(importing.ImportRefusedError) as refusal:
        load(a_file(a_row(), a_row(**{header: "长" * length})))

    (fault,) = refusal.value.intake.rejected
    assert (fault.code, fault.place) == (code, "R3")
    assert fault.message.startswith("第 3 行：")
    assert refusal.value.intake.questions == 2


def test_a_row_of_one_sheet_among_several_is_named_with_its_sheet(
    database: Database,
) -> None:
    book = openpyxl.Workbook()
    for name, category in (("上半年", "宪法"), ("下半年", "长" * 101)):
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        row = a_row(知识点=category)
        sheet.append([row.get(title, "") for title in HEADER])
    target = io.BytesIO()
    book.save(target)

    with database.reading() as db:
        intake = _examined(db, target.getvalue(), ImportOrder()).intake

    (fault,) = intake.rejected
    assert fault.place == "下半年!R2"
    assert fault.message.startswith("工作表“下半年”第 2 行：知识点有 101 个字符")


def test_a_question_that_came_in_meanwhile_is_a_duplicate(database: Database) -> None:
    order = ImportOrder()
    data = a_file(a_row("甲（　　）。"), a_row("乙（　　）。"))
    with database.reading() as db:
        examined = _examined(db, data, order)
    with database.unit_of_work() as db:
        stored(db, a_question("甲（　　）。"))

    with database.unit_of_work() as db:
        done = importing.import_questions(db, examined, order, by=None, now=NOW)

    assert [one.question.stem for one in done.intake.accepted] == ["乙（　　）。"]
    assert len(done.intake.duplicates) == 1
    assert _count(database, QuestionRow) == 2


def test_a_contradiction_that_came_in_meanwhile_refuses_the_file(
    database: Database,
) -> None:
    order = ImportOrder()
    with database.reading() as db:
        examined = _examined(db, a_file(a_row("甲（　　）。", "B"), a_row()), order)
    with database.unit_of_work() as db:
        stored(db, a_question("甲（　　）。", "C"))

    with pytest.raises(importing.ImportRefusedError), database.unit_of_work() as db:
        importing.import_questions(db, examined, order, by=None, now=NOW)

    assert _count(database, QuestionRow) == 1


def test_two_imports_at_once_double_nothing(database: Database) -> None:
    order = ImportOrder()
    shared = [a_row(f"同一题{n}（　　）。") for n in range(40)]
    files = [a_file(*shared, a_row(f"独有题{n}（　　）。")) for n in range(4)]
    ready = Barrier(len(files))

    def run(data: bytes) -> int:
        with database.reading() as db:
            examined = _examined(db, data, order)
        ready.wait(timeout=30)
        with database.unit_of_work() as db:
            done = importing.import_questions(db, examined, order, by=None, now=NOW)
        return len(done.intake.accepted)

    with ThreadPoolExecutor(len(files)) as people:
        accepted = list(people.map(run, files))

    assert sorted(accepted) == [1, 1, 1, 41]
    assert _count(database, Bank) == 1
    assert _count(database, QuestionRow) == _count(database, Revision) == 44

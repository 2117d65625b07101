"""Lists of questions: search, filters, sorting, pages."""

import pytest
from sqlalchemy.orm import Session

from examcenter.bank import finding, service
from examcenter.wishes import Wish
from question_bank.model import Kind
from tests.support.bank_factories import a_question, a_revision, a_stored_question
from tests.support.factories import NOW


@pytest.fixture
def bank(db: Session) -> Session:
    a_stored_question(db, a_question("国旗和国徽（　　）。", category="宪法"))
    a_stored_question(
        db,
        a_question("50% 的股份（　　）。", "AB", kind=Kind.MULTIPLE, difficulty="难"),
    )
    a_stored_question(db, a_question("合同的成立（　　）。", category="民法典"))
    gone = a_stored_question(db, a_question("已废止的条例（　　）。"), bank="旧题库")
    service.retire(db, gone.public_id, now=NOW)
    return db


@pytest.mark.parametrize(
    ("asked", "stems"),
    [
        pytest.param(Wish(text="国徽"), ["国旗和国徽"], id="a word of the stem"),
        pytest.param(Wish(text="50%"), ["50% 的股份"], id="a per cent sign, literally"),
        pytest.param(Wish(text="解析：合同"), ["合同的成立"], id="the explanation"),
        pytest.param(Wish(filters={"kind": "multiple"}), ["50% 的股份"], id="a kind"),
        pytest.param(
            Wish(filters={"category": "民法典"}), ["合同的成立"], id="a category"
        ),
        pytest.param(
            Wish(filters={"difficulty": "难"}), ["50% 的股份"], id="a difficulty"
        ),
        pytest.param(Wish(filters={"bank": "旧题库"}), ["已废止的条例"], id="a bank"),
        pytest.param(
            Wish(filters={"state": "retired"}), ["已废止的条例"], id="retired ones"
        ),
        pytest.param(
            Wish(text="的", filters={"state": "in_use"}),
            ["50% 的股份", "合同的成立"],
            id="a word among those in use",
        ),
        pytest.param(Wish(filters={"import": "7"}), [], id="an import of nothing"),
        pytest.param(Wish(filters={"import": "x'"}), [], id="an import without number"),
        pytest.param(Wish(text="9" * 30), [], id="a number beyond all integers"),
        pytest.param(
            Wish(sort="number", descending=True, size=2, page=2),
            ["50% 的股份", "国旗和国徽"],
            id="the second page from the end",
        ),
    ],
)
def test_a_list_shows_what_was_asked_for(
    bank: Session, asked: Wish, stems: list[str]
) -> None:
    rows, _ = finding.find_questions(bank, asked)

    assert [row.stem.removesuffix("（　　）。") for row in rows] == stems


def test_a_question_is_found_by_its_number(bank: Session) -> None:
    known = finding.find_questions(bank, Wish(text="合同的成立"))[0][0]

    rows, _ = finding.find_questions(bank, Wish(text=str(known.number)))

    assert known in rows


def test_the_count_is_of_all_pages(bank: Session) -> None:
    rows, total = finding.find_questions(bank, Wish(size=1))

    assert (len(rows), total) == (1, 4)


def test_a_list_speaks_of_present_revisions_alone(db: Session) -> None:
    row = a_stored_question(db, a_question("原来的题干"))
    a_revision(db, row, a_question("改过的题干"))

    _, old = finding.find_questions(db, Wish(text="原来的"))
    rows, _ = finding.find_questions(db, Wish(text="改过的"))

    assert old == 0
    assert [one.public_id for one in rows] == [row.public_id]


def test_all_questions_come_in_the_order_of_the_list(bank: Session) -> None:
    asked = Wish(sort="category", descending=True)

    rows, _ = finding.find_questions(bank, asked)

    assert [one.stem for one in finding.every_question(bank, asked)] == [
        row.stem for row in rows
    ]


def test_the_words_to_filter_by_are_those_in_the_banks(bank: Session) -> None:
    words = finding.choices(bank)

    assert set(words["category"]) == {"宪法", "民法典"}
    assert set(words["difficulty"]) == {"易", "难"}

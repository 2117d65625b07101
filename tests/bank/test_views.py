"""The editor's pages, and everybody else before a closed door."""

import io
from datetime import datetime

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from examcenter.accounts.rules import Role
from examcenter.bank import finding, service
from examcenter.wishes import Wish
from question_bank.model import Kind
from question_bank.readers.questions import read_questions
from tests.support.actors import ApiUser, a_browser
from tests.support.bank_factories import a_question, a_revision, a_stored_question
from tests.support.factories import a_department, a_person, an_account

SECRET = "移送有权机关"
"""The right option's text; as a label alone a key could not be looked for."""


@pytest.fixture
def question_id(db: Session) -> str:
    """The public id of a question about the emblem; there is another one."""
    row = a_stored_question(db, a_question("国徽的使用（　　）。", "C"))
    a_stored_question(db, a_question(key="B", kind=Kind.TRUE_FALSE))
    db.commit()
    return row.public_id


@pytest.mark.usefixtures("question_id")
def test_a_list_shows_stems_and_no_keys(editor: ApiUser) -> None:
    page = editor.client.get("/bank/questions?q=国徽").get_data(as_text=True)

    assert "国徽的使用" in page
    assert "第 1–1 条，共 1 条" in page
    assert SECRET not in page


def test_an_empty_bank_says_what_to_do(editor: ApiUser) -> None:
    page = editor.client.get("/bank/questions").get_data(as_text=True)

    assert "还没有题目。请导入题库文件" in page


def test_a_questions_page_tells_the_right_option_in_words(
    editor: ApiUser, question_id: str
) -> None:
    page = editor.client.get(f"/bank/questions/{question_id}").get_data(as_text=True)

    right = page[page.index("marked-right") :]
    assert right.index(SECRET) < right.index("正确答案")
    assert page.count("正确答案") == 1


def test_an_earlier_revision_stays_to_be_read(editor: ApiUser, db: Session) -> None:
    row = a_stored_question(db, a_question("旧的题干（　　）。"))
    a_revision(db, row, a_question("新的题干（　　）。"))
    db.commit()

    page = editor.client.get(f"/bank/questions/{row.public_id}").get_data(as_text=True)

    assert page.index("新的题干") < page.index("旧的题干")
    assert "第 2 版（现行）" in page


def test_markup_in_a_stem_is_text_on_every_page(editor: ApiUser, db: Session) -> None:
    row = a_stored_question(db, a_question("<script>alert(1)</script>（　　）。"))
    db.commit()

    pages = [
        editor.client.get(path).get_data(as_text=True)
        for path in ("/bank/questions", f"/bank/questions/{row.public_id}")
    ]

    assert all("&lt;script&gt;alert(1)" in page for page in pages)
    assert not any("<script>alert" in page for page in pages)


def test_a_question_is_retired_and_restored_by_a_button(
    editor: ApiUser, question_id: str, db: Session
) -> None:
    path = f"/bank/questions/{question_id}"

    retired = editor.submits_form(f"{path}/retire")
    there = finding.find_questions(db, Wish(filters={"state": "retired"}))[1]
    db.rollback()
    restored = editor.submits_form(f"{path}/restore")

    assert retired.status_code == restored.status_code == 303
    assert there == 1
    assert service.question(db, question_id).retired_at is None


def test_an_export_holds_what_the_filter_shows_and_reads_back(
    editor: ApiUser, question_id: str, db: Session
) -> None:
    answer = editor.client.get("/bank/questions.xlsx?kind=single")

    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    heading = [row[0] for row in book["题目"].iter_rows(max_row=3, values_only=True)]
    reading = read_questions(answer.data, "export.xlsx")
    assert heading == [
        "题库试题（含答案，请妥善保管），共 1 道题",
        "条件：题型：单选题",
        "导出时间：2026-12-01 09:00　导出人：王编辑",
    ]
    assert [one.question for one in reading.candidates] == [
        service.question(db, question_id).present.question
    ]


def test_the_template_is_an_xlsx_file_to_save(editor: ApiUser) -> None:
    answer = editor.client.get("/bank/template.xlsx")

    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"PK")


@pytest.mark.parametrize(
    "path",
    [
        "/bank/questions/0",
        "/bank/imports/1",
        f"/bank/imports/{10**30}",
        "/bank/questions/0/retire",
    ],
)
def test_what_is_not_there_is_not_found(editor: ApiUser, path: str) -> None:
    asked = editor.submits_form if path.endswith("retire") else editor.client.get

    assert asked(path).status_code == 404


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.BANK_EDITOR])
def test_nobody_but_an_editor_sees_a_key_or_even_a_question(
    app: Flask, db: Session, question_id: str, role: Role
) -> None:
    if role is Role.EXAMINEE:
        login = a_person(db, a_department(db)).staff_number
    else:
        login = an_account(db, "somebody", role).login
    db.commit()
    person = a_browser(app, login)

    answers = [
        person.client.get(path)
        for path in (
            "/bank/questions",
            "/bank/questions.xlsx",
            f"/bank/questions/{question_id}",
            "/bank/import",
            f"/bank/import/{'0' * 32}?bank=x&pool=formal",
            f"/bank/import/{'0' * 32}/errors.xlsx?bank=x&pool=formal",
        )
    ]

    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert not any(SECRET in answer.get_data(as_text=True) for answer in answers)


def test_whoever_is_not_signed_in_is_sent_to_sign_in(
    app: Flask, question_id: str
) -> None:
    answer = app.test_client().get(f"/bank/questions/{question_id}")

    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_moments_are_those_of_the_centre(editor: ApiUser, question_id: str) -> None:
    page = editor.client.get(f"/bank/questions/{question_id}").get_data(as_text=True)

    assert f"{datetime(2026, 12, 1, 9, 0):%Y年%-m月%-d日 %H:%M}" in page  # noqa: DTZ001

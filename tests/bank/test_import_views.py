"""A file through the editor's browser: choose, look, confirm."""

import io
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from examcenter.accounts.rules import Role
from examcenter.bank import service
from examcenter.bank.rules import Pool
from examcenter.clock import FixedClock
from question_bank.readers.questions import read_questions
from tests.support.actors import ApiUser, a_browser
from tests.support.bank_factories import (
    a_bank,
    a_file,
    a_question,
    a_row,
    a_stored_question,
)
from tests.support.factories import an_account

GOOD = a_file(a_row("甲（　　）。", "C"), a_row("乙（　　）。"))
MIXED = a_file(a_row("甲（　　）。"), a_row("丙（　　）。", "E"), a_row("丁（　　）。"))


def _uploads(editor: ApiUser, data: bytes, **fields: str) -> TestResponse:
    given = {"bank": "学法题库", "pool": "formal", **fields}
    return editor.submits_form(
        "/bank/import", file=(io.BytesIO(data), "题库.csv"), **given
    )


def _previewed(editor: ApiUser, data: bytes) -> tuple[str, str]:
    """Upload *data* and return the address to confirm it at, and the preview."""
    address = _uploads(editor, data).headers["Location"]
    page = editor.client.get(address).get_data(as_text=True)
    return address.split("?")[0], page


def _confirms(editor: ApiUser, address: str, **fields: str) -> TestResponse:
    return editor.submits_form(address, bank="学法题库", pool="formal", **fields)


def _in_use(db: Session) -> int:
    found = sum(bank.questions for bank in service.banks(db))
    db.rollback()  # this session holds the one writer's place
    return found


def test_a_good_file_is_shown_and_then_taken_whole(
    editor: ApiUser, db: Session
) -> None:
    address, page = _previewed(editor, GOOD)
    before = _in_use(db)

    answer = _confirms(editor, address)
    result = editor.client.get(answer.headers["Location"]).get_data(as_text=True)

    assert "导入 2 道题" in page
    assert before == 0
    assert _in_use(db) == 2
    assert "已导入 2 道题" in result
    assert "王编辑" in result


def test_a_file_with_faults_names_each_and_offers_the_good_rows_alone(
    editor: ApiUser, db: Session
) -> None:
    address, page = _previewed(editor, MIXED)

    answer = _confirms(editor, address, only_good="y")
    result = editor.client.get(answer.headers["Location"]).get_data(as_text=True)

    assert "只导入正确的 2 道题，跳过 1 行" in page
    assert "第 3 行：答案 E 不在选项 A–D 之中" in page
    assert _in_use(db) == 2
    assert "跳过了 1 行" in result


def test_a_file_with_faults_does_not_go_in_whole(editor: ApiUser, db: Session) -> None:
    address, _ = _previewed(editor, MIXED)

    answer = _confirms(editor, address)

    assert address in answer.headers["Location"]
    assert _in_use(db) == 0


def test_the_rows_to_mend_come_as_a_workbook_that_reads_back(editor: ApiUser) -> None:
    address, _ = _previewed(editor, MIXED)

    answer = editor.client.get(f"{address}/errors.xlsx?bank=学法题库&pool=formal")

    reading = read_questions(answer.data, "errors.xlsx")
    assert [one.code for one in reading.rejections] == ["answer_not_an_option"]


def test_a_contradiction_shows_both_places(editor: ApiUser, db: Session) -> None:
    row = a_stored_question(db, a_question("甲（　　）。", "A"))
    db.commit()

    _, page = _previewed(editor, GOOD)

    assert f"题库“学法题库”第 {row.id} 题" in page
    assert "只导入正确的 1 道题，跳过 1 行" in page


def test_a_file_that_was_taken_is_not_taken_twice(editor: ApiUser, db: Session) -> None:
    address, _ = _previewed(editor, GOOD)
    _confirms(editor, address)

    again = _confirms(editor, address)
    _, page = _previewed(editor, GOOD)

    assert again.status_code == 303
    assert again.headers["Location"].endswith("/bank/import")
    assert _in_use(db) == 2
    assert "题库里都已经有了" in page


def test_an_upload_is_gone_after_an_hour(editor: ApiUser, clock: FixedClock) -> None:
    address, _ = _previewed(editor, GOOD)

    for _ in range(3):
        clock.advance(timedelta(minutes=20))
        editor.client.get("/bank/questions")  # who works stays signed in

    assert _confirms(editor, address).headers["Location"].endswith("/bank/import")


def test_an_upload_exists_for_whoever_brought_it_alone(
    app: Flask, editor: ApiUser, db: Session
) -> None:
    address, _ = _previewed(editor, GOOD)
    an_account(db, "colleague", Role.BANK_EDITOR)
    db.commit()
    colleague = a_browser(app, "colleague")

    answer = colleague.client.get(f"{address}?bank=学法题库&pool=formal")

    assert answer.status_code == 303
    assert _in_use(db) == 0


def test_formal_questions_for_a_practice_bank_are_refused_at_the_form(
    editor: ApiUser, db: Session
) -> None:
    a_bank(db, "练习题库", Pool.PRACTICE)
    db.commit()

    answer = _uploads(editor, GOOD, bank="练习题库")

    assert answer.status_code == 409
    assert "用途与所选的不同" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"bank": " "}, "题库名称", id="no bank"),
        pytest.param({"bank": "长" * 101}, "题库名称", id="too long a name"),
        pytest.param({"pool": "other"}, "用途", id="an unknown pool"),
    ],
)
def test_a_form_that_is_not_filled_in_says_where(
    editor: ApiUser, fields: dict[str, str], sentence: str
) -> None:
    answer = _uploads(editor, GOOD, **fields)

    summary = answer.get_data(as_text=True).partition("还不能提交")[2]
    assert answer.status_code == 422
    assert sentence in summary.partition("</ul>")[0]


def test_a_form_without_a_file_says_so(editor: ApiUser) -> None:
    answer = editor.submits_form("/bank/import", bank="学法题库", pool="formal")

    assert answer.status_code == 422
    assert "请选择文件" in answer.get_data(as_text=True)


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 250_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"\x89PNG\r\n" + b"0" * 100, "图片", id="a picture"),
        pytest.param(b"PK\x03\x04" + b"0" * 100, "文件错误|损坏", id="a torn archive"),
        pytest.param(_bomb(), "过大|过多|解压", id="a bomb"),
        pytest.param("无关的文字\n".encode(), "没有找到题目", id="a letter"),
    ],
)
def test_a_file_that_cannot_be_read_gets_a_page_that_says_why(
    editor: ApiUser, db: Session, data: bytes, words: str
) -> None:
    _, page = _previewed(editor, data)

    assert any(word in page for word in words.split("|"))
    assert "没有可以导入的题目" in page
    assert _in_use(db) == 0

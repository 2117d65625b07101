import json
from pathlib import Path

import pytest

from question_bank.__main__ import main
from tests.question_bank.files import GOOD, HEADER, a_question, xlsx


def test_a_good_file_is_reported_as_one_json_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "题库.xlsx"
    path.write_bytes(xlsx([HEADER, GOOD]))

    code = main([str(path)])

    document = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (document["file"], document["accepted"]) == ("题库.xlsx", 1)


def test_a_file_with_a_bad_row_exits_1_and_its_rows_can_be_had(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, errors = tmp_path / "题库.xlsx", tmp_path / "错误.xlsx"
    path.write_bytes(xlsx([HEADER, a_question(答案="E")]))

    code = main([str(path), "--errors", str(errors)])

    assert code == 1
    assert json.loads(capsys.readouterr().out)["accepted"] == 0
    assert errors.stat().st_size > 0


def test_a_missing_file_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([str(tmp_path / "没有.xlsx")])

    told = capsys.readouterr()
    assert code == 2
    assert told.out == ""
    assert "没有.xlsx" in told.err

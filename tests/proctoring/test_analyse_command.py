"""``examcenter proctor analyse``: a folder in, a table or one document out."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from examcenter.cli import main
from tests.proctoring.conftest import ModelFile
from tests.proctoring.scenes import jpeg, photograph, plain, png

pytestmark = pytest.mark.usefixtures("wide_terminal")


@pytest.fixture
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures, one of them broken, and what is no picture."""
    folder = tmp_path / "pictures"
    (folder / "inner.jpg").mkdir(parents=True)
    (folder / "b_person.jpg").write_bytes(jpeg(photograph("astronaut")))
    (folder / "a_black.PNG").write_bytes(png(plain(0)))
    (folder / "c_broken.jpg").write_bytes(jpeg(plain(9))[:-2])
    (folder / "README.txt").write_text("not a picture", encoding="utf-8")
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    """Run the command line as a shell would; returns the exit code."""
    monkeypatch.setattr(sys, "argv", ["examcenter", *map(str, words)])
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_one_document_tells_each_picture_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    code = run(monkeypatch, "proctor", "analyse", folder, "--json")

    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    black, person, broken = document["pictures"]
    assert code == 0
    assert "cascade" in document["detector"]
    assert (black["file"], black["verdict"]) == ("a_black.PNG", "dark")
    assert (person["verdict"], person["faces"]) == ("one_face", 1)
    assert person["milliseconds"] > 0
    assert broken == {
        "file": "c_broken.jpg",
        "readable": False,
        "faces": None,
        "verdict": "undecided",
        "confidence": 0.0,
        "milliseconds": broken["milliseconds"],
    }


def test_people_get_a_table_in_their_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    code = run(monkeypatch, "proctor", "analyse", folder)

    printed = capsys.readouterr().out
    assert code == 0
    for words in ("画面过暗", "一张人脸", "无法读取", "共 3 张", "cascade"):
        assert words in printed


def test_a_folder_without_pictures_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    code = run(monkeypatch, "proctor", "analyse", tmp_path, "--json")

    printed = capsys.readouterr()
    assert code == 1
    assert json.loads(printed.out)["pictures"] == []
    assert "没有图片" in printed.err


def test_a_file_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    code = run(monkeypatch, "proctor", "analyse", folder / "README.txt", "--json")

    assert code == 2
    assert capsys.readouterr().out == ""


def test_a_missing_model_is_an_unfit_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    monkeypatch.setenv("EXAMCENTER_PROCTORING__FACE_MODEL", str(folder / "none.onnx"))

    code = run(monkeypatch, "proctor", "analyse", folder, "--json")

    printed = capsys.readouterr()
    assert code == 3
    assert printed.out == ""
    assert "none.onnx" in printed.err


def test_the_configured_model_is_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    yunet_file: ModelFile,
) -> None:
    monkeypatch.setenv("EXAMCENTER_PROCTORING__FACE_MODEL", str(yunet_file.path))
    monkeypatch.setenv("EXAMCENTER_PROCTORING__FACE_MODEL_SHA256", yunet_file.sha256)

    code = run(monkeypatch, "proctor", "analyse", folder, "--json")

    assert code == 0
    assert json.loads(capsys.readouterr().out)["detector"].startswith("yunet")

"""English beside Chinese: every sentence has both, and a page shows one of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import get_babel
from sqlalchemy.orm import Session

import examcenter
from tests.support.actors import a_browser
from tests.support.halls import a_hall

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = Path(examcenter.__file__).parent / "translations"
ENGLISH = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"

CHINESE = re.compile(r"[\u3400-\u9fff]+")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def said() -> frozenset[str]:
    """Every sentence that code or templates hand to the translator."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    return frozenset(
        found[2]
        for found in extract_from_dir(
            ROOT,
            methods,
            options,
            {**DEFAULT_KEYWORDS, "lazy_gettext": None},
        )
        if isinstance(found[2], str)
    )


@pytest.fixture(scope="module")
def english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def told(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Return each sentence with its English."""
    for message in catalogue:
        if message.id:
            assert isinstance(message.id, str), "there are no plurals in Chinese"
            yield message.id, str(message.string or "")


def is_settled(message: Message | None) -> bool:
    return bool(message and message.string and not message.fuzzy)


def test_every_sentence_has_its_english(said: frozenset[str], english: Catalog) -> None:
    assert len(said) > 100, "nothing was read: babel.cfg no longer fits the tree"

    without = sorted(s for s in said if not is_settled(english.get(s)))

    assert without == []


def test_both_languages_name_the_same_facts(english: Catalog) -> None:
    different = {
        chinese: words
        for chinese, words in told(english)
        if set(PLACEHOLDER.findall(chinese)) != set(PLACEHOLDER.findall(words))
    }

    assert different == {}


def test_english_quotes_chinese_only_where_the_sentence_does(english: Catalog) -> None:
    # Column names and values of a file stay as they stand in the file.
    left_over = {
        words
        for chinese, words in told(english)
        if any(run not in chinese for run in CHINESE.findall(words))
    }

    assert left_over == set()


def test_english_is_printed_in_plain_characters(english: Catalog) -> None:
    full_width = {w for _, w in told(english) if re.search("[，。；：！？（）、　]", w)}

    assert full_width == {w for w in full_width if CHINESE.search(w)}


def test_the_application_looks_for_words_beside_its_templates(app: Flask) -> None:
    with app.app_context():
        assert get_babel().translation_directories == [str(TRANSLATIONS)]


@pytest.fixture
def bilingual(app: Flask, tmp_path: Path, english: Catalog) -> Flask:
    """The application with the catalogue as it is now, compiled or not."""
    folder = tmp_path / "words" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as compiled:
        write_mo(compiled, english)
    get_babel(app).translation_directories[:] = [str(tmp_path / "words")]
    return app


def chosen(client: FlaskClient, language: str, page: str) -> str:
    """Return *page* as a reader sees it who has chosen *language*."""
    answer = client.get(f"/language/{language}?next={page}")
    assert answer.location == page
    return client.get(page).text


def test_the_sign_in_page_turns_english_and_back(bilingual: Flask) -> None:
    reader = bilingual.test_client()

    before = reader.get("/sign-in").text
    page = chosen(reader, "en", "/sign-in")
    after = chosen(reader, "zh", "/sign-in")

    assert '<html lang="zh-CN"' in before
    assert "工号" in before
    assert '<html lang="en"' in page
    assert "Staff number" in page
    assert CHINESE.findall(page) == ["中文"], "only the way back is in Chinese"
    assert "工号" in after
    assert "Staff number" not in after


def test_an_examinees_list_is_english_but_the_title_is_the_exams_own(
    bilingual: Flask, db: Session
) -> None:
    hall = a_hall(db)
    db.commit()
    examinee = a_browser(bilingual, hall.people[0].staff_number).client

    page = chosen(examinee, "en", "/my/exams")

    assert "My exams" in page
    assert "Read the notice and start" in page
    assert "2026年度学法考试" in page
    assert "我的考试" not in page


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh", "请填写这一项"), ("en", "This field is required")],
)
def test_a_field_left_empty_is_refused_in_the_readers_language(
    bilingual: Flask, language: str, sentence: str
) -> None:
    reader = bilingual.test_client()
    page = chosen(reader, language, "/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None

    answer = reader.post("/sign-in", data={"csrf_token": token[1]})

    assert sentence in answer.text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh", "没有找到这个页面或内容。"), ("en", "This page or thing was not found.")],
)
def test_an_error_is_told_in_the_readers_language(
    bilingual: Flask, language: str, sentence: str
) -> None:
    reader = bilingual.test_client()
    chosen(reader, language, "/sign-in")

    answer = reader.get("/no-such-page")

    assert answer.status_code == 404
    assert sentence in answer.text

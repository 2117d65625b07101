"""Files made to hurt that are no workbooks: refused by name, or made harmless."""

import base64
import io
import zipfile
from collections.abc import Iterator

import pytest

from question_bank.readers.grid import DEFAULT_LIMITS
from question_bank.readers.questions import read_questions
from question_bank.readers.reading import Reading
from tests.question_bank.files import with_parts
from tests.question_bank.readers.test_hostile_workbooks import cpu_seconds
from tests.question_bank.words import NAMESPACES, docx, png

MEGABYTE = 1024 * 1024
GOOD = docx("1.甲？", "A.一 B.二", "答案：A")
LAUGHS = (
    b'<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = b'<!DOCTYPE quiz [<!ENTITY c SYSTEM "file:///etc/hostname">]>'


@pytest.fixture(autouse=True)
def _within_five_seconds() -> Iterator[None]:
    started = cpu_seconds()
    yield
    assert cpu_seconds() - started < 5


def test_the_child_cannot_have_more_than_300_megabytes() -> None:
    assert DEFAULT_LIMITS.document_memory <= 300 * MEGABYTE


def package(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def codes(data: bytes, name: str = "题库") -> list[str]:
    reading = read_questions(data, name)
    assert not reading.candidates
    assert all(
        "请" in one.message or "拒绝" in one.message for one in reading.rejections
    )
    return [one.code for one in reading.rejections]


@pytest.mark.parametrize("trap", [LAUGHS, OUTSIDE], ids=["laughs", "an outer entity"])
@pytest.mark.parametrize(
    "body",
    [
        (
            b"<quiz><question type='essay'><questiontext><text>&c;</text>"
            b"</questiontext></question></quiz>"
        ),
        b"<assessmentItem><itemBody>&c;</itemBody></assessmentItem>",
    ],
    ids=["moodle", "qti"],
)
def test_entities_are_refused(trap: bytes, body: bytes) -> None:
    assert codes(b"<?xml version='1.0'?>" + trap + body) == ["xml_entities"]


def test_entities_in_a_word_document_are_refused() -> None:
    poisoned = LAUGHS + f"<w:document {NAMESPACES}/>".encode()

    assert codes(with_parts(GOOD, {"word/document.xml": poisoned})) == ["xml_entities"]


def test_entities_in_a_package_are_refused() -> None:
    parts = {"imsmanifest.xml": OUTSIDE + b"<manifest>&c;</manifest>"}

    assert codes(package(**parts)) == ["xml_entities"]


@pytest.mark.parametrize("name", ["../../etc/passwd.xml", "/etc/x.xml", "..\\x.xml"])
def test_a_path_out_of_the_package_is_refused(name: str) -> None:
    data = package(**{"imsmanifest.xml": b"<manifest/>", name: b"<x/>"})

    assert codes(data) == ["path_outside"]


def test_a_manifest_that_points_outside_finds_nothing() -> None:
    manifest = (
        b"<manifest><resources><resource type='imsqti_item_xmlv2p2' "
        b"href='../../../etc/hostname'/></resources></manifest>"
    )

    assert codes(package(**{"imsmanifest.xml": manifest})) == ["item_missing"]


def test_a_document_that_swells_a_thousandfold_is_refused() -> None:
    swollen = b" " * (150 * MEGABYTE)

    assert codes(with_parts(GOOD, {"word/document.xml": swollen})) == [
        "unpacks_too_large"
    ]


def test_a_document_of_millions_of_tags_is_refused() -> None:
    tags = b"<w:p/>" * 5_000_000
    root = f"<w:document {NAMESPACES}><w:body>".encode()
    body = root + tags + b"</w:body></w:document>"

    assert codes(with_parts(GOOD, {"word/document.xml": body}))[0] in {
        "too_demanding",
        "too_many_rows",
        "unpacks_too_large",
    }


def test_tags_in_tags_without_end_are_refused() -> None:
    deep = b"<quiz>" + b"<question>" * 500_000

    assert codes(deep)[0] in {"xml_malformed", "too_demanding"}


def test_deep_markup_in_an_item_is_refused() -> None:
    deep = b"<p>" * 5_000 + b"</p>" * 5_000
    item = b"<assessmentItem><itemBody>" + deep + b"</itemBody></assessmentItem>"

    assert codes(item)[0] in {"xml_malformed", "too_demanding"}


def test_endless_json_is_refused() -> None:
    assert codes(b'{"a":' + b"[" * 1_000_000)[0] in {"json_malformed", "too_demanding"}


def the_stem(reading: Reading) -> str:
    (candidate,) = reading.candidates
    return candidate.question.stem


@pytest.mark.parametrize(
    "trap",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<iframe src='//evil'></iframe>",
        "<p style='background:url(//evil)' onclick='alert(1)'>x</p>",
    ],
)
@pytest.mark.parametrize("format_", ["gift", "moodle", "json"])
def test_script_in_a_stem_is_taken_out_or_refused(trap: str, format_: str) -> None:
    text = f"<b>甲</b>{trap}？"
    marked = text.replace("=", "\\=").replace(":", "\\:")
    files = {
        "gift": f"[html]{marked} {{T}}",
        "moodle": "<quiz><question type='truefalse'><questiontext format='html'>"
        f"<text><![CDATA[{text}]]></text></questiontext>"
        "<answer fraction='100'><text>true</text></answer></question></quiz>",
        "json": '{"format": "examcenter.questions", "version": 1, "questions": '
        f'[{{"kind": "true_false", "rich": true, "stem": "{text}", '
        '"options": ["正确", "错误"], "key": ["A"]}]}',
    }

    reading = read_questions(files[format_].encode(), "题库")

    if reading.rejections:
        assert [one.code for one in reading.rejections] == ["picture_missing"]
        return
    stem = the_stem(reading).lower()
    assert not any(
        word in stem for word in ("script", "onerror", "onclick", "evil", "style")
    )


def test_script_in_a_word_document_is_only_text() -> None:
    stem = the_stem(
        read_questions(
            docx("1.<script>甲</script>？", "A.一 B.二", "答案：A"), "x.docx"
        )
    )

    assert stem == "<script>甲</script>？"  # plain text; pages escape it


def test_a_huge_picture_is_refused_by_its_header() -> None:
    data = base64.b64encode(png(50_000, 50_000)).decode().replace("=", "\\=")
    text = f'[html]<img src\\="data\\:image/png;base64,{data}">甲？ {{T}}'

    assert codes(text.encode()) == ["picture_over_limit"]


@pytest.mark.parametrize(
    ("text", "most"),
    [
        pytest.param("A." * 200_000, 5, id="labels without end"),
        pytest.param("（" * 300_000, 5, id="brackets without end"),
        pytest.param("答案：" * 100_000, 5, id="answers without end"),
        pytest.param("1-" * 200_000, 5, id="ranges without end"),
        pytest.param("1.甲（\n" * 30_000, 5, id="questions without end"),
        pytest.param("{" * 300_000, 5, id="braces without end"),
        pytest.param("{~" * 200_000, 5, id="choices without end"),
    ],
)
def test_text_made_to_be_slow_ends_in_time(text: str, most: int) -> None:
    started = cpu_seconds()

    reading = read_questions(text.encode(), "题库.txt")

    assert not reading.candidates
    assert cpu_seconds() - started < most


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"%PDF-1.7 x", "题库.pdf", "PDF"),
        (b"{\\rtf1 x}", "题库.rtf", "RTF"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "a.doc",
            ".doc",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "a.wps",
            ".wps",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le"),
            "a.et",
            ".et",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_with_the_way_out(
    data: bytes, name: str, words: str
) -> None:
    (rejection,) = read_questions(data, name).rejections

    assert rejection.code == "format_not_supported"
    assert words in rejection.message
    assert "请" in rejection.message

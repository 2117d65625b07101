"""Workbooks made to hurt: each is refused in seconds, and only its child may die."""

import io
import resource
import struct
import time
import zipfile
from collections.abc import Iterator

import pytest

from question_bank.readers.questions import read_questions
from question_bank.readers.tables import Limits, UnreadableFileError, read_tables
from tests.question_bank.files import GOOD, HEADER, with_parts, xlsx

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture
def workbook() -> bytes:
    return xlsx([HEADER, GOOD])


def cpu_seconds() -> float:
    """Return what this process and its dead children have used so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@pytest.fixture(autouse=True)
def _within_five_seconds(request: pytest.FixtureRequest) -> Iterator[None]:
    # Of computing, not by the clock on the wall, which other work on the machine moves.
    started = cpu_seconds()
    yield
    if "sixty_thousand" not in request.node.name:  # which takes longer to be written
        assert cpu_seconds() - started < 5


def code_of(data: bytes) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        read_tables(data, "题库.xlsx")
    assert "请" in str(refused.value)
    return refused.value.code


def sheet_of(rows: bytes) -> bytes:
    return b"<worksheet %b><sheetData>%b</sheetData></worksheet>" % (NAMESPACE, rows)


def test_a_part_that_swells_a_thousandfold_is_refused(workbook: bytes) -> None:
    swollen = sheet_of(b" " * (100 * 1024 * 1024))

    assert code_of(with_parts(workbook, {SHEET: swollen})) == "unpacks_too_large"


def test_parts_that_are_too_large_together_are_refused(workbook: bytes) -> None:
    piece = b"<a>%b</a>" % (b"0123456789abcdef" * 1024 * 460)
    parts = {f"xl/media/{number}.bin": piece for number in range(30)}

    assert code_of(with_parts(workbook, parts)) == "unpacks_too_large"


def test_a_part_that_lies_about_its_size_is_refused(workbook: bytes) -> None:
    swollen = with_parts(workbook, {SHEET: sheet_of(b" " * (50 * 1024 * 1024))})
    lying = bytearray(swollen)
    with zipfile.ZipFile(io.BytesIO(swollen)) as archive:
        true_size = archive.getinfo(SHEET).file_size
    needle = struct.pack("<I", true_size)
    at = lying.find(needle)
    while at >= 0:
        lying[at : at + 4] = struct.pack("<I", 1000)
        at = lying.find(needle)

    assert code_of(bytes(lying)) == "damaged"


def test_half_a_million_parts_are_refused_before_they_are_listed() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(40_000):
            archive.writestr(f"xl/{number}.xml", b"")

    assert code_of(target.getvalue()) == "too_many_parts"


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml"])
@pytest.mark.parametrize(
    "declaration",
    [
        pytest.param(
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
            b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
            id="a billion laughs",
        ),
        pytest.param(
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
            id="an external entity",
        ),
        pytest.param(
            b" " * 2_000_000 + b'<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
            id="far from the start",
        ),
    ],
)
def test_entities_are_refused_in_every_part(
    workbook: bytes, part: str, declaration: bytes
) -> None:
    poisoned = declaration + sheet_of(b"<row r='1'><c r='A1'><v>&c;</v></c></row>")

    assert code_of(with_parts(workbook, {part: poisoned})) == "xml_entities"


def test_entities_in_utf16_are_refused_too(workbook: bytes) -> None:
    poisoned = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode(
        "utf-16"
    )

    assert code_of(with_parts(workbook, {SHEET: poisoned})) == "xml_entities"


def test_a_million_empty_rows_do_not_hurt(workbook: bytes) -> None:
    rows = b"".join(
        b'<row r="%d" spans="1:7" ht="14.25" customHeight="1"/>' % number
        for number in range(2, 1_048_577)
    )
    first = b'<row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c></row>'

    (sheet,) = read_tables(
        with_parts(workbook, {SHEET: sheet_of(first + rows)}), "题库.xlsx"
    ).sheets

    assert len(sheet.rows) == 1


def test_two_cells_at_the_ends_of_a_sheet_cost_only_the_child(workbook: bytes) -> None:
    corners = (
        b'<row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )

    assert code_of(with_parts(workbook, {SHEET: sheet_of(corners)})) == "too_demanding"


def test_one_long_text_used_everywhere_is_refused(workbook: bytes) -> None:
    text = b"<si><t>%b</t></si>" % (b"x" * 32_000)
    strings = b'<sst %b count="1" uniqueCount="1">%b</sst>' % (NAMESPACE, text)
    cells = b"".join(b'<c t="s"><v>0</v></c>' for _ in range(50))
    rows = b"".join(b'<row r="%d">%b</row>' % (at, cells) for at in range(1, 5_000))
    data = with_parts(workbook, {SHEET: sheet_of(rows), STRINGS: strings})

    assert code_of(data) in {"too_many_cells", "too_demanding"}


def test_tags_that_never_end_take_no_quadratic_time(workbook: bytes) -> None:
    tags = b"".join(
        b'<row r="%d" hidden="1" <v %d <c r="A%d" t="e" <f' % (n, n * 7919, n)
        for n in range(100_000)
    )

    assert code_of(with_parts(workbook, {SHEET: sheet_of(tags)})) == "damaged"


def test_endless_formulas_without_values_are_refused(workbook: bytes) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><f>1</f></c></row>' % (n, n) for n in range(1, 20_000)
    )

    assert code_of(with_parts(workbook, {SHEET: sheet_of(rows)})) == "too_many_formulas"


def test_a_child_out_of_time_is_a_refusal(workbook: bytes) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read_tables(workbook, "题库.xlsx", limits=Limits(wall_seconds=0.001))

    assert refused.value.code == "too_demanding"


def test_a_child_out_of_memory_is_a_refusal(workbook: bytes) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c><c r="CV%d"><v>1</v></c></row>' % (n, n, n)
        for n in range(1, 50_000)
    )
    data = with_parts(workbook, {SHEET: sheet_of(rows)})

    with pytest.raises(UnreadableFileError) as refused:
        read_tables(data, "题库.xlsx", limits=Limits(memory=120 * 1024 * 1024))

    assert refused.value.code == "too_demanding"


def test_macros_are_not_looked_at(workbook: bytes) -> None:
    data = with_parts(workbook, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"})

    (sheet,) = read_tables(data, "题库.xlsm").sheets

    assert len(sheet.rows) == 2


def test_sixty_thousand_rows_of_nonsense_end_in_one_refusal() -> None:
    header = [*HEADER, *(f"列{n}" for n in range(13))]
    nonsense = [[f"x{row * column}" for column in range(20)] for row in range(60_000)]
    data = xlsx([header, *nonsense])
    started = cpu_seconds()

    (rejection,) = read_questions(data, "题库.xlsx").rejections

    assert rejection.code == "too_many_faults"
    assert cpu_seconds() - started < 5


def test_a_macro_workbook_is_read_without_its_macros(workbook: bytes) -> None:
    data = with_parts(workbook, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"})

    reading = read_questions(data, "题库.xlsm")

    assert [one.question.key for one in reading.candidates] == [("A",)]

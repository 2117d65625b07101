"""Sentences about sheets, columns and rows that were not taken as they stand."""

from collections.abc import Iterator

from question_bank.headers import Field, Header
from question_bank.readers.grid import Row, Sheet
from question_bank.readers.reading import Caution

NO_HEADER = (
    "前五行中没有找到表头。请在表头写明“题干”“题型”“选项A”“选项B”…“答案”，"
    "然后重新上传。"
)
NO_QUESTIONS = "表头下面没有题目。请填写题目后重新上传。"
ROW_NOT_READ = "没有题干、选项和答案，未作为题目读取。"
_MOST_NAMED = 10


def place(sheet: Sheet, row: Row) -> str:
    """Return where *row* stands: ``Sheet1!R17``, or ``R17`` in a file of one table."""
    return f"{sheet.name}!R{row.number}" if sheet.name else f"R{row.number}"


def passed_over(sheet: Sheet, file: str) -> Caution:
    """Return the notice that nothing was read from *sheet*."""
    name = f"工作表“{sheet.name}”（{len(sheet.rows)} 行）"
    if sheet.hidden:
        message = f"{name}是隐藏的，未读取。如需导入，请取消隐藏后重新上传。"
        return Caution(sheet.name or file, "hidden_sheet", message)
    message = f"{name}前五行没有可识别的表头，未读取。如需导入，请补上表头后重新上传。"
    return Caution(sheet.name or file, "sheet_without_header", message)


def about_columns(sheet: Sheet, head: Row, header: Header) -> Iterator[Caution]:
    """Yield what is to be said about *sheet* before its rows."""
    for column in header.of(Field.MARKS):
        yield Caution(
            place(sheet, head),
            "marks_not_stored",
            f"“{column.title.strip()}”列不导入：分值由组卷方案决定。",
        )
    if sheet.hidden_rows:
        named = "、".join(map(str, sheet.hidden_rows[:_MOST_NAMED]))
        more = " 等" if len(sheet.hidden_rows) > _MOST_NAMED else ""
        yield Caution(
            sheet.name,
            "hidden_rows",
            f"工作表“{sheet.name}”有 {len(sheet.hidden_rows)} 行是隐藏的"
            f"（第 {named} 行{more}），已一并读取，请核对。",
        )
    if sheet.hidden_columns:
        yield Caution(
            sheet.name,
            "hidden_columns",
            f"工作表“{sheet.name}”有隐藏的列，已一并读取，请核对。",
        )


def pictures_not_read(file: str, pictures: int) -> Caution:
    """Return the notice that pictures lie in a workbook, and belong to no cell."""
    return Caution(
        file,
        "pictures_not_read",
        f"文件中有 {pictures} 张图片，表格中的图片没有导入。"
        "含图片的题目请用 Word（.docx）或 QTI 文件导入。",
    )

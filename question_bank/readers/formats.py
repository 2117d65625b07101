"""What a file is, by its content; the name is only used to word a refusal."""

import re

from question_bank.readers.grid import UnreadableFileError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SAVE_AS = "请用 Excel 或 WPS 打开后，“另存为”.xlsx，再重新上传。"
_SAVE_AS_WORD = "请用 Word 或 WPS 打开后，“另存为”.docx，再重新上传。"
_TYPE_IT = "图片中的文字无法读取，请录入 Excel 模板后上传。"
_UNPACK = "请解压后上传其中的题库文件。"

_SIGNATURES = (
    (
        b"%PDF",
        "PDF 文件",
        "请把题目复制到 Word 或 Excel，保存为 .docx 或 .xlsx 后上传。",
    ),
    (b"\x89PNG", "图片", _TYPE_IT),
    (b"\xff\xd8\xff", "图片", _TYPE_IT),
    (b"GIF8", "图片", _TYPE_IT),
    (b"Rar!", "RAR 压缩包", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", _UNPACK),
    (b"\x1f\x8b", "gzip 压缩包", _UNPACK),
    (b"{\\rtf", "RTF 文档", _SAVE_AS_WORD),
)

_PACKAGES = (
    ("xl/workbook.bin", "Excel 二进制工作簿（.xlsb）", _SAVE_AS),
    ("ppt/presentation.xml", "演示文稿", "请把内容放进 Excel 模板后上传。"),
    ("content.xml", "ODF 文档（.odt）", _SAVE_AS_WORD),
)
_OLD_WORKBOOKS = ("Workbook\0", "Book\0")
_ROOT = re.compile(rb"<(?:\w+:)?(?:quiz|assessment\w+|qti-[a-z-]+)[\s>]")
_WPS_NAMES = {
    ".et": ("WPS 表格（.et）", _SAVE_AS),
    ".ett": ("WPS 表格模板（.ett）", _SAVE_AS),
    ".wps": ("WPS 文字（.wps）", _SAVE_AS_WORD),
    ".wpt": ("WPS 文字模板（.wpt）", _SAVE_AS_WORD),
    ".doc": ("旧版 Word 文档（.doc）", _SAVE_AS_WORD),
    ".ppt": ("旧版演示文稿（.ppt）", "请把内容放进 Excel 模板后上传。"),
}


def unsupported(what: str, way_out: str) -> UnreadableFileError:
    return UnreadableFileError(
        "format_not_supported", f"这是{what}，不能直接导入。{way_out}"
    )


def is_archive(data: bytes) -> bool:
    """Whether *data* is a zip archive: most office files and packages are."""
    return data.startswith(_ZIP)


def is_old_workbook(data: bytes, name: str) -> bool:
    """Whether *data* is an Excel workbook of before 2007.

    Raises UnreadableFileError for all else that comes in the same container: old
    documents, WPS files, and new files with a password.
    """
    if not data.startswith(_OLE):
        return False
    if _streams(data, ("EncryptedPackage",)):
        raise UnreadableFileError(
            "password_protected",
            "文件设有打开密码。请在 Excel 或 WPS 中取消密码并保存后，重新上传。",
        )
    suffix = "." + name.lower().rpartition(".")[2]
    if _streams(data, ("WordDocument",)):
        raise unsupported(*_WPS_NAMES[".wps" if suffix == ".wps" else ".doc"])
    if suffix in _WPS_NAMES:
        raise unsupported(*_WPS_NAMES[suffix])
    if _streams(data, _OLD_WORKBOOKS):
        return True
    raise unsupported("旧版 Office 文件", "请“另存为”.xlsx 或 .docx，再重新上传。")


def refuse_foreign(data: bytes) -> None:
    """Raise UnreadableFileError for *data* that is neither a zip archive nor text."""
    if not data.strip():
        raise UnreadableFileError("file_empty", "文件是空的。请检查后重新选择文件。")
    for signature, what, way_out in _SIGNATURES:
        if data.startswith(signature):
            raise unsupported(what, way_out)
    # Many systems export an HTML or XML page and call it .xls.
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        raise unsupported("网页格式的表格", _SAVE_AS)


def package_kind(entries: set[str], data: bytes) -> str:
    """Return what the archive *data* with these *entries* is.

    It is ``"xlsx"``, ``"ods"``, ``"docx"`` or ``"qti"``; the last for any archive of
    XML files, whose reader tells what is missing.  Raises UnreadableFileError for all
    others.
    """
    if {"[Content_Types].xml", "xl/workbook.xml"} <= entries:
        return "xlsx"
    if "word/document.xml" in entries:
        return "docx"
    # The type stands uncompressed behind the first entry's name, as its standard wants.
    if "content.xml" in entries and b"opendocument.spreadsheet" in data[:200]:
        return "ods"
    for entry, what, way_out in _PACKAGES:
        if entry in entries:
            raise unsupported(what, way_out)
    if any(entry.lower().endswith(".xml") for entry in entries):
        return "qti"
    raise unsupported("压缩包", _UNPACK)


def not_a_table(kind: str) -> UnreadableFileError:
    """Return the refusal of a package of *kind* where a table was expected."""
    what = {"docx": "Word 文档"}.get(kind, "压缩包")
    return unsupported(what, "请把内容放进 Excel 模板，保存为 .xlsx 后上传。")


def is_xml(data: bytes) -> bool:
    """Whether *data* begins as an XML file does."""
    head = data[:512].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith((b"<?xml", b"<!--", b"<!DOCTYPE")) or bool(_ROOT.match(head))


def refuse_xml(data: bytes) -> None:
    """Raise UnreadableFileError where a table was expected and XML came."""
    if is_xml(data):
        raise unsupported("XML 文件", _SAVE_AS)


def xml_kind(data: bytes) -> str:
    """Return which reader an XML file *data* is for, by the first names in it."""
    head = data[:65_536]
    if b"\0" in head[:4] or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    if b"<quiz" in head:
        return "moodle_xml"
    if b"assessmentItem" in head or b"assessment-item" in head:
        return "qti_item"
    if b"assessmentTest" in head or b"assessment-test" in head:
        raise UnreadableFileError(
            "items_missing",
            "这是 QTI 试卷文件，其中没有题目。请上传包含试题的 QTI 压缩包（.zip）。",
        )
    raise unsupported("XML 文件", _SAVE_AS)


def _streams(data: bytes, names: tuple[str, ...]) -> bool:
    """Whether the container *data* has a stream of one of *names* in its directory.

    A directory entry is 128 bytes: the name in UTF-16, filled up to 64 bytes.
    """
    return any(name.encode("utf-16-le") in data for name in names)

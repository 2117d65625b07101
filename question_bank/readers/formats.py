"""What a file is, by its content; the name is only used to word a refusal."""

from question_bank.readers.grid import UnreadableFileError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请用 Excel 或 WPS 打开后，“另存为”.xlsx，再重新上传。"

_SIGNATURES = (
    (b"%PDF", "PDF 文件", "请把题目复制到 Excel 模板，保存为 .xlsx 后上传。"),
    (b"\x89PNG", "图片", "图片中的文字无法读取，请录入 Excel 模板后上传。"),
    (b"\xff\xd8\xff", "图片", "图片中的文字无法读取，请录入 Excel 模板后上传。"),
    (b"GIF8", "图片", "图片中的文字无法读取，请录入 Excel 模板后上传。"),
    (b"Rar!", "RAR 压缩包", "请解压后上传其中的 .xlsx 文件。"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "请解压后上传其中的 .xlsx 文件。"),
    (b"\x1f\x8b", "gzip 压缩包", "请解压后上传其中的 .xlsx 文件。"),
    (b"{\\rtf", "RTF 文档", "请把内容复制到 Excel 模板，保存为 .xlsx 后上传。"),
)

_PACKAGES = (
    ("xl/workbook.bin", "Excel 二进制工作簿（.xlsb）", _SAVE_AS),
    (
        "word/document.xml",
        "Word 文档",
        "请把内容放进 Excel 模板，保存为 .xlsx 后上传。",
    ),
    ("ppt/presentation.xml", "演示文稿", "请把内容放进 Excel 模板后上传。"),
    ("content.xml", "ODF 文档（.ods/.odt）", _SAVE_AS),
)


def unsupported(what: str, way_out: str) -> UnreadableFileError:
    return UnreadableFileError(
        "format_not_supported", f"这是{what}，不能直接导入。{way_out}"
    )


def refuse_foreign(data: bytes, name: str) -> None:
    """Raise UnreadableFileError for *data* that is neither a zip archive nor text."""
    if not data.strip():
        raise UnreadableFileError("file_empty", "文件是空的。请检查后重新选择文件。")
    if data.startswith(_OLE):
        raise _legacy(data, name)
    for signature, what, way_out in _SIGNATURES:
        if data.startswith(signature):
            raise unsupported(what, way_out)
    # Many systems export an HTML or XML page and call it .xls.
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        raise unsupported("网页格式的表格", _SAVE_AS)
    if head.startswith(b"<?xml"):
        raise unsupported("XML 文件", _SAVE_AS)


def refuse_other_packages(entries: set[str]) -> None:
    """Raise UnreadableFileError unless *entries* of a zip archive are a workbook's."""
    if {"[Content_Types].xml", "xl/workbook.xml"} <= entries:
        return
    for entry, what, way_out in _PACKAGES:
        if entry in entries:
            raise unsupported(what, way_out)
    raise unsupported("压缩包", "请解压后上传其中的 .xlsx 或 .csv 文件。")


def _legacy(data: bytes, name: str) -> UnreadableFileError:
    """Tell old workbooks, old documents and locked new ones apart: one container."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return UnreadableFileError(
            "password_protected",
            "文件设有打开密码。请在 Excel 或 WPS 中取消密码并保存后，重新上传。",
        )
    if "WordDocument".encode("utf-16-le") in data or name.lower().endswith(".doc"):
        return unsupported(
            "旧版 Word 文档（.doc）", "请把内容放进 Excel 模板，保存为 .xlsx 后上传。"
        )
    kind = (
        "WPS 表格（.et）" if name.lower().endswith(".et") else "旧版 Excel 表格（.xls）"
    )
    return unsupported(kind, _SAVE_AS)

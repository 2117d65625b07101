"""A workbook is a zip archive from a stranger: what must hold before it is unpacked."""

import io
import struct
import zipfile

from question_bank.readers.grid import MEGABYTE, Limits, UnreadableFileError

_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_DIRECTORY_ENTRY = 46
_LARGE = 8 * MEGABYTE
_ENCRYPTED = 0x1


def entries(data: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    """Return what the archive *data* declares to hold, without unpacking any of it.

    Raises UnreadableFileError when the archive is damaged, when it declares more
    parts or larger ones than *limits* allow, or when a part is locked.
    """
    _bounded_directory(data, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise damaged() from error
    if len({info.filename for info in found}) != len(found):
        raise damaged()
    for info in found:
        _acceptable(info, limits)
    if sum(info.file_size for info in found) > limits.unpacked_size:
        raise _too_large(limits)
    return found


def damaged() -> UnreadableFileError:
    return UnreadableFileError(
        "damaged",
        "文件已损坏或不完整，无法打开。请在 Excel 或 WPS 中打开确认后，"
        "“另存为”新的 .xlsx，再重新上传。",
    )


def too_demanding() -> UnreadableFileError:
    return UnreadableFileError(
        "too_demanding",
        "打开这个文件所需的内存或时间超出上限。请删除多余的行、列和图片，"
        "或把题目复制到新的工作簿后重新上传。",
    )


def _bounded_directory(data: bytes, limits: Limits) -> None:
    """Look at the directory's size first: listing half a million names costs memory."""
    at = data.rfind(_END, max(0, len(data) - _END_SIZE - _LONGEST_COMMENT))
    if at < 0 or at + _END_SIZE > len(data):
        raise damaged()
    size: int = struct.unpack_from("<I", data, at + 12)[0]
    if size > limits.entries * (_DIRECTORY_ENTRY + 512):
        raise UnreadableFileError(
            "too_many_parts",
            f"文件内部超过 {limits.entries} 个部件，不是普通的表格。"
            "请把题目复制到新的工作簿后重新上传。",
        )


def _acceptable(info: zipfile.ZipInfo, limits: Limits) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableFileError(
            "password_protected", "文件设有密码。请取消密码并保存后，重新上传。"
        )
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise damaged()
    if info.file_size > limits.unpacked_size:
        raise _too_large(limits)
    if info.file_size > _LARGE and info.file_size > limits.ratio * info.compress_size:
        raise UnreadableFileError(
            "unpacks_too_large",
            f"文件内部的“{info.filename}”压缩比异常，可能是恶意文件，已拒绝打开。"
            "请把题目复制到新的工作簿后重新上传。",
        )


def _too_large(limits: Limits) -> UnreadableFileError:
    return UnreadableFileError(
        "unpacks_too_large",
        f"文件解压后超过 {limits.unpacked_size // MEGABYTE} MB。"
        "请删除图片和多余的行列，或拆分成几个文件后重新上传。",
    )

"""QTI: single items, and packages with a manifest that lists them."""

import zipfile
from functools import partial
from io import BytesIO
from posixpath import dirname, join, normpath
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from question_bank.media import Media, picture
from question_bank.readers import archive, parts
from question_bank.readers.exchanged import Item, take_item
from question_bank.readers.gathering import (
    FORM_HEAD,
    Gathering,
    form_source,
    nothing_said,
    refused,
)
from question_bank.readers.grid import Limits, UnreadableFileError
from question_bank.readers.prose import require_questions
from question_bank.readers.qti_item import fill_item
from question_bank.readers.reading import Reading
from question_bank.readers.xml_tree import attribute, every, name_of, parsed, text_in

_MANIFEST = "imsmanifest.xml"
_LARGEST_PART = 8 * 1024 * 1024
_ITEM = "assessmentitem"


def read_qti_item(data: bytes, name: str) -> Reading:
    """Return what the one QTI item in *data*, the file *name*, asks.

    Raises UnreadableFileError for what is no item.
    """
    root = parsed(data)
    if name_of(root) != _ITEM:
        raise UnreadableFileError(
            "items_missing",
            "文件中没有 QTI 试题（assessmentItem）。请上传试题或包含试题的压缩包。",
        )
    found = Gathering(heads=[FORM_HEAD])
    take_item(Item(name, 1, ""), partial(fill_item, root=root), found)
    return found.reading(name, "qti")


def read_qti_package(data: bytes, name: str, limits: Limits) -> Reading:
    """Return what the items of the package *data*, the file *name*, ask.

    Raises UnreadableFileError for a package without manifest or with one that cannot be
    read, for names that lead out of the package, and for damage.
    """
    infos = parts.check(data, limits)
    known = {info.filename for info in infos}
    _refuse_outside(known)
    if _MANIFEST not in known:
        raise UnreadableFileError(
            "manifest_missing",
            "压缩包的最外层没有 imsmanifest.xml，不是完整的 QTI 包。"
            "请从原来的系统重新导出整个包。",
        )
    found = Gathering(heads=[FORM_HEAD])
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            manifest = _manifest(package.read(_MANIFEST))
            reader = _Package(package, known, found)
            for row, resource in enumerate(_items(manifest), start=1):
                reader.take(resource, row)
    except zipfile.BadZipFile as error:
        raise archive.damaged() from error
    require_questions(found)
    return found.reading(name, "qti")


def _refuse_outside(names: set[str]) -> None:
    for name in names:
        path = name.replace("\\", "/")
        if path.startswith("/") or ".." in path.split("/") or ":" in path.split("/")[0]:
            raise UnreadableFileError(
                "path_outside",
                f"压缩包中的路径“{name[:60]}”指向包外，可能是恶意文件，已拒绝打开。",
            )


def _manifest(data: bytes) -> Element:
    try:
        root = parsed(data, _MANIFEST)
    except UnreadableFileError as error:
        if error.code != "xml_malformed":
            raise
        raise _manifest_malformed() from error
    if name_of(root) != "manifest" or not any(every(root, "resources")):
        raise _manifest_malformed()
    return root


def _manifest_malformed() -> UnreadableFileError:
    return UnreadableFileError(
        "manifest_malformed",
        "imsmanifest.xml 不是完整的 QTI 清单，无法读取。请从原来的系统重新导出。",
    )


def _items(manifest: Element) -> list[Element]:
    """Return the resources of *manifest* that are items."""
    resources = list(every(manifest, "resource"))
    found = [one for one in resources if "item" in attribute(one, "type").lower()]
    if not found:
        raise UnreadableFileError(
            "items_missing", "清单中没有列出任何试题。请从原来的系统重新导出。"
        )
    return found


class _Package:
    """Reads items out of an open package into *found*."""

    def __init__(
        self, package: zipfile.ZipFile, known: set[str], found: Gathering
    ) -> None:
        self.package = package
        self.known = known
        self.found = found

    def take(self, resource: Element, row: int) -> None:
        path = self._path("", attribute(resource, "href"))
        where = f"“{path}”："
        if path not in self.known:
            self._refuse(
                path,
                row,
                "item_missing",
                f"{where}清单列出的试题文件不在包中。请重新导出。",
            )
            return
        try:
            root = parsed(self._read(path), path)
        except UnreadableFileError as error:
            self._refuse(path, row, error.code, str(error))
            return
        if name_of(root) != _ITEM:
            self._refuse(path, row, "items_missing", f"{where}不是 QTI 试题。")
            return
        item = Item(path, row, where, pictures=partial(self._picture, path))
        item.tags = [
            text_in(one).strip() for one in every(resource, "keyword") if text_in(one)
        ]
        take_item(item, partial(fill_item, root=root), self.found)

    def _refuse(self, path: str, row: int, code: str, message: str) -> None:
        source = form_source(path, row, nothing_said(""), None)
        self.found.settle(source, refused(code, message), path)

    def _read(self, path: str) -> bytes:
        if self.package.getinfo(path).file_size > _LARGEST_PART:
            raise UnreadableFileError(
                "unpacks_too_large", f"“{path}”过大，已拒绝打开。请缩小后重新导出。"
            )
        return self.package.read(path)

    def _path(self, folder: str, address: str) -> str:
        """Return where *address*, seen from *folder*, is in the package."""
        if address in self.known:
            return address
        return normpath(join(folder, unquote(address))).lstrip("/")

    def _picture(self, item: str, address: str) -> Media | None:
        path = self._path(dirname(item), address)
        return picture(self._read(path)) if path in self.known else None

"""XML from strangers: parsed without types, entities or anything from elsewhere."""

import html
import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from question_bank.readers.grid import UnreadableFileError

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding=["']([\w-]+)["'][^>]*\?>""")
_CHINESE = frozenset({"gbk", "gb2312", "gb18030"})
_DEEPEST = 200
_VOID = frozenset({"br", "img", "hr", "mspace"})


def parsed(data: bytes, place: str = "") -> Element:
    """Return the root of the XML *data*; *place* names it in a refusal.

    Raises UnreadableFileError for a document type, an entity, and what is no XML.
    """
    where = f"“{place}”" if place else "文件"
    try:
        root: Element = ElementTree.fromstring(_in_unicode(data), forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnreadableFileError(
            "xml_entities",
            f"{where}含有 DTD 或实体声明，可能是恶意文件，已拒绝打开。"
            "请从原来的系统重新导出。",
        ) from error
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableFileError(
            "xml_malformed",
            f"{where}不是完整的 XML，无法读取。请从原来的系统重新导出。",
        ) from error
    return root


def _in_unicode(data: bytes) -> bytes:
    """Return *data* in UTF-8 where it is in a Chinese encoding, which parsers lack."""
    declared = _DECLARED.match(data)
    if declared and declared[1].decode().lower() in _CHINESE:
        return data[declared.end() :].decode("gb18030").encode()
    return data


def name_of(element: Element) -> str:
    """Return the element's name without namespace, hyphens, case and ``qti-``.

    ``qti-choice-interaction`` of QTI 3 and ``choiceInteraction`` of QTI 2 are the same.
    """
    return element.tag.rpartition("}")[2].removeprefix("qti-").replace("-", "").lower()


def attribute(element: Element, name: str) -> str:
    """Return an attribute whose name is told as `name_of` tells names."""
    for given, value in element.attrib.items():
        if given.rpartition("}")[2].replace("-", "").lower() == name:
            return value
    return ""


def every(element: Element, name: str) -> Iterable[Element]:
    """Return all elements called *name* in *element*."""
    return (one for one in element.iter() if name_of(one) == name)


def first(element: Element, name: str) -> Element | None:
    """Return the first child of *element* called *name*."""
    return next((one for one in element if name_of(one) == name), None)


def text_in(element: Element | None) -> str:
    """Return all the text in *element*."""
    return "" if element is None else "".join(element.itertext())


def markup_of(element: Element, instead: dict[Element, str], depth: int = 0) -> str:
    """Return what is inside *element* as HTML, without namespaces.

    *instead* has what to write for some elements.
    """
    if depth > _DEEPEST:
        raise UnreadableFileError(
            "xml_malformed", "XML 的嵌套过深，无法读取。请从原来的系统重新导出。"
        )
    written = html.escape(element.text or "", quote=False)
    for child in element:
        if child in instead:
            written += instead[child]
        else:
            written += _one(child, instead, depth)
        written += html.escape(child.tail or "", quote=False)
    return written


def _one(element: Element, instead: dict[Element, str], depth: int) -> str:
    tag = element.tag.rpartition("}")[2]
    given = "".join(
        f' {name.rpartition("}")[2]}="{html.escape(value)}"'
        for name, value in element.attrib.items()
    )
    if tag in _VOID:
        return f"<{tag}{given}>"
    return f"<{tag}{given}>{markup_of(element, instead, depth + 1)}</{tag}>"

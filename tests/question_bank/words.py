"""Word documents such as offices send, made on the spot."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from html import escape

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


def _level(depth: int, form: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = f"""<w:numbering {NAMESPACES}>
<w:abstractNum w:abstractNumId="0">
{_level(0, "decimal", "%1.")}{_level(1, "upperLetter", "%2.")}
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
{_level(0, "chineseCounting", "%1、")}
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/>
<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
</w:numbering>"""
STYLES = f"""<w:styles {NAMESPACES}><w:style w:type="paragraph" w:styleId="Option">
<w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Child"><w:basedOn w:val="Option"/></w:style>
</w:styles>"""


def run(text: str, properties: str = "") -> str:
    """Return a run of *text*, with what stands in its properties."""
    words = escape(text, quote=False)
    space = 'xml:space="preserve"'
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t {space}>{words}</w:t></w:r>"


def paragraph(*runs: str, properties: str = "") -> str:
    """Return a paragraph; a text that is no markup becomes a run."""
    inside = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def listed(text: str, level: int = 0, number: int = 1) -> str:
    """Return a paragraph that Word numbers by itself."""
    given = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, properties=given)


def styled(text: str, style: str) -> str:
    """Return a paragraph whose style numbers it."""
    return paragraph(text, properties=f'<w:pStyle w:val="{style}"/>')


def table(rows: Sequence[Sequence[str]]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def image(relation: str) -> str:
    """Return a run that shows the picture behind *relation*."""
    blip = f'<a:blip r:embed="{relation}"/>'
    return f"<w:r><w:drawing>{blip}</w:drawing></w:r>"


def png(width: int = 2, height: int = 2) -> bytes:
    """Return a picture whose header declares this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + bytes(2) for _ in range(2)))
    signature = b"\x89PNG\r\n\x1a\n"
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return signature + b"".join(parts)


def docx(*blocks: str, media: Mapping[str, bytes] | None = None) -> bytes:
    """Return a document of *blocks*; a text that is no markup becomes a paragraph.

    *media* has the pictures by the names of their relations.
    """
    inside = "".join(one if one.startswith("<") else paragraph(one) for one in blocks)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    relations = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="media/{name}.png"/>'
        for name in media or {}
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>'
        )
        archive.writestr(
            "word/document.xml",
            f"<w:document {NAMESPACES}><w:body>{inside}</w:body></w:document>",
        )
        archive.writestr("word/numbering.xml", NUMBERING)
        archive.writestr("word/styles.xml", STYLES)
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{relations}'
            "</Relationships>",
        )
        for name, data in (media or {}).items():
            archive.writestr(f"word/media/{name}.png", data)
    return target.getvalue()

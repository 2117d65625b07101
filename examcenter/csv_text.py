"""CSV that spreadsheet programs open rightly and cannot be made to calculate by."""

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS_A_FORMULA = tuple("=+-@\t\r＝＋－＠")


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """Return *rows* as CSV with a byte order mark, without which Excel shows garbage.

    A cell that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([neutralised(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def neutralised(cell: object) -> str:
    """Return *cell* as text that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text

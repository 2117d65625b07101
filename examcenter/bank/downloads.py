"""Workbooks as answers."""

import io

from flask import send_file
from flask.typing import ResponseReturnValue

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(data: bytes, name: str) -> ResponseReturnValue:
    """Answer with the XLSX workbook *data* as a download called *name*."""
    return send_file(
        io.BytesIO(data), mimetype=_XLSX, as_attachment=True, download_name=name
    )

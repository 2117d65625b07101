"""Where a visitor may be sent on to: a path of this centre and nowhere else."""

from urllib.parse import urlsplit


def own_path(target: str) -> str | None:
    """Return *target* if it is a path of this centre, else None.

    Browsers read a backslash as a slash and drop control characters, so neither may
    stand in it.
    """
    parts = urlsplit(target)
    starts_right = target.startswith("/") and not target.startswith("//")
    plain = target.isprintable() and "\\" not in target
    if starts_right and plain and not parts.scheme and not parts.netloc:
        return target
    return None

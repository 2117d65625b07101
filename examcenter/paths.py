"""Where the files that travel with the program are found."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
_INSTALLED = _PACKAGE / "resources"


def resource(name: str) -> Path:
    """Return the path of *name*, such as ``static`` or ``config.toml``.

    In a checkout it stands beside the package; in an installed wheel inside it.
    """
    beside = _CHECKOUT / name
    return beside if beside.exists() else _INSTALLED / name

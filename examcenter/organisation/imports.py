"""What loading a table of departments or people comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from examcenter.config import Imports
from examcenter.errors import ConflictError, Fault
from examcenter.organisation.columns import Entry, Table
from question_bank.readers.grid import MEGABYTE, Limits

Row = TypeVar("Row")

IMPORT = "import of departments or people"
"""The turn that both imports take, because people hang on departments."""


class ImportCollidedError(ConflictError):
    """Two imports wrote the same rows at once; the other one was first."""

    code = "import_collided"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do when asked beforehand.

    *created* and the like count rows; all are 0 when anything was *rejected*, because
    then nothing is taken.  Each bad row is one fault, with all its reasons.
    """

    file: str
    encoding: str | None
    rows: int
    created: int
    changed: int
    unchanged: int
    rejected: tuple[Fault, ...]
    ignored_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_to_be_written(self) -> bool:
        return not self.rejected and bool(self.created or self.changed)


@dataclass(slots=True)
class Plan(Generic[Row]):
    """The rows of a file sorted by what is to be done with them."""

    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_to_be_written(self) -> bool:
        return not self.faults and bool(self.new or self.changed)

    def report(self, table: Table) -> ImportReport:
        good = not self.faults
        return ImportReport(
            file=table.file,
            encoding=table.encoding,
            rows=len(table.entries),
            created=len(self.new) if good else 0,
            changed=len(self.changed) if good else 0,
            unchanged=self.unchanged if good else 0,
            rejected=tuple(self.faults),
            ignored_columns=table.ignored_columns,
            notes=(*table.notes, *self.notes),
        )


def limits_of(settings: Imports) -> Limits:
    """Return how much one file may ask of the machine."""
    return Limits(file_size=settings.max_file_mb * MEGABYTE, rows=settings.max_rows)


def fault_of(entry: Entry, problems: Sequence[tuple[str, str]]) -> Fault:
    """Return one fault for *entry*: the first code, and every sentence."""
    return entry.fault(problems[0][0], "；".join(words for _, words in problems))

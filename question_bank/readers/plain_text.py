"""Plain text files: lines of questions in any of the layouts of `prose`."""

from question_bank.readers.delimited import looks_separated
from question_bank.readers.gathering import Gathering
from question_bank.readers.grid import Limits, UnreadableFileError
from question_bank.readers.notices import NO_HEADER
from question_bank.readers.prose import Places, require_questions, take_prose
from question_bank.readers.prose_marks import Line
from question_bank.readers.reading import Reading


def read_plain_text(text: str, name: str, encoding: str, limits: Limits) -> Reading:
    """Return what the lines of *text*, the file *name*, hold.

    Raises UnreadableFileError where nothing in it is like a question.
    """
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while raw and not raw[-1].strip():
        raw.pop()
    refuse_many_lines(len(raw), limits)
    found = Gathering()
    take_prose(
        [Line(at, line) for at, line in enumerate(raw, start=1)], found, Places()
    )
    if not found.candidates and looks_separated(text):
        raise UnreadableFileError("header_not_found", NO_HEADER)
    require_questions(found)
    return found.reading(name, "text", encoding)


def refuse_many_lines(lines: int, limits: Limits) -> None:
    """Raise UnreadableFileError for more lines than *limits* allow rows."""
    if lines > limits.rows:
        raise UnreadableFileError(
            "too_many_rows",
            f"文件超过 {limits.rows} 行的上限。请拆分成几个文件后分别导入。",
        )

"""A bank as a file: all that is in use, in the format that somebody else reads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from examcenter.bank import pictures, service
from question_bank.media import Media
from question_bank.model import Question
from question_bank.writers.gift import write_gift
from question_bank.writers.moodle_xml import write_moodle_xml
from question_bank.writers.own_json import write_own_json
from question_bank.writers.qti import write_qti
from question_bank.writers.questions_xlsx import write_questions

Writer = Callable[[Iterable[Question], Mapping[str, Media]], bytes]


class Format(StrEnum):
    """What a bank can be written as; the values are those of the command."""

    XLSX = "xlsx"
    GIFT = "gift"
    MOODLE_XML = "moodle-xml"
    QTI = "qti"
    JSON = "json"


_WRITERS: Mapping[Format, Writer] = {
    Format.XLSX: lambda questions, _: write_questions(questions),
    Format.GIFT: write_gift,
    Format.MOODLE_XML: write_moodle_xml,
    Format.QTI: write_qti,
    Format.JSON: write_own_json,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A bank written: the file, how many questions, how many of them lost markup."""

    data: bytes
    questions: int
    plainer: int


def export(session: Session, bank_name: str, form: Format) -> Exported:
    """Return the questions in use of a bank, keys and all, written as *form*.

    Raises BankNotFoundError.
    """
    ids = [one.revision_id for one in service.candidates(session, bank_name)]
    by_id = service.questions(session, ids)
    questions = [by_id[number] for number in ids]
    shown = (mark for question in questions for mark in question.media)
    media = pictures.pictures(session, shown)
    plainer = sum(one.rich for one in questions) if form is Format.XLSX else 0
    return Exported(_WRITERS[form](questions, media), len(questions), plainer)

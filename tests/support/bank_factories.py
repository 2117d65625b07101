"""Questions, stored or in the files that offices send."""

import csv
import io
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from examcenter.bank import pictures
from examcenter.bank.models import Bank, QuestionRow, Revision, RevisionPicture
from examcenter.bank.rules import DEFAULT_BANK, Pool
from question_bank.duplicates import fingerprint, key_digest
from question_bank.media import Media, picture
from question_bank.model import TRUE_FALSE_OPTIONS, Kind, Question
from tests.question_bank.words import png
from tests.support.factories import NOW

HEADER = (
    "题型",
    "题干",
    "选项A",
    "选项B",
    "选项C",
    "选项D",
    "答案",
    "解析",
    "知识点",
    "难度",
)
_numbers = count(1)


def a_question(
    stem: str = "",
    key: str = "B",
    *,
    kind: Kind = Kind.SINGLE,
    category: str = "宪法",
    difficulty: str = "易",
) -> Question:
    """Return a good question; without *stem* it is one of its own."""
    stem = stem or f"第{next(_numbers)}种情形应当如何处理（　　）。"
    options = ("予以受理", "不予受理", "移送有权机关", "责令补正")
    return Question(
        kind=kind,
        stem=stem,
        options=TRUE_FALSE_OPTIONS if kind is Kind.TRUE_FALSE else options,
        key=tuple(key),
        explanation=f"解析：{stem}",
        category=category,
        difficulty=difficulty,
        citation="《中华人民共和国行政许可法》第三十二条",
    )


def a_bank(db: Session, name: str = DEFAULT_BANK, pool: Pool = Pool.FORMAL) -> Bank:
    """Return the bank called *name*, storing it if it is new."""
    found = db.scalars(select(Bank).where(Bank.name == name)).one_or_none()
    if found:
        return found
    bank = Bank(name=name, pool=pool.value, created_at=NOW)
    db.add(bank)
    db.flush()
    return bank


def a_stored_question(
    db: Session, question: Question | None = None, bank: str = DEFAULT_BANK
) -> QuestionRow:
    """Store *question* as a first revision."""
    row = QuestionRow(
        bank_id=a_bank(db, bank).id,
        fingerprint=fingerprint(question := question or a_question()),
    )
    db.add(row)
    db.flush()
    a_revision(db, row, question)
    return row


def a_revision(db: Session, row: QuestionRow, question: Question) -> Revision:
    """Store *question* as the next revision of *row*."""
    had = db.scalars(select(Revision.number).where(Revision.question_id == row.id))
    row.head = max(had, default=0) + 1
    revision = Revision(
        question_id=row.id,
        number=row.head,
        kind=question.kind.value,
        stem=question.stem,
        options=list(question.options),
        key=list(question.key),
        explanation=question.explanation,
        category=question.category,
        difficulty=question.difficulty,
        citation=question.citation,
        material=question.material,
        rich=question.rich,
        key_digest=key_digest(question),
        created_at=NOW,
    )
    db.add(revision)
    db.flush()
    return revision


def a_row(stem: str = "", answer: str = "B", **cells: str) -> dict[str, str]:
    """Return a row of an office's table; *cells* override by header."""
    question = a_question(stem)
    options = dict(zip(HEADER[2:6], question.options, strict=True))
    row = {"题型": "单选题", "题干": question.stem, **options, "答案": answer}
    return {**row, "知识点": question.category, **cells}


def a_truth(stem: str, answer: str) -> dict[str, str]:
    """Return the row of a question that is true or false, without options."""
    return {"题型": "判断题", "题干": stem, "答案": answer, "知识点": "宪法"}


def a_file(*rows: dict[str, str], encoding: str = "gb18030") -> bytes:
    """Return *rows* as the CSV file that a Chinese spreadsheet program writes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def a_stored_picture(db: Session, revision_id: int) -> Media:
    """Store a picture that the revision shows."""
    media = picture(png())
    pictures.store(db, [media])
    db.add(RevisionPicture(revision_id=revision_id, sha256=media.sha256))
    db.flush()
    return media

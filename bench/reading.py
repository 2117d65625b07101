"""Questions read per second from each kind of file; nothing is stored.

Run: python bench/reading.py [questions]
"""

import platform
import resource
import sys
from collections.abc import Callable, Sequence
from time import perf_counter

from question_bank.model import Kind, Question
from question_bank.readers.questions import read_questions
from question_bank.writers.gift import write_gift
from question_bank.writers.moodle_xml import write_moodle_xml
from question_bank.writers.own_json import write_own_json
from question_bank.writers.questions_xlsx import write_questions

LETTERS = "ABCD"


def question(number: int) -> Question:
    return Question(
        kind=Kind.SINGLE,
        stem=f"第{number}种情形依照行政处罚法的规定应当如何处理（　）。",
        options=("予以受理", "不予受理并说明理由", "移送有权机关", "责令限期补正"),
        key=(LETTERS[number % 4],),
        explanation="依据第三十二条。",
        category="行政处罚法",
    )


def text(questions: Sequence[Question]) -> bytes:
    blocks = (
        f"{number}.{one.stem}\n"
        + "".join(f"{x}.{o}" for x, o in zip(LETTERS, one.options, strict=True))
        + f"\n答案：{one.key[0]}\n解析：{one.explanation}"
        for number, one in enumerate(questions, start=1)
    )
    return "\n".join(blocks).encode("gb18030")


WRITERS: Sequence[tuple[str, Callable[[Sequence[Question]], bytes], int]] = (
    ("xlsx", write_questions, 1),
    ("text", text, 20),
    ("gift", lambda questions: write_gift(questions, {}), 10),
    ("moodle-xml", lambda questions: write_moodle_xml(questions, {}), 10),
    ("json", lambda questions: write_own_json(questions, {}), 10),
)


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"{platform.machine()}, CPython {platform.python_version()}")
    print(f"{'format':12}{'questions':>10}{'seconds':>9}{'MB child':>10}")
    for name, write, share in WRITERS:
        good = [question(number) for number in range(most // share)]
        data = write(good)
        started = perf_counter()
        reading = read_questions(data, "bank")
        seconds = perf_counter() - started
        read = [(one.question.stem, one.question.key) for one in reading.candidates]
        if read != [(one.stem, one.key) for one in good]:
            raise SystemExit(f"{name}: not read as written")
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{name:12}{len(good):10,}{seconds:9.1f}{child:10.0f}")


if __name__ == "__main__":
    main()

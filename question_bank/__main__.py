"""``python -m question_bank FILE``: what is in a file of questions, as JSON."""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from question_bank.intake import Intake, Known, sift
from question_bank.readers.questions import read_questions
from question_bank.writers.errors_xlsx import write_errors


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report of one file; return 0, or 1 when it would be refused."""
    options = _parser().parse_args(arguments)
    started = time.perf_counter()
    try:
        data = options.file.read_bytes()
    except OSError as error:
        sys.stderr.write(f"无法打开 {options.file}：{error.strerror}\n")
        return 2
    intake = sift(read_questions(data, options.file.name), _nothing)
    document = intake.document(time.perf_counter() - started)
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    _write_errors(intake, options.errors)
    return int(intake.would_be_refused)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m question_bank", description="检查题库文件，输出 JSON 报告。"
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="题库文件，格式不限")
    parser.add_argument(
        "--errors", type=Path, metavar="OUT.xlsx", help="把有问题的行写入此文件"
    )
    return parser


def _nothing(_: Sequence[str]) -> Mapping[str, Known]:
    return {}


def _write_errors(intake: Intake, path: Path | None) -> None:
    if path is not None and intake.would_be_refused:
        path.write_bytes(write_errors(intake))


if __name__ == "__main__":
    raise SystemExit(main())

import doctest
from pathlib import Path

import question_bank


def test_the_examples_of_the_readme_run_as_shown() -> None:
    readme = Path(question_bank.__file__).with_name("README.md")

    results = doctest.testfile(str(readme), module_relative=False, encoding="utf-8")

    assert results.attempted > 0
    assert results.failed == 0

"""Whoever follows a link in the documents arrives somewhere."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOREIGN = {".venv", ".git", "var"}
PAGES = sorted(
    page
    for page in ROOT.rglob("*.md")
    if not FOREIGN & set(page.relative_to(ROOT).parts)
)
GUIDES = ("administrator", "bank-editor", "exam-officer", "examinee", "hr")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def links(page: Path) -> Iterator[str]:
    """Return what the links and pictures of *page* point to inside the repository."""
    text = re.sub(
        r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    for target in re.findall(r"\]\(\s*<?([^)\s>]+)", text):
        if not re.match(r"[a-z]+:", target):
            yield unquote(target)


def anchors(page: Path) -> set[str]:
    """Return the anchors that the headings of *page* make on a code host."""
    heads = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_points_to_something(page: Path) -> None:
    dead = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            dead.append(target)

    assert dead == []


def test_the_documents_are_found() -> None:
    assert {"README.md", "docs/README.md", "docs/hr.md"} <= {named(p) for p in PAGES}
    assert "docs/README.md" in set(links(ROOT / "README.md"))


@pytest.mark.parametrize("guide", GUIDES)
def test_every_guide_begins_with_what_its_reader_can_do(guide: str) -> None:
    lines = (ROOT / "docs" / f"{guide}.md").read_text(encoding="utf-8").splitlines()

    assert lines[0].startswith("# ")
    assert lines[2].startswith("读完本页，您能")
    assert "After this page you can" in "".join(lines[2:6])


@pytest.mark.parametrize("guide", GUIDES)
def test_the_words_of_a_guide_stand_on_the_pages(guide: str) -> None:
    text = (ROOT / "docs" / f"{guide}.md").read_text(encoding="utf-8")

    strange = [word for word in re.findall("「([^」]+)」", text) if not said(word)]

    assert strange == []


def said(word: str) -> bool:
    """Tell whether a page, a label or a script of the page says *word*.

    A number in it stands for any number, an ellipsis for the rest of a sentence.
    """
    parts = re.split(r"\d[\d,]*", re.sub("…+$", "", word))
    number = r"(?:%\(\w+\)s|\{\w+\}|\d[\d,]*)"
    return re.search(number.join(map(re.escape, parts)), everything_said()) is not None


@cache
def everything_said() -> str:
    folder = ROOT / "examcenter"
    files = [path for kind in ("*.html", "*.py") for path in folder.rglob(kind)]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)

"""Templates, scripts and style sheets: old browsers, the policy, two languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from examcenter.paths import resource

TEMPLATES = sorted(
    (Path(__file__).resolve().parents[1] / "examcenter" / "templates").rglob("*.html")
)
SCRIPTS = sorted(resource("static/js").rglob("*.js"))
SHEETS = sorted(resource("static/css").rglob("*.css"))

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TRANSLATES = {"_", "gettext", "ngettext"}

# The floor is ES2020 and Chrome 80 (rooms have browsers of 2020).
NEWER_SCRIPT = re.compile(
    r"\?\?=|\|\|=|&&=|\.replaceAll\(|\.at\(|\.findLast|\bstructuredClone\b|"
    r"\bstatic\s*\{|\bthis\.#\w|^\s*#\w+\s*[=(;]|\bObject\.hasOwn\b|\.toSorted\(|"
    r"\.replaceChildren\(|\bAbortSignal\.(?:timeout|any)\b|\.toReversed\(|"
    r"\bPromise\.any\b|\bWeakRef\b|\bcrypto\.randomUUID\b|^\s*await\s.*// top|"
    r"\bimport\b.*\bwith\s*\{|(?<![\w$])\d+_\d+",
    re.MULTILINE,
)
NEWER_STYLE = re.compile(
    r":has\(|:is\(|:where\(|@layer|@container|@property|@scope|"
    r"\binset(?:-inline|-block)?\s*:|\baspect-ratio\s*:|color-mix\(|"
    r"\b\d*\.?\d+(?:dvh|svh|lvh|dvw|svw|lvw)\b|:not\([^)]*,"
)


def names(path: Path) -> str:
    return "/".join(path.parts[-2:])


@pytest.mark.parametrize("script", SCRIPTS, ids=names)
def test_a_script_keeps_to_ES2020(script: Path) -> None:  # noqa: N802 - a name
    assert NEWER_SCRIPT.findall(without_comments(script.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "newer",
    [
        "a ??= b",
        "a ||= b",
        "a &&= b",
        "s.replaceAll('a', 'b')",
        "list.at(-1)",
        "list.findLast(f)",
        "structuredClone(a)",
        "place.replaceChildren(...fresh)",
        "class A { static { start(); } }",
        "this.#secret",
        "  #secret = 1;",
        "  #hidden() {}",
        "1_000",
    ],
)
def test_what_is_newer_than_ES2020_is_noticed(newer: str) -> None:  # noqa: N802
    assert NEWER_SCRIPT.search(newer)


@pytest.mark.parametrize("sheet", SHEETS, ids=names)
def test_a_style_sheet_keeps_to_what_chrome_80_knows(sheet: Path) -> None:
    text = without_comments(sheet.read_text("utf-8"))

    assert NEWER_STYLE.findall(text) == []
    assert nested_rules(text) == []


def test_a_nested_rule_is_noticed() -> None:
    assert nested_rules(".a { color: red; .b { color: blue } }") == [".b"]
    assert nested_rules("@media print { .a { color: red } } .b { top: 0 }") == []


def nested_rules(text: str) -> list[str]:
    """Return the selectors of rules that stand inside other rules."""
    found: list[str] = []
    open_rules: list[str] = []
    for words, brace in re.findall(r"([^{};]*)([{};])", text):
        selector = words.strip()
        if brace == "}":
            open_rules.pop()
        elif brace == "{":
            if any(not outer.startswith("@") for outer in open_rules):
                found.append(selector)
            open_rules.append(selector)
    return found


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("template", TEMPLATES, ids=names)
def test_a_template_has_no_inline_style_or_script(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text("utf-8"), flags=re.DOTALL)

    assert (
        re.findall(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text)
        == []
    )
    assert [s for s in re.findall(r"<script\b[^>]*>", text) if not is_harmless(s)] == []


def is_harmless(script: str) -> bool:
    """Whether a script tag loads a file of ours or holds data that nobody runs."""
    return " src=" in script or 'type="application/json"' in script


@pytest.mark.parametrize("template", TEMPLATES, ids=names)
def test_what_a_template_says_in_chinese_can_be_translated(template: Path) -> None:
    environment = jinja2.Environment(
        autoescape=True, extensions=["jinja2.ext.do", "jinja2.ext.i18n"]
    )
    tree = environment.parse(template.read_text("utf-8"))

    assert list(untranslated(tree)) == []


def untranslated(node: nodes.Node, *, spoken: bool = False) -> Iterator[str]:
    """Return the Chinese texts of a template outside of ``_()`` and comparisons."""
    if isinstance(node, nodes.TemplateData) and CHINESE.search(node.data):
        yield node.data.strip()
    if isinstance(node, nodes.Const) and not spoken and CHINESE.search(str(node.value)):
        yield str(node.value)
    # A text that is compared is somebody's data and not printed.
    inside = isinstance(node, nodes.Compare | nodes.Operand) or (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name in TRANSLATES
    )
    for child in node.iter_child_nodes():
        yield from untranslated(child, spoken=inside)


def test_chinese_outside_of_a_translation_is_noticed() -> None:
    environment = jinja2.Environment(autoescape=True)
    tree = environment.parse("<p>你好</p>{{ '再见' }}{{ _('可以') }}{{ a == '在职' }}")

    assert list(untranslated(tree)) == ["<p>你好</p>", "再见"]

"""What would mislead a reader of the source, and which parts of it have grown long."""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import jinja2
import jinja2.meta
import pytest
from flask import Flask

import examcenter
from examcenter.cli import cli
from examcenter.errors import EnvironmentUnfitError, ExamCenterError
from examcenter.paths import resource
from examcenter.web import wording

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("examcenter", "question_bank")
TEMPLATES = ROOT / "examcenter" / "templates"
SOURCES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager"}
LISTED = 10


def test_no_module_is_named_for_nothing() -> None:
    assert [str(path) for path in SOURCES if path.stem in NAMELESS] == []


def test_the_longest_modules_and_functions_are_listed() -> None:
    modules = sorted(
        ((len(p.read_text().splitlines()), str(p.relative_to(ROOT))) for p in SOURCES),
        reverse=True,
    )
    functions = sorted((f for path in SOURCES for f in lengths(path)), reverse=True)

    for title, found in (("modules", modules), ("functions", functions)):
        sys.stdout.write(f"\nlongest {title}, in lines\n")
        sys.stdout.writelines(f"{n:6}  {name}\n" for n, name in found[:LISTED])

    assert modules, "the source was not found"
    assert functions, "no function was found"


def lengths(path: Path) -> Iterator[tuple[int, str]]:
    """Return the functions of a module with their lengths in lines."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            name = f"{path.relative_to(ROOT)}: {node.name}"
            yield node.end_lineno - node.lineno + 1, name


def test_every_page_that_a_view_names_has_its_template() -> None:
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in SOURCES
        for name in rendered(path)
        if not list(TEMPLATES.glob(name))
    }

    assert missing == set()


def test_every_template_is_asked_for_by_a_view_or_a_template() -> None:
    asked = {name for path in SOURCES for name in rendered(path)} | {
        name for path in TEMPLATES.rglob("*.html") for name in built_on(path)
    }
    wanted = {path for name in asked for path in TEMPLATES.glob(name)}

    idle = {str(p.relative_to(TEMPLATES)) for p in set(TEMPLATES.rglob("*.html"))}
    idle -= {str(p.relative_to(TEMPLATES)) for p in wanted}

    assert idle == set()


def test_every_template_that_a_template_is_built_on_exists() -> None:
    missing = {
        f"{path.relative_to(TEMPLATES)}: {name}"
        for path in TEMPLATES.rglob("*.html")
        for name in built_on(path)
        if not list(TEMPLATES.glob(name))
    }

    assert missing == set()


def rendered(path: Path) -> Iterator[str]:
    """Return the templates that a module renders; a hole in a name stands as ``*``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        name = "".join(
            str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts
        )
        if re.fullmatch(r"[a-z_*]+(/[a-z_*]+)+\.html", name):
            yield name


def built_on(path: Path) -> Iterator[str]:
    """Return the templates that a template extends, includes or imports."""
    environment = jinja2.Environment(autoescape=True)
    tree = environment.parse(path.read_text(encoding="utf-8"))
    return (name for name in jinja2.meta.find_referenced_templates(tree) if name)


def every_error() -> set[type[ExamCenterError]]:
    """Return every failure of the application, from all of its modules."""
    for module in pkgutil.walk_packages(examcenter.__path__, "examcenter."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: set[type[ExamCenterError]] = {ExamCenterError}
    waiting = [ExamCenterError]
    while waiting:
        below = waiting.pop().__subclasses__()
        found.update(below)
        waiting.extend(below)
    return {e for e in found if e.__module__.startswith("examcenter.")}


@pytest.mark.usefixtures("app")
def test_every_failure_has_its_sentence() -> None:
    speechless = {
        f"{error.__module__}.{error.__qualname__}: {error.code}"
        for error in every_error()
        if error.code not in wording.known_codes()
        and error.code not in AT_THE_TERMINAL
        and not issubclass(error, EnvironmentUnfitError)
    }

    assert speechless == set()


# Met only by an operator, who reads the words that they were raised with.
AT_THE_TERMINAL = {
    "demo_needs_an_empty_centre",
    "attempts_running",
    "target_not_empty",
    "row_not_moved",
}


def test_every_failure_ends_in_error() -> None:
    assert {e.__name__ for e in every_error() if not e.__name__.endswith("Error")} == (
        set()
    )


def commands(group: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Return every command below *group* as one types it."""
    if not isinstance(group, click.Group):
        yield " ".join(path)
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from commands(command, (*path, name))


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"[a-z]+(?:[ -][a-z]+)*", readme))

    untold = {c for c in commands(cli) if not any(c in words for words in told)}

    assert untold == set()


def test_every_command_says_what_it_does() -> None:
    silent = [name for name in commands(cli) if not help_of(name)]

    assert silent == []


def help_of(name: str) -> str:
    command: click.Command | None = cli
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    return command.get_short_help_str()


def test_every_setting_is_explained_where_it_stands() -> None:
    lines = resource("config.toml").read_text(encoding="utf-8").splitlines()

    settings = [line for line in lines if re.match(r"[a-z_0-9]+ *=", line)]

    assert len(settings) > 10
    assert [line for line in settings if not re.search(r"# \w", line)] == []


def test_every_view_says_who_may_reach_it(app: Flask) -> None:
    views = {
        name: getattr(view, "access", None)
        for name, view in app.view_functions.items()
        if not name.endswith("static")
    }

    assert [name for name, access in views.items() if access is None] == []

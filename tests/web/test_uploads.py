"""Uploaded files between preview and confirmation."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from examcenter.clock import FixedClock
from examcenter.config import Settings
from examcenter.errors import NotFoundError, TooLargeError
from examcenter.web import uploads


@pytest.fixture(autouse=True)
def request_there(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def a_file(data: bytes = b"rows", name: str = "名册.csv") -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name)


def left(settings: Settings) -> list[Path]:
    return list((settings.home / "uploads").iterdir())


def test_a_file_is_taken_as_it_was_kept() -> None:
    token = uploads.keep(a_file(), 1)

    assert uploads.take(token, 1) == ("名册.csv", b"rows")
    assert uploads.take(token, 1) == ("名册.csv", b"rows")


def test_somebody_else_finds_nothing() -> None:
    token = uploads.keep(a_file(), 1)

    with pytest.raises(NotFoundError):
        uploads.take(token, 2)


def test_a_dropped_file_is_gone_from_the_disk(settings: Settings) -> None:
    token = uploads.keep(a_file(), 1)

    uploads.drop(token)
    uploads.drop(token)

    assert left(settings) == []
    with pytest.raises(NotFoundError):
        uploads.take(token, 1)


def test_after_an_hour_a_file_is_not_given_and_the_next_one_sweeps_it(
    settings: Settings, clock: FixedClock
) -> None:
    old = uploads.keep(a_file(), 1)
    clock.advance(timedelta(hours=1))

    with pytest.raises(NotFoundError):
        uploads.take(old, 1)
    token = uploads.keep(a_file(b"new"), 1)

    assert {path.stem for path in left(settings)} == {token}


def test_only_the_owner_of_the_server_reads_what_is_kept(settings: Settings) -> None:
    uploads.keep(a_file(), 1)

    assert {path.stat().st_mode & 0o077 for path in left(settings)} == {0}


def test_too_large_a_file_is_refused_and_not_kept(
    app: Flask, settings: Settings
) -> None:
    most = settings.imports.max_file_mb * 1024 * 1024

    with pytest.raises(TooLargeError), app.test_request_context():
        uploads.keep(a_file(b"0" * (most + 1)), 1)

    assert left(settings) == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("../../etc/passwd", "passwd", id="climbing"),
        pytest.param("C:\\文档\\名册.xlsx", "名册.xlsx", id="windows"),
        pytest.param("a\r\nb\x1b[31m.csv", "ab[31m.csv", id="control-characters"),
        pytest.param("", "file", id="none"),
    ],
)
def test_only_the_last_part_of_a_name_is_kept(sent: str, kept: str) -> None:
    token = uploads.keep(a_file(name=sent), 1)

    assert uploads.take(token, 1)[0] == kept


@pytest.mark.parametrize(
    "token", ["", "../secret.key", "0" * 31, "G" * 32, "0" * 32 + "\n"], ids=ascii
)
def test_what_is_no_token_leads_nowhere(token: str) -> None:
    with pytest.raises(NotFoundError):
        uploads.take(token, 1)

"""The folder of pictures: on the disk before the name is given, and tidy."""

import os
import re
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest

from examcenter.proctoring.evidence import (
    Evidence,
    EvidenceMissingError,
    EvidenceUnavailableError,
    ForeignEvidenceError,
)

NOON = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
ELEVEN = NOON.timestamp() - 3600


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def evidence(home: Path) -> Evidence:
    return Evidence(home)


def the_file(home: Path, name: str) -> Path:
    (path,) = (home / "evidence").rglob(name)
    return path


def nobody(files: Collection[str]) -> Collection[str]:
    del files
    return ()


def test_what_was_stored_is_read_again_under_a_random_name(evidence: Evidence) -> None:
    names = {evidence.store(b"picture") for _ in range(50)}

    assert len(names) == 50
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in names)
    assert {evidence.read(name) for name in names} == {b"picture"}


def test_nobody_else_on_the_machine_may_look_into_the_folder(
    evidence: Evidence, home: Path
) -> None:
    file = the_file(home, evidence.store(b"picture"))

    folders = [home / "evidence", file.parent.parent, file.parent]
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700] * 3
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_name_is_given_after_file_and_folders_are_on_the_disk(
    evidence: Evidence, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    fsync = os.fsync

    def noted(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)

    file = the_file(home, evidence.store(b"picture"))

    root = home / "evidence"
    written = file.with_suffix(".part")
    assert synced == [home, root, file.parent.parent, written, file.parent]


@pytest.mark.parametrize(
    "name",
    [
        "../../secret.key",
        "/etc/passwd",
        "",
        "ab",
        "A" * 32,
        "0" * 31 + "/",
        "0" * 32 + "\n",
        "0" * 32 + ".part",
        "١" * 32,
    ],
)
def test_a_name_that_is_not_of_our_making_is_not_there(
    evidence: Evidence, name: str
) -> None:
    with pytest.raises(EvidenceMissingError):
        evidence.read(name)
    with pytest.raises(EvidenceMissingError):
        evidence.delete(name)


def test_a_disk_that_takes_nothing_leaves_nothing_behind(
    evidence: Evidence, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence.store(b"before")

    def refuses(handle: int) -> None:
        raise OSError(28, "No space left on device", handle)

    monkeypatch.setattr(os, "fsync", refuses)
    with pytest.raises(EvidenceUnavailableError):
        evidence.store(b"after")
    monkeypatch.undo()

    files = [path for path in (home / "evidence").rglob("*") if path.is_file()]
    assert [file.read_bytes() for file in files] == [b"before"]
    assert evidence.read(evidence.store(b"later")) == b"later"


def test_a_folder_that_was_moved_away_is_made_again(
    evidence: Evidence, home: Path
) -> None:
    evidence.store(b"before")
    (home / "evidence").rename(home / "moved")

    for _ in range(2):  # the first one notices
        try:
            name = evidence.store(b"after")
        except EvidenceUnavailableError:
            continue

    assert evidence.read(name) == b"after"


def test_the_sweep_deletes_old_files_without_a_row_and_nothing_else(
    evidence: Evidence, home: Path
) -> None:
    kept, orphan, fresh = (evidence.store(b"picture") for _ in range(3))
    half = the_file(home, orphan).with_suffix(".part")
    half.write_bytes(b"half a picture")
    stranger = home / "evidence" / "README"
    stranger.write_text("not ours")
    for path in (the_file(home, kept), the_file(home, orphan), half, stranger):
        os.utime(path, (ELEVEN, ELEVEN))
    os.utime(the_file(home, fresh), (NOON.timestamp(), NOON.timestamp()))

    deleted = evidence.sweep(lambda files: {kept} & set(files), before=NOON)

    assert deleted == 2
    assert evidence.read(kept) == evidence.read(fresh) == b"picture"
    assert stranger.is_file()
    assert not half.exists()
    with pytest.raises(EvidenceMissingError):
        evidence.read(orphan)


def test_pictures_that_another_database_knows_are_not_swept_away(
    evidence: Evidence, home: Path
) -> None:
    folder = the_file(home, evidence.store(b"picture")).parent
    for number in range(1_001):
        file = folder / f"{number:032x}"
        file.touch()
        os.utime(file, (ELEVEN, ELEVEN))

    with pytest.raises(ForeignEvidenceError):
        evidence.sweep(nobody, before=NOON)

    assert len(list(folder.iterdir())) == 1_002


def test_a_centre_without_a_picture_has_nothing_to_sweep(evidence: Evidence) -> None:
    assert evidence.sweep(nobody, before=NOON) == 0


def test_the_free_share_of_the_disk_is_asked_of_whoever_knows(home: Path) -> None:
    assert Evidence(home, free=lambda _: 4.5).free_percent() == 4.5
    assert 0 <= Evidence(home).free_percent() <= 100

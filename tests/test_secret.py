"""What the data directory shows to other users of the machine."""

from pathlib import Path

from examcenter import secret


def test_a_new_data_directory_and_its_key_are_for_their_owner_alone(
    tmp_path: Path,
) -> None:
    home = tmp_path / "centre"

    secret.create(home)

    assert home.stat().st_mode & 0o077 == 0
    assert {file.stat().st_mode & 0o077 for file in home.iterdir()} == {0}

"""Settings have one definition, and a wrong one stops the start."""

import tomllib
from pathlib import Path

import pytest

from examcenter import config
from examcenter.errors import EnvironmentUnfitError
from examcenter.paths import resource


def test_every_default_stands_in_the_settings_file() -> None:
    written = tomllib.loads(resource("config.toml").read_text())

    for section, field in config.Settings.model_fields.items():
        if section == "home":
            continue
        defaults = field.default.model_dump()
        shown = {k: "" if v is None else v for k, v in defaults.items()}
        assert written[section] == shown, section


def test_an_unknown_key_stops_the_start_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[server]\nprot = 8000\n")

    with pytest.raises(EnvironmentUnfitError, match=r"server\.prot"):
        config.load(file)


@pytest.mark.parametrize(
    "variable", ["EXAMCENTER_SERVER__PROT", "EXAMCENTER_SEVRER__PORT"]
)
def test_an_unknown_variable_stops_the_start(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "1")

    with pytest.raises(EnvironmentUnfitError, match=r"(?i)prot|sevrer"):
        config.load()


def test_the_environment_overrides_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMCENTER_SERVER__PORT", "8123")

    assert config.load().server.port == 8123


def test_a_value_of_the_wrong_kind_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EXAMCENTER_SERVER__WORKERS", "many")

    with pytest.raises(EnvironmentUnfitError, match=r"server\.workers"):
        config.load()

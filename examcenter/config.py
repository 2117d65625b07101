"""Settings: one frozen object, read once, checked before the first request."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from examcenter.errors import EnvironmentUnfitError
from examcenter.paths import resource

_PREFIX = "EXAMCENTER_"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


class Server(_Section):
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=2, ge=1, le=64)
    threads: int = Field(default=16, ge=1, le=256)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    secure_cookies: bool = False


class DatabaseSettings(_Section):
    url: str = ""
    busy_seconds: float = Field(default=15, gt=0, le=120)
    pool_size: int = Field(default=10, ge=1, le=500)
    pool_overflow: int = Field(default=10, ge=0, le=500)
    connect_timeout_seconds: int = Field(default=5, ge=2, le=60)
    statement_timeout_seconds: float = Field(default=60, gt=0, le=3600)
    lock_timeout_seconds: float = Field(default=10, gt=0, le=120)


class Locale(_Section):
    language: Literal["zh", "en"] = "zh"
    timezone: str = "Asia/Shanghai"


class Accounts(_Section):
    password_min_length: int = Field(default=10, ge=8, le=64)
    first_password_days: int = Field(default=90, ge=1)
    failed_sign_ins: int = Field(default=5, ge=1)
    failed_wait_minutes: int = Field(default=5, ge=1)
    sign_in_hours: int = Field(default=12, ge=1, le=72)
    staff_idle_minutes: int = Field(default=30, ge=1)


class Imports(_Section):
    max_file_mb: int = Field(default=20, ge=1, le=200)
    max_rows: int = Field(default=200_000, ge=1)


class Attempts(_Section):
    tick_seconds: float = Field(default=5, gt=0, le=30)
    grace_seconds: float = Field(default=3, ge=0, le=60)
    two_person: bool = True


class Proctoring(_Section):
    face_model: Annotated[Path | None, BeforeValidator(_empty_is_none)] = None
    face_model_sha256: Annotated[str | None, BeforeValidator(_empty_is_none)] = None
    snapshot_max_kb: int = Field(default=512, ge=16)
    snapshot_max_megapixels: float = Field(default=4, gt=0, le=50)
    minimum_free_percent: float = Field(default=10, ge=0, le=90)
    analysis_seconds: float = Field(default=10, gt=0)
    analyses_per_tick: int = Field(default=40, ge=1)


class Settings(BaseSettings):
    """Every setting, with the defaults that `config.toml` documents."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    home: Path = Path("var")
    server: Server = Server()
    database: DatabaseSettings = DatabaseSettings()
    locale: Locale = Locale()
    accounts: Accounts = Accounts()
    imports: Imports = Imports()
    attempts: Attempts = Attempts()
    proctoring: Proctoring = Proctoring()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let arguments win over the environment, and the environment over the file."""
        del dotenv_settings, file_secret_settings
        file = settings_cls.model_config.get("toml_file")
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, toml_file=file),
        )

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL: the configured one, or SQLite in the data directory."""
        if self.database.url:
            return self.database.url
        return f"sqlite:///{self.home.resolve() / 'examcenter.sqlite3'}"


def load(file: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings from *file* (default ``config.toml``) and the environment.

    Raises EnvironmentUnfitError, naming the key, for an unknown or unusable setting
    and for a file that is not there or not TOML.
    """
    path = file or resource("config.toml")
    if not path.is_file():
        raise EnvironmentUnfitError(f"settings file not found: {path}")
    _refuse_unknown_variables()

    class FromFile(Settings):
        model_config = SettingsConfigDict(
            **{**Settings.model_config, "toml_file": path}
        )

    try:
        return FromFile(**overrides)
    except ValidationError as error:
        raise EnvironmentUnfitError(_sentences(error, path)) from error
    except ValueError as error:  # TOML that cannot be read
        raise EnvironmentUnfitError(f"{path}: {error}") from error


def _sentences(error: ValidationError, path: Path) -> str:
    lines = [
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
        for fault in error.errors()
    ]
    return f"settings refused ({path} and {_PREFIX}… variables): " + "; ".join(lines)


def _refuse_unknown_variables() -> None:
    # The library ignores a variable whose section does not exist; a misspelt section
    # would silently leave the default in force.
    known = {f"{_PREFIX}{name}".upper() for name in Settings.model_fields}
    for variable in os.environ:
        if variable.startswith(_PREFIX) and variable.split("__")[0] not in known:
            raise EnvironmentUnfitError(f"unknown setting {variable}")

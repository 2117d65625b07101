"""Wiring: the application put together from its features, and nothing else."""

import hashlib
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from examcenter import secret
from examcenter.clock import Clock
from examcenter.config import Settings
from examcenter.db import Database, open_database
from examcenter.features import BLUEPRINTS, PLACES, open_lane, wire_features
from examcenter.paths import resource
from examcenter.steady import SteadyClock
from examcenter.web import context, errors, headers, signin, templating, wire

_MEGABYTE = 1024 * 1024


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    database: Database | None = None,
) -> Flask:
    """Return the application for *settings*; the data directory must be initialised.

    Raises EnvironmentUnfitError when the secret key is missing.
    """
    static = resource("static")
    app = Flask(
        "examcenter",
        static_folder=str(static),
        # The path changes with the files, so that no page mixes two releases of them.
        static_url_path=f"/static/{_release(static)}",
    )
    key = secret.read(settings.home)
    app.config.update(
        SECRET_KEY=secret.digest(key, "cookie", ""),
        MAX_CONTENT_LENGTH=(settings.imports.max_file_mb + 1) * _MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * _MEGABYTE,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="examcenter",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.server.secure_cookies,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        BOOTSTRAP_SERVE_LOCAL=True,
        REMEMBER_COOKIE_DURATION=0,
    )
    shared = context.Centre(
        settings=settings,
        clock=clock or SteadyClock(settings.home),
        database=database or open_database(settings),
        secret=key,
    )
    context.install(app, shared)
    _wire(app, settings)
    return app


def _wire(app: Flask, settings: Settings) -> None:
    zone = ZoneInfo(settings.locale.timezone)
    Bootstrap5(app)
    wire.register(app, zone)
    errors.register(app)
    headers.register(app)
    load = wire_features()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    templating.register(
        app, zone=zone, language=settings.locale.language, places=PLACES
    )
    signin.register(app, load=load)
    hops = settings.server.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    open_lane(app)


@cache
def _release(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(file.read_bytes())
    return digest.hexdigest()[:10]

"""What every template may use: filters, language, navigation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, request, session, url_for
from flask_babel import Babel, get_locale

from examcenter.web.signin import SignedIn, me_or_none

LANGUAGES = (("zh", "中文"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation, shown to holders of any of *roles*."""

    label: object
    endpoint: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the template prints it."""

    label: object
    url: str
    current: bool


def register(
    app: Flask, *, zone: ZoneInfo, language: str, places: Sequence[Place]
) -> None:
    """Set up language, filters and what each template is given."""
    app.config["BABEL_DEFAULT_LOCALE"] = language
    app.config["BABEL_DEFAULT_TIMEZONE"] = zone.key
    Babel(app, locale_selector=_selector(language))
    app.jinja_env.filters["moment"] = _moment(zone)
    app.jinja_env.filters["clock_time"] = lambda t: t.astimezone(zone).strftime("%H:%M")
    app.jinja_env.filters["thousands"] = lambda n: f"{n:,}"
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _given() -> dict[str, object]:
        user = me_or_none()
        return {
            "me": user,
            "language": _language_tag(),
            "navigation": _navigation(places, user),
            "language_links": [
                (code, label, url_for("home.language", code=code, next=request.path))
                for code, label in LANGUAGES
            ],
            "sign_out_url": url_for("accounts.sign_out"),
            "home_url": url_for("home.start"),
        }


def _selector(default: str) -> Callable[[], str]:
    def chosen() -> str:
        language = session.get("language", default)
        return language if language in dict(LANGUAGES) else default

    return chosen


def _language_tag() -> str:
    locale = get_locale()
    return "en" if locale and locale.language == "en" else "zh-CN"


def _moment(zone: ZoneInfo) -> Callable[[datetime | None], str]:
    def printed(moment: datetime | None) -> str:
        if moment is None:
            return "—"
        local = moment.astimezone(zone)
        if _language_tag() == "en":
            return f"{local:%Y-%m-%d %H:%M}"
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"

    return printed


def _navigation(places: Sequence[Place], user: SignedIn | None) -> list[Link]:
    if user is None or user.must_change_password:
        return []
    return [
        Link(p.label, url_for(p.endpoint), _is_here(p))
        for p in places
        if p.roles & user.roles
    ]


def _is_here(place: Place) -> bool:
    """Tell whether the page belongs to *place*: to its feature, or below its address.

    The second is for features in two blueprints: 导入名册 stands under 人员.
    """
    if place.endpoint.split(".")[0] == (request.blueprint or "").split(".")[0]:
        return True
    address = url_for(place.endpoint)
    return address != url_for("home.start") and request.path.startswith(f"{address}/")

"""Headers on every answer: what the browser may load, frame, cache and tell."""

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
_ALWAYS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "camera=(self), microphone=(), geolocation=(), fullscreen=(self)",
    ),
)
_OVER_TLS = (("Strict-Transport-Security", "max-age=31536000"),)
_NOT_KEPT = (("Cache-Control", "no-store"),)


def of_answer(*, is_secure: bool, is_static: bool = False) -> list[tuple[str, str]]:
    """Return the headers that an answer carries whatever it says."""
    return [
        *_ALWAYS,
        *(_OVER_TLS if is_secure else ()),
        *(() if is_static else _NOT_KEPT),
    ]


def register(app: Flask) -> None:
    """Set the headers on every answer, errors and static files included."""

    @app.after_request
    def _set(response: Response) -> Response:
        static = request.endpoint is not None and request.endpoint.endswith("static")
        for name, value in of_answer(is_secure=request.is_secure, is_static=static):
            response.headers[name] = value
        return response

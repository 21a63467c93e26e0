"""Security and caching headers, in one place."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from portal.kernel.web.state import current_actor, house

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Sets the headers of every answer."""
    app.after_request(_set_headers)
    app.context_processor(lambda: {"csp_nonce": nonce()})


def nonce() -> str:
    """The nonce of this request's inline scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    value: str = g.csp_nonce
    return value


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Server", "anjie")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
    if response.mimetype == "text/html":
        headers["Content-Security-Policy"] = POLICY.format(nonce=nonce())
        headers.add("Vary", "HX-Request, Cookie")
    if house().settings.tls:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in headers or request.endpoint == "static":
        headers["Cache-Control"] = _caching(response)
    return response


def _caching(response: Response) -> str:
    if request.endpoint == "static" and response.status_code < 400:
        return "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
    return "no-store" if current_actor() or request.method != "GET" else "no-cache"

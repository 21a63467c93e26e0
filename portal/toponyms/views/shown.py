"""What several pages of the room show: a place in a long list, and GeoJSON that nobody keeps."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, request

PAGE = 50


@dataclass(frozen=True)
class Page:
    """Where in a long list a page stands."""

    number: int
    pages: int
    total: int

    @property
    def offset(self) -> int:
        """Entries before it."""
        return (self.number - 1) * PAGE


def page_of(total: int) -> Page:
    """The page that the address asks for, within what there is."""
    pages = max(1, -(-total // PAGE))
    asked = request.args.get("page", 1, type=int)
    return Page(min(max(asked, 1), pages), pages, total)


def geojson(text: str) -> Response:
    """Features for the map."""
    response = make_response(text)
    response.headers["Content-Type"] = "application/geo+json"
    response.headers["Cache-Control"] = "no-store"
    return response

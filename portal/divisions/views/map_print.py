"""Printing the map of divisions with its approval number (审图号), for the clerk."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from flask import Response, make_response, render_template, request, send_file
from flask_babel import get_locale

from portal.divisions.forms.map import PrintForm
from portal.divisions.map_paper import MAP, NOTHING_DRAWN, MapWanted, map_facts
from portal.divisions.permissions import CHANGE_UNITS
from portal.divisions.views.blueprint import blueprint
from portal.divisions.views.mapping import home_district
from portal.errors import BadInput, NotFound
from portal.kernel.access.permission import needs
from portal.kernel.contracts.paper import PaperFacts
from portal.kernel.formats.paper_text import Values
from portal.kernel.formats.pdf_paper import MEDIA_TYPE, render_pdf
from portal.kernel.formats.picture import Picture
from portal.kernel.formats.qr import qr_png
from portal.kernel.geo.figure import draw
from portal.kernel.i18n.clock import SHANGHAI
from portal.kernel.i18n.text import Text, text
from portal.kernel.i18n.translate import DEFAULT, translate
from portal.kernel.i18n.words import say, written_day
from portal.kernel.web.state import actor, house, now, public_session

QR_MM = 15.0


@blueprint.get("/map/print")
@needs(CHANGE_UNITS)
def map_print() -> Response:
    """What is wanted; with `?size=` and the rest, the file."""
    asked = "size" in request.args
    form = PrintForm(request.args if asked else None)
    if asked and form.validate():
        return _printed(form)
    return make_response(render_template("divisions/map/print.html", form=form, asked=asked), 422 if asked else 200)


def _printed(form: PrintForm) -> Response:
    district = home_district(form.day)
    if district is None:
        raise NotFound(text("The home district is not published for this date."))
    wanted = MapWanted(form.day, int(form.level.data), form.size.data, form.approval)
    facts = map_facts(public_session(), district, wanted)
    content = _picture(facts) if form.file.data == "png" else _paper(facts, wanted)
    media = "image/png" if form.file.data == "png" else MEDIA_TYPE
    name = f"{facts.file_name}.{form.file.data}"
    return send_file(io.BytesIO(content), mimetype=media, download_name=name)


def _picture(facts: PaperFacts) -> bytes:
    if facts.figure is None:
        raise BadInput(NOTHING_DRAWN)
    return draw(facts.figure, _locale()).png


def _paper(facts: PaperFacts, wanted: MapWanted) -> bytes:
    locale, base = _locale(), house().settings.public_address or request.url_root
    address = f"{base.rstrip('/')}{facts.address}"
    code = translate(text("QR code with the address %(address)s", address=address), locale)
    pictures = {"qr": Picture(qr_png(address), QR_MM, code)}
    if facts.figure is not None:
        drawn = draw(facts.figure, locale)
        pictures["map"] = Picture(drawn.png, drawn.width_mm, drawn.words)
    return render_pdf(MAP.template, _values(facts, wanted, address, locale), pictures, locale)


def _values(facts: PaperFacts, wanted: MapWanted, address: str, locale: str) -> Values:
    """What the frame of every paper wants, and the map's own words."""
    made_at = now().astimezone(SHANGHAI)
    own = {
        "title": say(facts.title, locale),
        "number": "",
        "issuer": "",
        "at": written_day(wanted.at, locale),
        "made_at": f"{written_day(made_at.date(), locale)} {made_at:%H:%M}",
        "made_by": actor().name,
        "address": address,
        "notices": [{"said": translate(notice, locale)} for notice in _notices(facts)],
        "signatures": [],
        "map": "",
        "sheet_size": wanted.size,
    }
    said = {name: _said(value, locale) for name, value in facts.values.items()}
    return said | own  # type: ignore[return-value]


def _said(value: object, locale: str) -> object:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [{key: say(word, locale) for key, word in row.items()} for row in value if isinstance(row, Mapping)]
    return say(value, locale)


def _notices(facts: PaperFacts) -> list[Text]:
    if facts.figure is None or not facts.figure.schematic:
        return []
    return [text("The boundaries on the map are schematic. They are not legal boundary lines.")]


def _locale() -> str:
    return "en" if str(get_locale()).startswith("en") else DEFAULT

"""Official papers as PDF, from an HTML template of the house and the same values as the Word file.

Nothing is fetched: neither values nor templates can make the machine open an address or a file. Fonts are embedded, the
document is tagged (PDF/UA-1), has a title and a language.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pypdf import PdfReader, PdfWriter

from portal.errors import BadInput
from portal.kernel.formats.paper_text import Values, writable
from portal.kernel.formats.picture import Picture
from portal.kernel.i18n.fonts import paper_fonts
from portal.kernel.i18n.text import text
from portal.kernel.i18n.translate import catalogue
from portal.settings import CHECKOUT

MEDIA_TYPE = "application/pdf"
FOLDER = CHECKOUT / "templates"
STYLE = FOLDER / "components" / "paper.css"
OWN = "picture:"
"""The address of a picture that the paper brings along: `picture:map`."""


def render_pdf(template: str, values: Values, pictures: Mapping[str, Picture], locale: str) -> bytes:
    """The PDF of `templates/<template>.html`, in Chinese (`zh_Hans_CN`) or English (`en`).

    Raises `BadInput` when the template asks for anything but its own pictures, `Misconfigured` without Chinese fonts.
    """
    return pdf_of_html(html_of(template, values, pictures, locale), pictures)


def html_of(template: str, values: Values, pictures: Mapping[str, Picture], locale: str) -> str:
    """The filled template; every value is escaped."""
    language = "en" if locale.startswith("en") else "zh-CN"
    shown = {name: picture for name, picture in pictures.items() if picture}
    return (
        _environment(locale).get_template(f"{template}.html").render(**writable(values), pictures=shown, lang=language)
    )


def pdf_of_html(html: str, pictures: Mapping[str, Picture]) -> bytes:
    """HTML as a tagged PDF on A4 with the house's paper style."""
    # WeasyPrint takes more than half a second to load: only those who print wait for it.
    import weasyprint
    from PIL import ImageFile
    from weasyprint.text.fonts import FontConfiguration

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint turns it on for the whole process, uploads included.

    paper_fonts()
    fonts, fetcher = FontConfiguration(), _closed_fetcher(pictures)
    style = weasyprint.CSS(string=STYLE.read_text(encoding="utf-8"), url_fetcher=fetcher, font_config=fonts)
    document = weasyprint.HTML(string=html, base_url=None, url_fetcher=fetcher)
    made = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True)
    if fetcher.refused:
        asked = text("The paper asks for “%(url)s”; a paper fetches nothing.", url=fetcher.refused[0][:200])
        raise BadInput(asked)
    return bytes(made or b"")


def join_pdfs(papers: Iterator[bytes] | Sequence[bytes]) -> bytes:
    """Many papers as one document, in their order."""
    writer = PdfWriter()
    for paper in papers:
        writer.append(PdfReader(io.BytesIO(paper)), import_outline=False)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@lru_cache(maxsize=2)
def _environment(locale: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(catalogue(locale), newstyle=True)  # type: ignore[attr-defined]
    return made


def _closed_fetcher(pictures: Mapping[str, Picture]) -> Any:
    """A fetcher that hands out the paper's own pictures and `data:`, and remembers what else was asked for."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Closed(URLFetcher):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(allowed_protocols=("data",), allow_redirects=False)
            self.refused: list[str] = []

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> object:
            name = url.removeprefix(OWN)
            if url.startswith(OWN) and name in pictures:
                return URLFetcherResponse(url, pictures[name].png, {"Content-Type": "image/png"})
            if url.startswith("data:"):
                return super().fetch(url, headers)
            self.refused.append(url)
            raise ValueError("a paper fetches nothing")

    return Closed()

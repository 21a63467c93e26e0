"""The Word templates that come with the house; a bureau's own version takes their place (`service/paper_templates`)."""

from __future__ import annotations

from portal.kernel.contracts.paper import Paper
from portal.settings import CHECKOUT


def house_template(paper: Paper, locale: str) -> bytes:
    """The .docx of a paper in a language."""
    ending = ".en.docx" if locale.startswith("en") else ".docx"
    return (CHECKOUT / "templates" / f"{paper.template}{ending}").read_bytes()

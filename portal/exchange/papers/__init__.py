"""From a room's facts to the two forms of a paper: one set of values, one map, one code, a Word file and a PDF."""

from portal.exchange.papers.composing import Composed, Occasion, compose, compose_sample
from portal.exchange.papers.declared import paper_named, papers
from portal.exchange.papers.house_templates import house_template
from portal.exchange.papers.rendering import Form, Rendered, render, render_both

__all__ = [
    "Composed",
    "Form",
    "Occasion",
    "Rendered",
    "compose",
    "compose_sample",
    "house_template",
    "paper_named",
    "papers",
    "render",
    "render_both",
]

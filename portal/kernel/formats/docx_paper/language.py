"""What a paper's template may say: fill in values, repeat rows, choose. Nothing that computes, calls or grows.

Templates come from the office, so the language is checked before anything runs: every tag is parsed and each of its
parts must be on the list below. The sandbox of jinja2 stands behind that, and the output has an end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from portal.kernel.formats.rows import FileRefused
from portal.kernel.i18n.text import Text, text

ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Getitem,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
    nodes.Test,
)
FILTERS = frozenset({"default", "d", "upper", "lower", "trim", "length", "count", "first", "last", "escape", "e"})
TESTS = frozenset({"defined", "undefined", "none", "string", "eq", "ne", "equalto", "in"})
LARGEST = 20_000_000
"""Characters of one filled part of a document."""
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


class PaperEnvironment(SandboxedEnvironment):
    """jinja2 for papers: escapes, knows only what it is given and takes only the tags on the list."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
        except TemplateSyntaxError as error:
            raise _not_understood(error, source) from error
        check_tree(tree)
        return tree

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """Joins what a template gives; raises `FileRefused` when it does not come to an end."""
        size, kept = 0, []
        for piece in pieces:
            size += len(piece)
            if size > LARGEST:
                raise FileRefused(text("The filled template would grow beyond all measure."), "paper.too_large")
            kept.append(piece)
        return "".join(kept)


def check_tree(tree: nodes.Template) -> None:
    """Raises `FileRefused` for the first tag part that is not on the list."""
    for node in _inside(tree):
        if not isinstance(node, ALLOWED) or _is_odd(node):
            raise FileRefused(_not_allowed(node), "paper.not_allowed")
    for loop in tree.find_all(nodes.For):
        if any(True for _ in loop.find_all(nodes.For)):
            nested = text("A repetition inside a repetition is not possible in a paper's template.")
            raise FileRefused(nested, "paper.not_allowed")


def names_in(source: str) -> set[str]:
    """The names that a text with tags takes from outside."""
    return set(meta.find_undeclared_variables(PaperEnvironment().parse(source)))


def _inside(node: nodes.Node) -> Iterable[nodes.Node]:
    for child in node.iter_child_nodes():
        yield child
        yield from _inside(child)


def _is_odd(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Filter):
        return node.name not in FILTERS
    if isinstance(node, nodes.Test):
        return node.name not in TESTS
    if isinstance(node, nodes.Getattr):
        return node.attr.startswith("_")
    if isinstance(node, nodes.Getitem):
        return not isinstance(node.arg, nodes.Const) or str(node.arg.value).startswith("_")
    return isinstance(node, nodes.For) and not isinstance(node.iter, nodes.Name)


def _not_allowed(node: nodes.Node) -> Text:
    return text(
        "“%(tag)s” is not possible in a paper's template: it may fill in values, repeat rows and choose between words,"
        " nothing else.",
        tag=_as_written(node),
    )


def _as_written(node: nodes.Node) -> str:
    """About what the template says there."""
    start = node.iter if isinstance(node, nodes.For) else node
    for part in (start, *_inside(start)):
        for name in ("attr", "name"):
            value = getattr(part, name, None)
            if isinstance(value, str):
                return value[:40]
    return type(node).__name__


def _not_understood(error: TemplateSyntaxError, source: str) -> FileRefused:
    lines = source.splitlines()
    near = lines[min(error.lineno, len(lines)) - 1] if lines else ""
    found = TAG.search(near)
    place = found.group(0) if found else re.sub(r"<[^>]*>", "", near).strip()
    sentence = text(
        "A tag in the template is not closed or not understood, near “%(place)s”: %(reason)s",
        place=place[:80],
        reason=str(error.message)[:200],
    )
    return FileRefused(sentence, "paper.tag")

"""The auditor reads words: every verb and subject that a service writes into the trail has some."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from portal.people.rules.audit_words import SUBJECTS, VERBS
from portal.settings import CHECKOUT

SERVICES = sorted((CHECKOUT / "portal").glob("*/service*/**/*.py")) + sorted((CHECKOUT / "portal").glob("*/service.py"))


def records(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call of the trail's `record`, by its name or through its module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) >= 4:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name == "record":
                yield node


def constant(tree: ast.Module, node: ast.expr) -> str | None:
    """The text of a literal, or of a module's own constant such as `SUBJECT`."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    given = {
        target.id: statement.value.value
        for statement in tree.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    return given.get(node.id) if isinstance(node, ast.Name) else None


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_what_a_service_writes_has_words(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for call in records(tree):
        verb, subject = constant(tree, call.args[2]), constant(tree, call.args[3])
        assert verb is None or verb in VERBS, f"{path}:{call.lineno}: {verb}"
        assert subject is None or subject in SUBJECTS, f"{path}:{call.lineno}: {subject}"


def test_the_search_finds_what_is_there():
    assert sum(len(list(records(ast.parse(path.read_text(encoding="utf-8"))))) for path in SERVICES) >= 10

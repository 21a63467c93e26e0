"""Every code that a finding or a refusal can carry is documented, and nothing else is."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from portal.exchange.codes import documented
from portal.settings import CHECKOUT

DOTTED = re.compile(r"[a-z]+\.[a-z][a-z_]*")
CARRIERS = {
    "CellWrong",
    "FileRefused",
    "Problem",
    "Refusal",
    "RowRefused",
    "error",
    "note",
    "refuse",
    "refuse_form",
    "warn",
}
"""Calls that are given a code. What they name tells the families of codes; a code of one may stand anywhere else."""
FILES = {"paper.css"}
"""Names of files that look like codes."""
HAN = re.compile("[\u4e00-\u9fff]")
ENDS_ZH, ENDS_EN = "。", "."


@cache
def trees() -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text("utf-8")) for path in sorted((CHECKOUT / "portal").rglob("*.py")))


def literals(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and DOTTED.fullmatch(inner.value):
            yield inner.value


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def families() -> set[str]:
    calls = (node for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Call))
    given = (argument for call in calls if called(call) in CARRIERS for argument in call.args)
    return {
        code.split(".")[0] for argument in given if isinstance(argument, ast.Constant) for code in literals(argument)
    }


def used() -> set[str]:
    known = families()
    return {code for tree in trees() for code in literals(tree) if code.split(".")[0] in known} - FILES


def all_documented() -> list[str]:
    return [code.key for group in documented() for code in group.codes]


def test_the_families_are_found() -> None:
    assert families() >= {"file", "row", "cell", "point", "geometry", "unit", "hazard", "place"}


def test_every_code_is_documented() -> None:
    assert sorted(used() - set(all_documented())) == []


def test_every_documented_code_occurs() -> None:
    assert sorted(set(all_documented()) - used()) == []


def test_each_is_documented_once() -> None:
    assert [code for code, times in Counter(all_documented()).items() if times > 1] == []


def test_each_says_what_it_means_and_what_to_do_in_both_languages() -> None:
    for group in documented():
        for code in group.codes:
            for said in (code.means, code.remedy):
                assert said["zh"].endswith(ENDS_ZH), code.key
                assert HAN.search(said["zh"]), code.key
                assert said["en"].endswith(ENDS_EN), code.key
                assert said["en"] != said["zh"], code.key

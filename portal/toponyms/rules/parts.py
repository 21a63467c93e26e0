"""The two parts of a name: what tells it apart (专名) and what it is (通名)."""

from __future__ import annotations

from collections.abc import Sequence


def split(name: str, generics: Sequence[str]) -> tuple[str, str]:
    """Specific and generic part, by the longest generic term that ends the name and leaves something before it."""
    fitting = [term for term in generics if name.endswith(term) and len(name) > len(term)]
    generic = max(fitting, key=len, default="")
    return name[: len(name) - len(generic)], generic

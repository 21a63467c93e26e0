"""Brings every room's tables into the metadata, for migrations and their check."""

from __future__ import annotations

import importlib
import pkgutil

import portal


def import_tables() -> None:
    """Imports each `models` module of the house; kernel modules keep theirs in `<part>.models` too."""
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        if module.name.rsplit(".", 1)[-1] == "models":
            importlib.import_module(module.name)

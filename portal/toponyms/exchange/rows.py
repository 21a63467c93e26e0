"""One row of a file against one name: what it says, what it says otherwise, and the two put together."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from portal.divisions.queries.naming import NamedUnit
from portal.kernel.contracts.importing import ImportRow, Staging
from portal.kernel.i18n.text import text
from portal.toponyms.catalogue import Kinds
from portal.toponyms.queries.batches import KnownName
from portal.toponyms.rules.particulars import WORDS, Particulars, former_names
from portal.toponyms.rules.parts import split
from portal.toponyms.rules.pinyin import proposed, toned, written
from portal.toponyms.rules.position import middle, same_place
from portal.toponyms.service.rows import said_of

Changes = dict[str, tuple[object, object]]
PARTS = ("name", "specific", "generic", "pinyin")


def public_id_of(row: ImportRow) -> uuid.UUID | None:
    """The public id a row names; one that is none is refused."""
    given = row.values.get("id")
    if given is None:
        return None
    try:
        return uuid.UUID(str(given))
    except ValueError:
        row.refuse("toponym.bad_id", text("This is no identifier of this portal; leave it empty for a new one."), "id")
        return None


def day_of(staging: Staging) -> dt.date:
    """The day on which rows are compared with the register."""
    given = staging.options.get("changed_on")
    return given if isinstance(given, dt.date) else staging.today


def merged(row: ImportRow, known: KnownName | None, staging: Staging, kinds: Kinds) -> Particulars:
    """The name as it will be; what a row does not say stays as it is, is proposed, or is empty in a new one."""
    given = _said(row)
    fresh: dict[str, Any] = {"source": staging.source[:200], "valid_from": staging.today, "specific": "", "generic": ""}
    kept = vars(said_of(known.version)) if known else fresh
    words = kept | given | _parts(given, kept, kinds)
    if known and "valid_from" not in given and isinstance(staging.options.get("changed_on"), dt.date):
        words["valid_from"] = day_of(staging)
    return Particulars(**words)


def differences(row: ImportRow, known: KnownName, said: Particulars, unit: NamedUnit | None) -> Changes:
    """What a row says otherwise, by field as (before, after); divisions and positions in words."""
    was, version = said_of(known.version), known.version
    found: Changes = {
        word: (_shown(getattr(was, word)), _shown(getattr(said, word)))
        for word in WORDS
        if getattr(was, word) != getattr(said, word) and row.values.get(word) is not None
    }
    if "pinyin" in found and toned(was.pinyin) == toned(said.pinyin):
        del found["pinyin"]
    if unit is not None and unit.id != version.unit_id:
        found["unit"] = (version.unit_id, unit.label)
    if row.shape is not None and not same_place(version.shape, row.shape):
        old = version.shape
        found["shape"] = (_spot(middle(old)) if old is not None else None, _spot(middle(row.shape)))
    return found


def _said(row: ImportRow) -> dict[str, Any]:
    given = {word: row.values.get(word) for word in WORDS}
    found = {word: _tidy(value) for word, value in given.items() if value is not None}
    if "former" in found:
        found["former"] = former_names(str(found["former"]))
    if "pinyin" in found:
        found["pinyin"] = written(str(found["pinyin"]))
    return found


def _parts(given: dict[str, Any], kept: dict[str, Any], kinds: Kinds) -> dict[str, Any]:
    """The two parts and the Pinyin, proposed where a row with a new name does not say them."""
    name = str(given.get("name", kept.get("name", "")))
    if name == kept.get("name") and not {"specific", "generic"} & given.keys():
        return {}
    kind = kinds.get(str(given.get("kind", kept.get("kind", ""))))
    specific, generic = split(name, kind.generics if kind else ())
    if "generic" in given and name.endswith(given["generic"]):
        generic = given["generic"]
        specific = name[: len(name) - len(generic)]
    elif "specific" in given and name.startswith(given["specific"]):
        specific, generic = given["specific"], name[len(given["specific"]) :]
    return {"specific": specific, "generic": generic, "pinyin": given.get("pinyin") or proposed(specific, generic)}


def _tidy(value: object) -> object:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _shown(value: object) -> object:
    return "、".join(value) if isinstance(value, tuple) else value


def _spot(point: tuple[float, float]) -> str:
    return f"{point[0]:.6f}, {point[1]:.6f}"

"""What counts of a list before it is compared: misprints read right, rows that are no units left out, towns added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.divisions.rules.series.decisions import Decisions
from portal.divisions.rules.series.digits import above, level_of
from portal.divisions.rules.series.kinds import kind_of
from portal.divisions.rules.series.names import normalised
from portal.divisions.rules.series.rows import PublishedList, Row
from portal.divisions.rules.series.scoring import Seen
from portal.errors import BadInput
from portal.kernel.i18n.text import text


@dataclass(frozen=True)
class Gap:
    """A row whose parent its list does not have; `used` is the nearest code above that it has."""

    list_key: str
    code: str
    wanted: str
    used: str | None
    direct: bool


@dataclass(frozen=True)
class Prepared:
    """A list as it counts: rows by code in their order, and the gaps that were found."""

    published: PublishedList
    rows: Mapping[str, Seen]
    gaps: Sequence[Gap]

    @property
    def key(self) -> str:
        """Of the list."""
        return self.published.key


def prepare(lists: Sequence[PublishedList], decisions: Decisions) -> list[Prepared]:
    """All lists of a series in the order of their days. Raises `BadInput` for a code twice or of no known length."""
    cleaned = [_cleaned(one, decisions) for one in lists]
    keys = [one.key for one in lists]
    settled = [_without_echo(keys, cleaned, place, decisions) for place in range(len(cleaned))]
    return [_prepared(one, rows, decisions) for one, rows in zip(lists, settled, strict=True)]


def _cleaned(published: PublishedList, decisions: Decisions) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in _with_towns(published.rows):
        read = decisions.read_as.get((published.key, row.code))
        if decisions.skips(published.key, row.name):
            continue
        known = found.setdefault(read or row.code, replace(row, code=read) if read else row)
        if known.name != row.name:
            raise BadInput(
                text(
                    "List %(list)s has the code %(code)s twice: %(names)s.",
                    list=published.key,
                    code=row.code,
                    names=f"{known.name}、{row.name}",
                )
            )
    return found


def _with_towns(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows, each behind the unit above that it names and that no row of the list is about."""
    listed = {row.code for row in rows}
    for row in rows:
        if row.parent_code and row.parent_name and row.parent_code not in listed:
            listed.add(row.parent_code)
            yield Row(row.parent_code, row.parent_name)
        yield row


def _without_echo(
    keys: Sequence[str], cleaned: Sequence[Mapping[str, Row]], place: int, decisions: Decisions
) -> Mapping[str, Row]:
    """A list of another maker lags or adds: what the lists before and after agree on counts, not what it says."""
    own = cleaned[place]
    if keys[place] not in decisions.echo or not 0 < place < len(cleaned) - 1:
        return own
    before, after = cleaned[place - 1], cleaned[place + 1]
    kept = {code: row for code, row in own.items() if not (same(before.get(code), after.get(code)))}
    agreed = {code: row for code, row in before.items() if same(row, after.get(code))}
    return agreed | kept


def _prepared(published: PublishedList, rows: Mapping[str, Row], decisions: Decisions) -> Prepared:
    gaps: list[Gap] = []
    seen = {}
    for code, row in rows.items():
        level = level_of(code)
        if level is None:
            raise BadInput(text("%(code)s in list %(list)s is no code.", code=code, list=published.key))
        seen[code] = Seen(code, row.name, kind_of(row, level), level, _parent(published, row, rows, decisions, gaps))
    return Prepared(published, seen, gaps)


def _parent(
    published: PublishedList, row: Row, rows: Mapping[str, Row], decisions: Decisions, gaps: list[Gap]
) -> str | None:
    """The code above: the written one, else that of the digits, else the nearest that the list has."""
    wanted = [row.parent_code] if row.parent_code else []
    wanted += [code for code in above(row.code) if code not in wanted]
    if not wanted or wanted[0] in rows or _is_outside(wanted[0], published):
        return wanted[0] if wanted else None
    used = next((code for code in wanted if code in rows), None)
    gaps.append(Gap(published.key, row.code, wanted[0], used, decisions.is_direct(wanted[0])))
    return used


def _is_outside(code: str, published: PublishedList) -> bool:
    """Whether the list's scope lies below that unit, which may be on record already."""
    return bool(published.scope) and published.scope.startswith(code.rstrip("0"))


def same(one: Row | None, other: Row | None) -> bool:
    """Whether two lists say the same of a code."""
    if one is None or other is None:
        return one is other
    return normalised(one.name) == normalised(other.name)

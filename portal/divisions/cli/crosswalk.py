"""`portal divisions crosswalk`: what part of each division of one day lies in which division of another day."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from portal.divisions.exports.crosswalk import PAIRS, crosswalk_rows, outgoing
from portal.divisions.exports.crosswalk_files import write_table
from portal.divisions.rebasing import Between, Way, between
from portal.divisions.rules.crosswalk import Pair
from portal.errors import BadInput
from portal.kernel.db.session import transaction
from portal.kernel.i18n.terminal import complain, say, sentence
from portal.kernel.i18n.text import text
from portal.kernel.pg.installation import at_hand
from portal.settings import from_environment

DAY = click.DateTime(["%Y-%m-%d"])
WIDTH = 160
SHOWN = ("from_code", "from_name", "to_code", "to_name", "weight", "documents", "reasons")


@click.command("crosswalk")
@click.argument("first", metavar="FROM", type=DAY)
@click.argument("second", metavar="TO", type=DAY)
@click.option("--by", type=click.Choice(["area", "people"]), default="people", show_default=True)
@click.option("--level", type=click.IntRange(1, 5), default=4, show_default=True, help="1 province to 5 committee.")
@click.option("--system", default="mca", show_default=True, help="System of the codes that are shown: mca or nbs.")
@click.option("--shapes", is_flag=True, help="Measure the weights of changed divisions from the shapes (by area only).")
@click.option("--all", "everything", is_flag=True, help="Divisions that did not change too.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write a file: .csv or .xlsx.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def crosswalk(
    first: dt.datetime,
    second: dt.datetime,
    out: Path | None,
    *,
    shapes: bool,
    everything: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Weights from the divisions of the day FROM to those of the day TO, with the documents on the way.

    A weight is the part of the area or the people of a division of FROM that lies in a division of TO; FROM may be the
    later day. Exit code 1: refused.
    """
    if shapes and asked["by"] == "people":
        raise BadInput(text("Shapes can only be measured for weights by area."))
    method = "shapes" if shapes else "lineage"
    way = Way(first.date(), second.date(), method=method, **asked)  # type: ignore[arg-type]
    with at_hand(from_environment()) as settings, transaction(settings) as session:
        found = between(session, way)
    if as_json:
        click.echo(json.dumps(as_data(found), ensure_ascii=False, indent=1))
    elif out is None:
        _show(found, everything=everything)
    if out is not None:
        made = outgoing(found, PAIRS, crosswalk_rows(found, _locale(), everything=everything), _locale())
        complain(text("%(count)d rows are in %(name)s.", count=write_table(out, made), name=str(out)))


def as_data(found: Between) -> dict[str, Any]:
    """The whole crosswalk as plain values; weights are numbers, None where they cannot be told."""
    way = found.way
    return {
        "from": way.from_date.isoformat(),
        "to": way.to_date.isoformat(),
        "by": way.by,
        "method": way.method,
        "level": way.level,
        "notes": [str(one) for one in found.notes],
        "pairs": [_pair(found, pair) for pair in found.crosswalk],
        "remainders": [
            {
                "from": str(found.sources[one.source].public_id),
                "part": float(one.part),
                "reasons": [str(said) for said in found.sentences(one.reasons)],
            }
            for one in found.crosswalk.remainders.values()
        ],
    }


def _pair(found: Between, pair: Pair) -> dict[str, Any]:
    old, new = found.sources[pair.source], found.targets[pair.target]
    return {
        "from": {"id": str(old.public_id), "code": old.code, "name": old.name},
        "to": {"id": str(new.public_id), "code": new.code, "name": new.name},
        "weight": None if pair.weight is None else float(pair.weight),
        "at_least": float(pair.at_least),
        "even": pair.even,
        "documents": [
            {
                "change": str(one.change_id) if one.change_id else None,
                "number": one.number,
                "authority": one.authority,
                "on": one.happened_on.isoformat(),
            }
            for one in found.documents_of(pair)
        ],
        "reasons": [str(said) for said in found.sentences(pair.reasons)],
    }


def _show(found: Between, *, everything: bool) -> None:
    titles = {column.key: column.title for column in PAIRS}
    table = Table(*(sentence(titles[key]) for key in SHOWN))
    for row in crosswalk_rows(found, _locale(), everything=everything):
        table.add_row(*(Plain("" if row.values.get(key) is None else str(row.values[key])) for key in SHOWN))
    console = Console(width=None if Console().is_terminal else WIDTH)
    console.print(table)
    for note in found.notes:
        say(note)


def _locale() -> str:
    return "zh_Hans_CN" if sentence(text("Yes")) == "是" else "en"

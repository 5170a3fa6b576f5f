"""workbench batches"""

from __future__ import annotations

from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._batch_table import batch_table, rater_option
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.cli._terminal import rater_name
from workbench.cli._told import told_table
from workbench.store import batches, gold, judgments, ratings
from workbench.store.told import by_ids as told_by_ids
from workbench.text import plural
from workbench.views.batches import batch_detail, paced_rows


@click.group(cls=Group)
def command() -> None:
    """Make batches of stored answers to rate or to compare, and see how far they are."""


@command.command()
@_parameters.options("make-batch")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def make(session: Session, /, detach: bool, **given: Any) -> None:
    """Stored answers of a batch or of models, to be rated, compared in pairs, or in tie-breaks."""
    spec = _parameters.spec("make-batch", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            if "gold_left_out" in job.result:
                session.say(job.result["gold_left_out"])
            made = batch_detail(store, job.result["batch"], rater_name()).row
            words = f"{plural(job.result['items'], 'item')} in batch {made.id}; next: workbench {made.command}"
            session.answer({"job": job.id, **job.result}, f"{words} --batch {made.id}")


@command.command()
@_parameters.options("adjudicate")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def adjudicate(session: Session, /, detach: bool, **given: Any) -> None:
    """What raters of a batch disagree on, for one who sees what they gave and decides."""
    spec = _parameters.spec("adjudicate", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            made = batch_detail(store, job.result["batch"], rater_name()).row
            words = f"{plural(job.result['items'], 'disagreement')} in batch {made.id}; next: workbench {made.command}"
            session.answer({"job": job.id, **job.result}, f"{words} --batch {made.id} --rater NAME")


@command.command("list")
@rater_option
@click.pass_obj
def list_(session: Session, rater: str | None) -> None:
    """All batches, newest first: how far you are, how long an answer takes you, and how long the rest will."""
    with session.store() as store:
        rows = paced_rows(store, rater or rater_name())
    session.answer(rows, batch_table(rows))


@command.command()
@click.argument("batch", type=int)
@rater_option
@click.option("--remarks", is_flag=True, help="The flags and notes themselves, and the digits that came too fast.")
@click.pass_obj
def show(session: Session, batch: int, rater: str | None, remarks: bool) -> None:
    """One batch: how it is judged, who has done how much of it, and what they flagged and noted."""
    with session.store() as store:
        detail = batch_detail(store, batch, rater or rater_name())
        told = told_by_ids(store, detail.remarks) if remarks else []
    if remarks:
        session.answer(told, told_table(told))
        return
    shared = f"{detail.shared} for {detail.overlap_raters} raters each" if detail.overlap_raters else "all for everyone"
    facts = [
        ("name", detail.row.name), ("mode", detail.row.mode), ("rubric", detail.row.rubric),
        ("items", f"{detail.items}, {shared}"), ("repeats", detail.repeats), ("gold", detail.gold),
        *((one.rater, ", ".join([f"{one.items} done", *filter(None, [one.remarks])])) for one in detail.raters),
    ]  # fmt: skip
    session.answer(detail, table(("what", "value"), facts))


@command.command("gold")
@click.argument("batch", type=int)
@click.option("--rater", required=True, metavar="NAME", help="Whose scores are taken for the truth.")
@click.pass_obj
def gold_(session: Session, batch: int, rater: str) -> None:
    """Take one rater's scores in a batch as known: later batches mix these answers in, to see who finds them."""
    with session.store() as store:
        one = batches.by_id(store, batch)
        who = judgments.rater_named(store, rater)
        scores = ratings.of_rater(store, who.id, batch)
        known = [(answer, state.scores) for (_, answer), state in scores.items() if state.scores]
        added = gold.add(store, one.rubric_id, known, f"{who.name}, batch {batch}")
    session.answer(
        {"answers": len(known), "scores": added},
        f"{plural(added, 'new score')} of {plural(len(known), 'answer')} {'is' if added == 1 else 'are'} known now",
    )

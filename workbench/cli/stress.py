"""workbench stress"""

from __future__ import annotations

from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.tui.figures import difference
from workbench.views.stress import Stress, stress


@click.group(cls=Group)
def command() -> None:
    """Test how a model bears typos, misspellings and lower case."""


@command.command()
@_parameters.options("stress")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def run(session: Session, /, detach: bool, **given: Any) -> None:
    """One model on one task: clean, and under every perturbation at severities .02 and .10."""
    spec = _parameters.spec("stress", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            found = stress(store, job.result["clean"])
            session.answer({"job": job.id, "stress": found}, _text(found))


@command.command()
@click.argument("clean_run", type=int)
@click.pass_obj
def report(session: Session, clean_run: int) -> None:
    """The perturbed runs that belong to a clean run (its number: workbench bench list)."""
    with session.store() as store:
        found = stress(store, clean_run)
    session.answer(found, _text(found))


def _text(found: Stress) -> str:
    rows = [
        (row.run, row.variant, f"{row.changed}/{row.n}", row.paired.first, row.paired.second,
         difference(row.paired.difference) if row.changed else "nothing changed", row.paired.lost, row.paired.gained,
         row.flip_rate, row.drop, row.p)
        for row in found.rows
    ]  # fmt: skip
    headings = (
        "run",
        "variant",
        "changed",
        "clean",
        "now",
        "difference [95 %]",
        "lost",
        "gained",
        "flips",
        "PDR",
        "p Holm",
    )
    floor = "not measured" if found.floor is None else f"{found.floor:.3f}"
    noise = f"flip rate of a clean re-run in other batches (noise floor): {floor}"
    return f"{table(headings, rows)}\n{noise}\n{found.verdict}"

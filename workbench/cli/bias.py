"""workbench bias"""

from __future__ import annotations

from typing import Any

import click

from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.cli._table import table
from workbench.store import Store
from workbench.tui.figures import difference
from workbench.views.bias import MEANINGS, Bias, SetRow, bias, measured, twin_rows


@click.group(cls=Group)
def command() -> None:
    """Ask whether a model treats texts about women and men differently."""


@command.command()
@_parameters.options("bias")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def run(session: Session, /, detach: bool, **given: Any) -> None:
    """Sentences and decisions with a first name: as written, for the other gender, and for another name."""
    spec = _parameters.spec("bias", given)
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            found = bias(store, job.result["model"])
            session.answer({"job": job.id, "bias": found}, _text(found))


@command.command()
@click.argument("model", required=False)
@click.option("--items", is_flag=True, help="Every text with its twins, too.")
@click.pass_obj
def report(session: Session, model: str | None, items: bool) -> None:
    """Effects beside their placebo, with a verdict each; without MODEL, of every model that was measured."""
    with session.store() as store:
        names = [model] if model else measured(store)
        answers = [_with_items(store, bias(store, name), items) for name in names]
    session.answer([value for value, _ in answers], "\n\n".join(text for _, text in answers) or "Nothing measured yet.")


def _with_items(store: Store, found: Bias, items: bool) -> tuple[dict[str, Any], str]:
    value: dict[str, Any] = {"bias": found}
    text = _text(found)
    if items:
        rows = value["twins"] = twin_rows(store, found.model)
        text += "\n\n" + table(
            ("set", "id", "men - women", "placebo", "flipped"),
            [(row.set, row.id, row.gap, row.placebo, "" if row.flipped is None else row.flipped) for row in rows],
        )
    return value, text


def _text(found: Bias) -> str:
    rows = [
        (one.measure, one.effect.n, one.unit, difference(one.effect), difference(one.placebo), difference(one.beyond),
         one.p, one.p_beyond)
        for one in found.effects
    ]  # fmt: skip
    headings = ("measure", "n", "unit", "effect [95 %]", "placebo [95 %]", "beyond placebo", "p Holm", "p beyond")
    verdicts = [f"{one.measure} ({MEANINGS[one.measure]}): {one.verdict}" for one in found.effects]
    sets = [_set_words(one) for one in found.sets]
    return "\n".join([f"{found.model}", table(headings, rows), "", *verdicts, "", *sets])


def _set_words(one: SetRow) -> str:
    skipped = "".join(f"\n  skipped {row['id']}: {row['reason']}" for row in one.skipped)
    uneven = f", {one.uneven} of another length in tokens" if one.uneven else ""
    return f"{one.name}: {one.n} texts with twins{uneven}, {len(one.skipped)} skipped{skipped}"

"""workbench agree"""

from __future__ import annotations

from typing import Any

import click

from workbench.cli._session import Command, Session, plain
from workbench.cli._table import table
from workbench.cli._terminal import rater_name
from workbench.cli._told import told_table
from workbench.cli._versions import pooled
from workbench.records import PEOPLE
from workbench.views.agree import DIFFERENCE, Agree, Question, agree, behind
from workbench.views.agree_finding import MEANINGS, Finding


@click.command(cls=Command)
@click.option("--rubric", default="general", show_default=True, help="Judgments on this rubric.")
@click.option("--version", metavar="HASH", help="On this version of the rubric: how its hash begins.")
@click.option("--batch", type=int, help="Of one batch only.")
@click.option(
    "--raters", type=click.Choice(("human", "model", "imported")), multiple=True, default=PEOPLE, show_default=True,
    help="Raters of this kind; repeat it for several.",
)  # fmt: skip
@click.option(
    "--difference", type=click.FloatRange(0, 4, min_open=True), default=DIFFERENCE, show_default=True,
    help="Points between two models for which the number of prompts is planned.",
)  # fmt: skip
@click.option("--as", "asker", metavar="NAME", help="Who asks (default: $WORKBENCH_RATER, else the login name).")
@click.option("--judgments", metavar="NUMBER", help="The judgments behind this number: kappa/fluency/ada/bob.")
@click.pass_obj
def command(
    session: Session, rubric: str, version: str | None, batch: int | None, raters: tuple[Any, ...], difference: float,
    asker: str | None, judgments: str | None,
) -> None:  # fmt: skip
    """What the ratings say: agreement, repeats, severity, position, length, haste; and of the models.

    Models stay hidden as long as you have not finished judging what is counted of them.
    """
    with session.store() as store:
        found = agree(store, Question(rubric, raters, batch, difference, asker or rater_name(), version))
        if judgments:
            rows = behind(store, found.named(judgments).judgments)
            session.answer(rows, told_table(rows))
        else:
            session.answer(_document(found), _text(found))


def _document(found: Agree) -> dict[str, Any]:
    """As the view has it, but with the number of the judgments behind each finding: --judgments lists them."""
    rows = [{**plain(one), "meaning": one.meaning, "judgments": len(one.judgments)} for one in found.findings]
    return {**plain(found), "findings": rows}


def _text(found: Agree) -> str:
    if found.advice:
        return found.advice
    known = [one for one in found.findings if one.value.n]
    kinds = list(dict.fromkeys(one.kind for one in known))
    parts = [f"{MEANINGS[kind]}\n{_table([one for one in known if one.kind == kind])}" for kind in kinds]
    counted = f"{found.scores:,} scores and {found.comparisons:,} comparisons by {', '.join(found.raters)}"
    counted += f"; {found.blind}" if found.blind else ""
    heading = [counted, pooled(found.versions)] if len(found.versions) > 1 else [counted]
    return "\n\n".join(["\n".join(heading), *parts])


def _table(findings: list[Finding]) -> str:
    rows = [(one.name, one.words, one.value.n, one.of, one.reason or "") for one in findings]
    return table(("number", "value [95 %]", "n", "of", ""), rows)

"""workbench completions"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from workbench import jobs as kinds
from workbench.cli import _attach, _parameters
from workbench.cli._session import Group, Session
from workbench.store import Store, batches
from workbench.text import plural
from workbench.views.batches import command_of

KIND = "import-completions"


@click.group(cls=Group)
def command() -> None:
    """Bring in answers and ratings that were made elsewhere."""


@command.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@_parameters.options(KIND, leave_out=("path", "scale_low", "scale_high"))
@click.option("--scale", nargs=2, type=float, metavar="LOW HIGH", help="The file's scale, mapped onto 1 to 5.")
@click.option("--detach", is_flag=True, help="Queue it, print its number, and return.")
@click.pass_obj
def import_(session: Session, /, path: Path, scale: tuple[float, float] | None, detach: bool, **given: Any) -> None:
    """Read a file of answers; they become a batch to rate, with the ratings that the file holds."""
    low, high = scale or (None, None)
    values = {"path": str(path.expanduser().resolve()), "scale_low": low, "scale_high": high, **given}
    spec = kinds.parse(KIND, {name: value for name, value in values.items() if value is not None})
    with session.store() as store:
        job = _attach.run(session, store, spec, detach)
        if not detach:
            session.answer({"job": job.id, **job.result}, _words(store, job.result))


def _words(store: Store, result: dict[str, Any]) -> str:
    judged = " and ".join(
        plural(result[name], noun)
        for name, noun in (("scores", "score"), ("comparisons", "comparison"))
        if result[name]
    )
    by = f", with {judged} by {', '.join(result['raters'])}" if judged else ""
    made = [batches.by_id(store, batch) for batch in result["batches"]]
    beside = ", ".join(f"{what} ({count:,})" for what, count in result["left_out"].items())
    lines = [
        f"{plural(result['answers'], 'answer')} by {', '.join(result['models'])}{by}",
        f"left out: {beside}" if beside else "",
        *(f"next: workbench {command_of(one.mode)} --batch {one.id}" for one in made),
    ]
    return "\n".join(line for line in lines if line)

"""The list of batches, and whose it is: of `batches`, `rate` and `versus`, the last two without any form of a job."""

from __future__ import annotations

import click

from workbench.cli._table import seconds, table
from workbench.views.batches import HIDDEN, BatchRow

_HEADINGS = ("batch", "name", "mode", "rubric", "answers", "judged", "each", "left", "models")
rater_option = click.option(
    "--rater", metavar="NAME", help="Who judges (default: $WORKBENCH_RATER, else the login name)."
)


def batch_table(rows: list[BatchRow]) -> str:
    """The batches as `batches list`, `rate --list` and `versus --list` print them."""
    shown = [
        (
            row.id, row.name, row.mode, row.rubric, row.answers, row.judged, seconds(row.seconds_each),
            seconds(row.seconds_left), ", ".join(row.models) or HIDDEN,
        )
        for row in rows
    ]  # fmt: skip
    return table(_HEADINGS, shown)

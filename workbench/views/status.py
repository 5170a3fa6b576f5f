"""Where the workspace stands, in a dozen numbers; loads neither Textual nor numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench import __version__
from workbench.store import Store, judgments
from workbench.views.batches import BatchRow
from workbench.views.home import NextStep, home
from workbench.views.jobs import JobRow


@dataclass(frozen=True, slots=True)
class Status:
    version: str
    workspace: str
    models: int
    answers: int
    judgments: int
    answers_to_rate: int
    pairs_to_compare: int
    jobs: tuple[JobRow, ...]
    next_step: NextStep


def status(store: Store, rater: str) -> Status:
    """What `workbench status` and Home both rest on."""
    now = home(store, rater)
    answers, pairs = left_to_judge(now.open_batches)
    return Status(
        version=__version__,
        workspace=str(store.workspace.root),
        models=len(now.rows),
        answers=sum(row.answers for row in now.rows),
        judgments=judgments.count(store),
        answers_to_rate=answers,
        pairs_to_compare=pairs,
        jobs=now.active,
        next_step=now.next_step,
    )


def left_to_judge(open_batches: Sequence[BatchRow]) -> tuple[int, int]:
    """(answers to rate, pairs to compare) that are left in these batches."""
    pairs = sum(batch.answers - batch.judged for batch in open_batches if batch.command == "versus")
    return sum(batch.answers - batch.judged for batch in open_batches) - pairs, pairs

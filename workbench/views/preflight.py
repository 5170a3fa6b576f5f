"""A pre-flight as a person reads it: what a training would learn, in counts and in tokens. For screen and command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import JobError
from workbench.jobs.preflight import token_view_file
from workbench.store import Store, jobs
from workbench.training.estimated import Estimate
from workbench.training.machine_choice import Choice
from workbench.training.token_sequences import TEXT
from workbench.training.token_view import Part, RowView, SequenceView, Stretch
from workbench.views import training

BETWEEN = "│"  # stands between two tokens that are trained on
UNENDED = "✗ not in the loss: from this answer the model would not learn to stop"
# by the report's names, in the order in which they are shown: what a person calls it, and what it means
_COUNTS = {
    "kept": ("kept", "are trained on"),
    "truncated": ("truncated", "of these lose an answer's end at max_length"),
    "duplicate": ("duplicate", "of these repeat an earlier row token by token"),
    "contradicting": ("contradicting", "say the opposite of another row"),
    "identical": ("identical", "left out: chosen and rejected are the same"),
    "empty": ("empty", "left out: the answer has no text"),
    "prompt_too_long": ("masked", "left out: the prompt alone fills max_length"),
    "desirable": ("good", "of those kept are good answers"),
    "undesirable": ("bad", "of those kept are bad answers"),
    "end_of_turn": ("ended", "answers have their end of turn in the loss"),
    "chosen_end_of_turn": ("chosen ended", "chosen have their end of turn in the loss"),
    "rejected_end_of_turn": ("rejected ended", "rejected have their end of turn in the loss"),
    "sequences": ("sequences", "of at most max_length tokens: texts are joined and cut"),
    "tokens": ("tokens", "in one pass over the rows"),
    "loss_tokens": ("in the loss", "of these tokens"),
}
# counts that ask for a look where they are not 0
_DOUBTFUL = ("truncated", "duplicate", "contradicting", "identical", "empty", "prompt_too_long")


@dataclass(frozen=True, slots=True)
class Count:
    """`name` as the trainer's report calls it, `label` as a person does; doubtful: worth a look."""

    name: str
    label: str
    number: int
    meaning: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of a row as text, behind its label: trained tokens are told apart by BETWEEN."""

    label: str
    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class Preflight:
    """`refused`: why the training would not start, None if it would; `params` are those of the training.

    few: what can be expected of so few rows, None where there are enough; looked_at: see views.training.looked_at;
    machine: the settings for this machine, each with its reason; empty, and the estimate None, where it is refused.
    """

    job: int
    training: str
    params: Mapping[str, Any]
    rows: int
    max_length: int
    counts: tuple[Count, ...]
    few: str | None
    looked_at: str | None
    refused: str | None
    machine: tuple[Choice, ...]
    estimate: Estimate | None
    shown: tuple[RowView, ...]


def preflight(store: Store, job_id: int) -> Preflight:
    """A finished pre-flight; JobError if the job is another, or not done."""
    job = jobs.by_id(store, job_id)
    if job.kind != "preflight" or job.state != "done":
        raise JobError(f"Job {job_id} is no finished pre-flight.", "Start one: workbench train dpo --preflight ...")
    result = job.result
    counts = result["counts"]
    return Preflight(
        job_id, result["training"], result["params"], counts["rows"], counts["max_length"],
        tuple(_count(name, counts[name]) for name in _COUNTS if name in counts),
        result.get("few"), training.looked_at(result), result["refused"],
        tuple(Choice(**one) for one in result["machine"]),
        Estimate(**result["estimate"]) if result["estimate"] else None,
        _rows(token_view_file(store.workspace, job_id)),
    )  # fmt: skip


def _count(name: str, number: int) -> Count:
    label, meaning = _COUNTS[name]
    return Count(name, label, number, meaning, name in _DOUBTFUL and number > 0)


def heading(row: RowView) -> str:
    """`row 3 · kept · chosen 12 of 43 tokens in the loss · rejected 9 of 40 ...`: with the prompt, 43"""
    sequences = (f"{one.name} {one.loss_tokens:,} of {one.tokens:,} tokens in the loss" for one in row.sequences)
    return " · ".join((f"row {row.number:,}", row.fate, *sequences))


def lines(row: RowView) -> Iterator[Line]:
    """The prompt once, then each answer: trained tokens, the end of the turn, what is asked next, what is cut off."""
    for number, sequence in enumerate(row.sequences):
        yield from (_line(sequence, one) for one in sequence.stretches if not number or one.part != "prompt")
        # a long text goes on in the next sequence, and ends there
        if sequence.loss_tokens and not sequence.ends and sequence.name != TEXT:
            yield Line("end of turn", "cut", UNENDED)


def _line(sequence: SequenceView, one: Stretch) -> Line:
    match one.part:
        case "trained":
            return Line(sequence.name, one.part, BETWEEN.join(one.texts).replace("\n", "⏎"))
        case "end of turn":
            return Line(one.part, one.part, f"{''.join(one.texts)} ✓ in the loss")
        case "cut":
            return Line(f"cut off, {one.tokens:,}", one.part, "".join(one.texts))
        case _:
            return Line(one.part, one.part, "".join(one.texts))


def _rows(path: Path) -> tuple[RowView, ...]:
    return tuple(_row(values) for values in json.loads(path.read_text(encoding="utf-8")))


def _row(values: dict[str, Any]) -> RowView:
    sequences = [
        SequenceView(**{**one, "stretches": tuple(_stretch(part) for part in one["stretches"])})
        for one in values["sequences"]
    ]
    return RowView(values["number"], values["fate"], tuple(sequences))


def _stretch(values: dict[str, Any]) -> Stretch:
    return Stretch(values["part"], values["tokens"], tuple(values["texts"]))

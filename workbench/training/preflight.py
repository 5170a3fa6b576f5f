"""What the pre-flights of all trainers share: the counts, and the runs that could not teach what they say.

TRL drops some rows without a word, and calls a run whose labels are all masked a success. Light: no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from workbench.errors import TrainingRefused
from workbench.training.token_sequences import Tokenised, repeated

T = TypeVar("T")
E = TypeVar("E", bound=Tokenised)
R = TypeVar("R", bound="Report")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Counts of rows; what is not kept is counted by its reason, the others are counted among the kept.

    prompt_too_long: the prompt alone fills max_length, so no token of an answer is left, and TRL drops the row;
    truncated: an answer loses its end within max_length (in tokens, prompt and answer together);
    duplicate: an earlier row has the same tokens;
    contradicting: another row teaches the opposite;
    tokens, loss_tokens: all tokens of the kept rows within max_length, the prompt once for each answer, and those that
    carry loss.
    """

    rows: int
    kept: int
    prompt_too_long: int
    truncated: int
    duplicate: int
    contradicting: int
    tokens: int
    loss_tokens: int
    max_length: int

    @property
    def examples(self) -> int:
        """What the trainer counts as rows: one for each row kept."""
        return self.kept


@dataclass(frozen=True, slots=True)
class Look(Generic[E, R]):
    """Every row as its trainer cuts it, in the order of the data, what becomes of each, and the counts.

    stop: the token that ends an answer, None where the template writes none.
    """

    examples: list[E]
    fates: list[str]
    report: R
    stop: int | None


def counted(examples: Sequence[Tokenised], fates: Sequence[str], max_length: int) -> dict[str, Any]:
    """The counts that every trainer has in the same way, by their names in the report."""
    seen = [example.sequences(max_length) for example in kept(examples, fates)]
    return {
        "rows": len(fates),
        "kept": len(seen),
        "prompt_too_long": fates.count("prompt too long"),
        "truncated": sum(any(one.cut for one in row) for row in seen),
        "duplicate": repeated(tuple(one.key for one in row) for row in seen),
        "tokens": sum(one.length for row in seen for one in row),
        "loss_tokens": sum(len(one.learned) for row in seen for one in row),
        "max_length": max_length,
    }


def kept(rows: Sequence[T], fates: Sequence[str]) -> list[T]:
    """Those whose fate is "kept"."""
    return [row for row, fate in zip(rows, fates, strict=True) if fate == "kept"]


def refuse(report: Report, what: str, dropped: str, ends: int, source: str) -> None:
    """TrainingRefused for nothing to train on, or nothing that ends.

    what: the rows, in the plural; dropped: their number by each further reason; ends: how many answers have their
    end-of-turn token in the loss; source: how to come by rows.
    """
    if report.rows == 0:
        raise TrainingRefused(f"There are no {what} to train on.", source)
    if report.kept == 0:
        raise TrainingRefused(
            f"None of the {report.rows} {what} can be trained on: {dropped}, "
            f"{report.prompt_too_long} a prompt of {report.max_length} tokens or more, so no token would carry loss.",
            "Raise max_length, or use other rows.",
        )
    if ends == 0:
        raise TrainingRefused(
            f"No answer of the {report.kept} {what} has its end-of-turn token in the loss "
            f"({report.truncated} are cut at max_length {report.max_length}): the model would unlearn to stop.",
            "Raise max_length, or use a chat template that ends an assistant's turn with a special token.",
        )

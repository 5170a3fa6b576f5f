"""What a KTO run would train on, counted on its exact tokens before the trainer is built.

KTO learns from good against bad answers: with one side missing, or the same answer called both, it teaches nothing.
Light: needs a tokenizer, no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbench.errors import TrainingRefused
from workbench.models.chat_template import end_of_turn
from workbench.training import preflight
from workbench.training.conversation_tokens import require_template
from workbench.training.label_rows import LabelRow
from workbench.training.sft_preflight import TokenisedExample, tokenise

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Fate = Literal["kept", "contradicting", "prompt too long"]
Seen = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KTOReport(preflight.Report):
    """Counts of answers. rows = kept + contradicting + prompt_too_long; kept = desirable + undesirable.

    contradicting: the same tokens within max_length are labelled good and bad;
    end_of_turn: the token that ends the turn is in the loss.
    """

    desirable: int
    undesirable: int
    end_of_turn: int


def examine(
    rows: Sequence[LabelRow], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> tuple[list[LabelRow], KTOReport]:
    """The rows worth training on, and the counts. TrainingRefused if the run could not teach what it says."""
    found = look(rows, tokenizer, max_length)
    refuse(found.report)
    return preflight.kept(rows, found.fates), found.report


def look(
    rows: Sequence[LabelRow], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> preflight.Look[TokenisedExample, KTOReport]:
    """Every answer in tokens, what becomes of it, and the counts."""
    require_template(tokenizer)
    whole = [tokenise(row, tokenizer) for row in rows]
    cut = [example.within(max_length) for example in whole]
    fates: list[str] = [*_fates(cut, [row["label"] for row in rows])]
    stop = end_of_turn(tokenizer)
    left = preflight.kept(rows, fates)
    report = KTOReport(
        contradicting=fates.count("contradicting"),
        desirable=sum(row["label"] for row in left),
        undesirable=sum(not row["label"] for row in left),
        end_of_turn=sum(stop in seen.answer for seen in preflight.kept(cut, fates)),
        **preflight.counted(whole, fates, max_length),
    )
    return preflight.Look(whole, fates, report, stop)


def _fates(cut: Sequence[TokenisedExample], labels: Sequence[bool]) -> list[Fate]:
    opinions: dict[Seen, set[bool]] = {}
    for example, label in zip(cut, labels, strict=True):
        opinions.setdefault(_seen(example), set()).add(label)
    return [
        "prompt too long" if not one.answer else "contradicting" if len(opinions[_seen(one)]) > 1 else "kept"
        for one in cut
    ]


def _seen(example: TokenisedExample) -> Seen:
    return tuple(example.prompt), tuple(example.answer)


def refuse(report: KTOReport) -> None:
    """TrainingRefused if the run could not teach what it says."""
    preflight.refuse(
        report, "answers", f"{report.contradicting} are called good and bad", report.end_of_turn,
        "Rate some answers and export kto first.",
    )  # fmt: skip
    if not report.desirable or not report.undesirable:
        there, missing = ("good", "bad") if report.desirable else ("bad", "good")
        raise TrainingRefused(
            f"All {report.kept} answers are {there}: KTO needs {missing} ones beside them.",
            "Rate more answers, or learn from good ones alone with train sft.",
        )

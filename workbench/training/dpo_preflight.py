"""What a DPO run would train on, counted on its exact tokens before anything is loaded.

TRL trains on pairs that teach nothing, too. Light: needs a tokenizer, no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbench.models.chat_template import end_of_turn
from workbench.training import preflight
from workbench.training.conversation_tokens import conversation_ids, require_template, shared_length
from workbench.training.pair_rows import PairRow
from workbench.training.token_sequences import TokenSequence, sequence

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Fate = Literal["kept", "identical", "prompt too long"]


@dataclass(frozen=True, slots=True)
class TokenisedPair:
    """Token ids as TRL cuts them: prompt + chosen and prompt + rejected are the two sequences."""

    prompt: list[int]
    chosen: list[int]
    rejected: list[int]

    def within(self, max_length: int) -> TokenisedPair:
        """What truncation at the end leaves of it (TRL's keep_start): the prompt stays, answers lose their end."""
        room = max(0, max_length - len(self.prompt))
        return TokenisedPair(self.prompt, self.chosen[:room], self.rejected[:room])

    def sequences(self, max_length: int) -> tuple[TokenSequence, ...]:
        """See Tokenised."""
        return (
            sequence("chosen", self.prompt, self.chosen, max_length),
            sequence("rejected", self.prompt, self.rejected, max_length),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DPOReport(preflight.Report):
    """Counts of pairs. rows = kept + identical + prompt_too_long.

    identical: the answers have the same tokens within max_length, so the loss would stay ln 2 for ever;
    contradicting: another pair prefers the same two answers the other way round;
    chosen_end_of_turn, rejected_end_of_turn: the answer's end-of-turn token is in the loss.
    """

    identical: int
    chosen_end_of_turn: int
    rejected_end_of_turn: int


def examine(
    rows: Sequence[PairRow], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> tuple[list[PairRow], DPOReport]:
    """The rows worth training on, and the counts. TrainingRefused if the run could not teach what it says."""
    found = look(rows, tokenizer, max_length)
    refuse(found.report)
    return preflight.kept(rows, found.fates), found.report


def look(
    rows: Sequence[PairRow], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> preflight.Look[TokenisedPair, DPOReport]:
    """Every pair in tokens, what becomes of it, and the counts."""
    require_template(tokenizer)
    pairs = [tokenise(row, tokenizer) for row in rows]
    fates: list[str] = [fate(pair, max_length) for pair in pairs]
    stop = end_of_turn(tokenizer)
    return preflight.Look(pairs, fates, _report(pairs, fates, max_length, stop), stop)


def refuse(report: DPOReport) -> None:
    """TrainingRefused if the run could not teach what it says."""
    preflight.refuse(
        report, "pairs", f"{report.identical} have identical answers",
        report.chosen_end_of_turn + report.rejected_end_of_turn, "Rate some answers and export preferences first.",
    )  # fmt: skip


def tokenise(row: PairRow, tokenizer: PreTrainedTokenizerBase) -> TokenisedPair:
    """TRL's way: render prompt and prompt + answer, and let the answers begin where the three part."""
    prompt = conversation_ids(tokenizer, row["prompt"], generate=True)
    chosen = conversation_ids(tokenizer, row["prompt"] + row["chosen"])
    rejected = conversation_ids(tokenizer, row["prompt"] + row["rejected"])
    start = min(shared_length(prompt, chosen), shared_length(prompt, rejected))
    return TokenisedPair(prompt[:start], chosen[start:], rejected[start:])


def fate(pair: TokenisedPair, max_length: int) -> Fate:
    """What becomes of a pair under `max_length` tokens."""
    if len(pair.prompt) >= max_length:
        return "prompt too long"
    seen = pair.within(max_length)
    return "identical" if seen.chosen == seen.rejected else "kept"


def _report(pairs: list[TokenisedPair], fates: list[str], max_length: int, stop: int | None) -> DPOReport:
    seen = [pair.within(max_length) for pair in preflight.kept(pairs, fates)]
    return DPOReport(
        identical=fates.count("identical"),
        contradicting=_contradicting(seen),
        chosen_end_of_turn=sum(stop in pair.chosen for pair in seen),
        rejected_end_of_turn=sum(stop in pair.rejected for pair in seen),
        **preflight.counted(pairs, fates, max_length),
    )


def _contradicting(seen: Sequence[TokenisedPair]) -> int:
    """How many stand the other way round among the others."""
    ways = {(tuple(one.prompt), tuple(one.chosen), tuple(one.rejected)) for one in seen}
    return sum((tuple(one.prompt), tuple(one.rejected), tuple(one.chosen)) in ways for one in seen)

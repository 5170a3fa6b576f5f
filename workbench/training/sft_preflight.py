"""What an SFT run would train on, counted on its exact tokens before the trainer is built.

A run without a trained token has loss 0 and "succeeds". Light: needs a tokenizer, no torch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from workbench.models.chat_template import end_of_turn
from workbench.training import preflight
from workbench.training.completion_rows import CompletionRow
from workbench.training.conversation_tokens import conversation_ids, require_template, shared_length
from workbench.training.label_rows import LabelRow
from workbench.training.token_sequences import TokenSequence, learned, sequence

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Fate = Literal["kept", "empty", "prompt too long"]


@dataclass(frozen=True, slots=True)
class TokenisedExample:
    """Token ids as TRL cuts them: prompt + answer is the sequence, and the answer's tokens carry the loss.

    Of several turns the answer begins with the assistant's first one, and `silent` are the stretches of it that carry
    none: what is asked in between.
    """

    prompt: list[int]
    answer: list[int]
    silent: tuple[range, ...] = ()

    @property
    def learned(self) -> list[int]:
        """The tokens that carry loss."""
        return learned(self.answer, self.silent)

    @property
    def mask(self) -> list[int]:
        """1 for each token of prompt + answer that carries loss, else 0."""
        carried = [int(not any(at in stretch for stretch in self.silent)) for at in range(len(self.answer))]
        return [0] * len(self.prompt) + carried

    def within(self, max_length: int) -> TokenisedExample:
        """What truncation at the end leaves of it (TRL's keep_start)."""
        return TokenisedExample(self.prompt, self.answer[: max(0, max_length - len(self.prompt))], self.silent)

    def sequences(self, max_length: int) -> tuple[TokenSequence, ...]:
        """See Tokenised."""
        return (sequence("answer", self.prompt, self.answer, max_length, self.silent),)


@dataclass(frozen=True, slots=True, kw_only=True)
class SFTReport(preflight.Report):
    """Counts of rows. rows = kept + empty + prompt_too_long.

    empty: an answer has no text, so the model would learn to say nothing;
    contradicting: another row answers the same prompt otherwise;
    end_of_turn: the token that ends the turn is in the loss.
    """

    empty: int
    end_of_turn: int


def examine(
    rows: Sequence[CompletionRow], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> tuple[list[CompletionRow], SFTReport]:
    """The rows worth training on, and the counts. TrainingRefused if the run could not teach what it says."""
    found = look(rows, tokenizer, max_length)
    refuse(found.report)
    return preflight.kept(rows, found.fates), found.report


def look(
    rows: Sequence[CompletionRow], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> preflight.Look[TokenisedExample, SFTReport]:
    """Every row in tokens, what becomes of it, and the counts."""
    require_template(tokenizer)
    examples = [tokenise(row, tokenizer) for row in rows]
    fates: list[str] = [_fate(row, example, max_length) for row, example in zip(rows, examples, strict=True)]
    stop = end_of_turn(tokenizer)
    return preflight.Look(examples, fates, _report(examples, fates, max_length, stop), stop)


def refuse(report: SFTReport) -> None:
    """TrainingRefused if the run could not teach what it says."""
    preflight.refuse(
        report, "rows", f"{report.empty} have an empty answer", report.end_of_turn,
        "Choose a data set of instructions with answers.",
    )  # fmt: skip


def tokenise(row: CompletionRow | LabelRow, tokenizer: PreTrainedTokenizerBase) -> TokenisedExample:
    """TRL's way: render prompt and prompt + answer, and let the answer begin where the two part.

    Each turn of the assistant in a completion of several carries loss as it would as the last one.
    """
    whole = conversation_ids(tokenizer, row["prompt"] + row["completion"])
    start = shared_length(conversation_ids(tokenizer, row["prompt"], generate=True), whole)
    silent = _silent(row, whole, tokenizer) if len(row["completion"]) > 1 else []
    return TokenisedExample(whole[:start], whole[start:], tuple(range(a - start, b - start) for a, b in silent))


def _silent(
    row: CompletionRow | LabelRow, whole: list[int], tokenizer: PreTrainedTokenizerBase
) -> list[tuple[int, int]]:
    """From the end of each of the assistant's turns to the beginning of the next: places in `whole`.

    A template may render a turn otherwise once another follows (those that leave out what was thought do): then it
    ends with its end-of-turn token.
    """
    turns, asked = row["prompt"] + row["completion"], len(row["prompt"])
    stop = end_of_turn(tokenizer)
    found = []
    for at in range(asked, len(turns) - 1):
        if turns[at]["role"] != "assistant":
            continue
        begins = shared_length(conversation_ids(tokenizer, turns[:at], generate=True), whole)
        ends = shared_length(conversation_ids(tokenizer, turns[: at + 1]), whole)
        if stop in whole[begins:]:
            ends = max(ends, whole.index(stop, begins) + 1)
        follows = next(later for later in range(at + 1, len(turns)) if turns[later]["role"] == "assistant")
        found.append((ends, shared_length(conversation_ids(tokenizer, turns[:follows], generate=True), whole)))
    return found


def _fate(row: CompletionRow, example: TokenisedExample, max_length: int) -> Fate:
    if not all(turn["content"].strip() for turn in row["completion"] if turn["role"] == "assistant"):
        return "empty"
    return "kept" if example.within(max_length).answer else "prompt too long"


def _report(examples: list[TokenisedExample], fates: list[str], max_length: int, stop: int | None) -> SFTReport:
    seen = [example.within(max_length) for example in preflight.kept(examples, fates)]
    return SFTReport(
        empty=fates.count("empty"),
        contradicting=_contradicting(seen),
        end_of_turn=sum(stop in example.learned for example in seen),
        **preflight.counted(examples, fates, max_length),
    )


def _contradicting(seen: Sequence[TokenisedExample]) -> int:
    """How many have a prompt that is answered in more than one way."""
    answers = {(tuple(one.prompt), tuple(one.answer)) for one in seen}
    ways = Counter(prompt for prompt, _ in answers)
    return sum(ways[tuple(one.prompt)] > 1 for one in seen)

"""A row of the training as a person reads it: its tokens, each with what becomes of it. Light: needs a tokenizer.

What the trainer sees is easily taken for what the file says: a template adds turns, a mask takes the loss from the
prompt, max_length cuts the end, and with it the token that tells the model to stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal, cast

from workbench.training.token_sequences import Tokenised, TokenSequence

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Part = Literal["prompt", "trained", "end of turn", "cut"]
_BROKEN = "\ufffd"  # how a tokenizer writes a piece of a character
_CHARACTER = 4  # most tokens that one character is spread over


@dataclass(frozen=True, slots=True)
class Stretch:
    """Tokens in a row that share a fate, each as its text; a character of several tokens is one text.

    prompt: read, not learned; trained: in the loss; end of turn: in the loss, and ends the answer; cut: not seen.
    """

    part: Part
    tokens: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SequenceView:
    """One answer with its prompt; ends: its end-of-turn token is in the loss."""

    name: str
    tokens: int
    loss_tokens: int
    ends: bool
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """number: of the row among those to train on, from 1; fate: kept, or why it is left out."""

    number: int
    fate: str
    sequences: tuple[SequenceView, ...]


def view(
    number: int, fate: str, example: Tokenised, tokenizer: PreTrainedTokenizerBase, max_length: int, stop: int | None
) -> RowView:
    """A row under `max_length` tokens; `stop` is the end-of-turn token, None if the template writes none."""
    sequences = tuple(_sequence(one, tokenizer, stop) for one in example.sequences(max_length))
    return RowView(number, fate, sequences)


def shown(fates: Sequence[str], truncated: Sequence[bool], kept: int, others: int) -> list[int]:
    """Which rows to look at, by index: the first `kept` that stay, and the first `others` of each other fate."""
    kinds = ["cut" if fate == "kept" and cut else fate for fate, cut in zip(fates, truncated, strict=True)]
    chosen = []
    for kind in dict.fromkeys(kinds):
        rows = [at for at, one in enumerate(kinds) if one == kind]
        chosen += rows[: kept if kind == "kept" else others]
    return sorted(chosen)


def _sequence(one: TokenSequence, tokenizer: PreTrainedTokenizerBase, stop: int | None) -> SequenceView:
    parts = [_part(at, token, one, stop) for at, token in enumerate(one.answer)]
    placed = [*(("prompt", token) for token in one.prompt), *zip(parts, one.answer, strict=True)]
    stretches = []
    for part, run in groupby([*placed, *(("cut", token) for token in one.cut)], key=lambda pair: pair[0]):
        ids = [token for _, token in run]
        stretches.append(Stretch(part, len(ids), texts(ids, tokenizer)))
    return SequenceView(one.name, one.length, len(one.learned), "end of turn" in parts, tuple(stretches))


def _part(at: int, token: int, one: TokenSequence, stop: int | None) -> Part:
    """Of a token of the answer; what is asked between two answers is read like a prompt."""
    if any(at in stretch for stretch in one.silent):
        return "prompt"
    return "end of turn" if token == stop else "trained"


def texts(ids: Sequence[int], tokenizer: PreTrainedTokenizerBase) -> tuple[str, ...]:
    """Each token as its text; those that share a character stand together."""
    found, held = [], []
    for token in ids:
        held.append(token)
        text = cast("str", tokenizer.decode(held, skip_special_tokens=False, clean_up_tokenization_spaces=False))
        if not text.endswith(_BROKEN) or len(held) == _CHARACTER:
            found.append(text)
            held = []
    if held:
        found.append(cast("str", tokenizer.decode(held)))
    return tuple(found)

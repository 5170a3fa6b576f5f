"""The prompt of a preference pair is computed once for its two answers (as in prefix-sharing DPO: Wang and Hegde 2024).

TRL puts the chosen texts and then the rejected ones into one batch, padded to the longest, each with its prompt. Here
the model reads each pair as one row: what the two have in common, the rest of the chosen one, the rest of the rejected
one, with positions and a mask by which neither answer sees the other. What comes out is laid back into TRL's rows, so
the trainer, its losses and its metrics are TRL's and know nothing of it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

IGNORED = -100  # the label of a token that carries no loss
_PER_TOKEN = ("log_probs", "entropy", "log_sum_sq_probs", "mean_logits", "is_top1")  # of TRL's FusedCausalLMOutput


@dataclass(frozen=True, slots=True)
class Packed:
    """B pairs as B rows of L slots.

    ids, positions: (B, L); labels: (B, L), of the token after each slot, IGNORED where there is none;
    hidden: (B, L, L), True where a slot (row) may not look; slots: (2B, T - 1), where the slot of each of TRL's
    places lies in its pair's row; wanted: the same shape, False where TRL's label is IGNORED.
    """

    ids: Tensor
    positions: Tensor
    labels: Tensor
    hidden: Tensor
    slots: Tensor
    wanted: Tensor


def share(model: PreTrainedModel) -> None:
    """Let `model`, with TRL's fused head, read pairs packed from now on; other calls are as before.

    For batches of 2B texts, the first B of them paired with the others, padded on the right, and for architectures
    that take the mask of a prefix tree (see `models.tree_scoring.takes_tree`).
    """
    read: Callable[..., Any] = model.forward

    @functools.wraps(type(model).forward)  # peft looks at the names of the arguments
    def read_pairs(*args: Any, **given: Any) -> Any:
        ids, labels = given.get("input_ids"), given.get("labels")
        if ids is None or labels is None or not given.get("fused_lm_head") or given.get("past_key_values") is not None:
            return read(*args, **given)  # with soft prompts there are no ids, or there is a cache
        packed = pack(ids, given["attention_mask"], labels)
        mask = torch.zeros(packed.hidden.shape, dtype=model.dtype, device=ids.device)
        mask.masked_fill_(packed.hidden, torch.finfo(model.dtype).min)
        instead = {
            "input_ids": packed.ids,
            "position_ids": packed.positions,
            "attention_mask": mask[:, None],
            "labels": None,
            "shift_labels": packed.labels,
        }
        return unpacked(read(*args, **{**given, **instead}), packed)

    model.forward = read_pairs


def pack(ids: Tensor, attention: Tensor, labels: Tensor) -> Packed:
    """All (2B, T): the texts, 1 where there is text and 0 in the padding at the right, and the labels of the tokens."""
    pairs = len(ids) // 2
    lengths = attention.sum(dim=1).tolist()
    texts = [row[:length] for row, length in zip(ids.tolist(), lengths, strict=True)]
    common = [_common(texts[one], texts[pairs + one]) for one in range(pairs)]
    sizes = [lengths[one] + lengths[pairs + one] - common[one] for one in range(pairs)]
    longest = max(sizes)
    packed = Packed(
        ids=ids.new_zeros(pairs, longest),
        positions=ids.new_zeros(pairs, longest),
        labels=labels.new_full((pairs, longest), IGNORED),
        hidden=torch.ones(longest, longest, dtype=torch.bool, device=ids.device).triu(1).repeat(pairs, 1, 1),
        slots=ids.new_zeros(len(ids), ids.shape[1] - 1),
        wanted=labels[:, 1:] != IGNORED,
    )
    places = torch.arange(ids.shape[1], device=ids.device)
    for one in range(pairs):
        chosen, shared = lengths[one], common[one]
        for row, first, begin in ((one, 0, 0), (pairs + one, shared, chosen)):
            length = lengths[row]
            span = slice(begin, begin + length - first)
            packed.ids[one, span] = ids[row, first:length]
            packed.positions[one, span] = places[first:length]
            packed.labels[one, span.start : span.stop - 1] = labels[row, first + 1 : length]
            packed.slots[row, first : length - 1] = places[first : length - 1] - first + begin
        packed.slots[pairs + one, :shared] = places[:shared]
        packed.hidden[one, chosen : sizes[one], shared:chosen] = True
    return packed


def unpacked(output: Any, packed: Packed) -> Any:
    """TRL's output for the packed rows, laid out as if each text had had a row of its own."""
    pair = torch.arange(len(packed.slots), device=packed.slots.device) % len(packed.ids)
    fields = {name: getattr(output, name) for name in _PER_TOKEN}
    laid = {
        name: value[pair[:, None], packed.slots].masked_fill(~packed.wanted, 0)
        for name, value in fields.items()
        if value is not None
    }
    return replace(output, **laid, label_mask=packed.wanted)


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens to share: all that both begin with but the last, which predicts another token in each."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return max(sum(1 for _ in same) - 1, 0)

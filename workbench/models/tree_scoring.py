"""Log-likelihoods over the prefix tree: the forward passes of a plan (see prefix_tree).

A pack is one row of tokens whose position ids are the depths in the tree and whose mask lets a token see its
ancestors only; so there is no padding, and what requests share is computed once. The keys and values of the
trunks above a pack are kept in a cache, which is cropped back to them after each pass. The head runs only
on positions that predict a continuation.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from workbench.models.prefix_tree import Layout, Pack, Tree, Trunk, lay_out, plan_packs
from workbench.models.scoring import Span, score_batch, token_logprobs
from workbench.records import LogLikelihood

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedModel

HEAD_ROWS = 64  # rows of logits that are turned into probabilities at once; bounds the memory of large vocabularies

# The parity check: a tree of so many questions of so many random tokens, and the nats a request by which tree and
# padded rows may differ. SmolLM2-135M differs by 1e-5 in float32 and by 0.2 in bfloat16 (which rounds a logit between
# 16 and 32 to 0.125), and by 2.1 in either where the mask is not heeded.
QUESTIONS, QUESTION = 8, 40
TOLERANCE, COARSE_TOLERANCE = 1e-3, 0.5

STRETCHED = ("dynamic", "longrope")  # rotary positions that depend on the longest text in the forward pass


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The log-probability of `token` at the position after `slot`, a part of the result of `row`."""

    slot: int
    token: int
    row: int


class TreeScorer:
    """Scores `spans` pack by pack. `inputs` are what the model reads for each, from Span.inputs.

    Packs must come in the order of their plan; some may be left out.
    """

    def __init__(self, model: PreTrainedModel, spans: Sequence[Span], inputs: Sequence[list[int]]) -> None:
        self._model = model
        self._spans = spans
        self._inputs = inputs
        self._cache = DynamicCache(config=model.config)
        self._trunks: list[Trunk] = []  # whose keys and values are in the cache
        self._begun: dict[int, LogLikelihood] = {}  # rows whose continuation begins within a trunk

    @torch.inference_mode()
    def score(self, pack: Pack) -> list[tuple[int, LogLikelihood]]:
        """(Row, result) of each of the pack's requests, in nats."""
        self._enter(pack.trunk)
        rows = [self._inputs[row] for row in pack.rows]
        layout = lay_out(rows, pack.start)
        self._pass(layout, pack.start, [*self._wanted(pack.rows, layout, pack.start)], keep=False)
        return [(row, self._begun.pop(row)) for row in pack.rows]

    def _enter(self, trunk: Trunk | None) -> None:
        """Have exactly the keys and values of `trunk` and those above it in the cache."""
        chain = trunk.chain() if trunk else []
        while self._trunks != chain[: len(self._trunks)]:
            left = self._trunks.pop()
            self._cache.crop(left.start - left.end)
        for one in chain[len(self._trunks) :]:
            layout = lay_out([self._inputs[one.rows[0]][: one.end]], one.start)
            wanted = [part for row in one.rows for part in self._wanted([row], layout, one.start)]
            self._pass(layout, one.start, wanted, keep=True)
            self._trunks.append(one)

    def _wanted(self, rows: Sequence[int], layout: Layout, start: int) -> Iterator[_Wanted]:
        """What the pass over `layout` has to tell of each row, whose path there begins at depth `start`."""
        for row, path in zip(rows, layout.paths, strict=True):
            continuation = self._spans[row].continuation
            first = len(self._inputs[row]) - len(continuation)  # the depth that predicts its first token
            for place in range(max(first - start, 0), len(path)):
                yield _Wanted(path[place], continuation[start + place - first], row)

    def _pass(self, layout: Layout, start: int, wanted: list[_Wanted], keep: bool) -> None:
        """One forward pass; `keep` leaves its keys and values in the cache."""
        slots = sorted({part.slot for part in wanted})
        logits = self._logits(layout, start, slots, keep)
        place = {slot: number for number, slot in enumerate(slots)}
        scores = _token_scores(logits, [place[part.slot] for part in wanted], [part.token for part in wanted])
        for part, (logprob, greedy) in zip(wanted, scores, strict=True):
            before = self._begun.get(part.row, LogLikelihood(0.0, True))
            tokens = (*before.tokens, ("", logprob))
            self._begun[part.row] = LogLikelihood(before.logprob + logprob, before.is_greedy and greedy, tokens)

    def _logits(self, layout: Layout, start: int, slots: list[int], keep: bool) -> torch.Tensor:
        """(len(slots), V) logits of a pass whose rows all go on after `start` tokens in the cache."""
        model = self._model
        cached = keep or start > 0
        logits = model(
            input_ids=torch.tensor([layout.tokens], device=model.device),  # (1, T)
            position_ids=torch.tensor([layout.depths], device=model.device),
            attention_mask=tree_mask(layout, start, model.dtype, model.device),
            past_key_values=self._cache if cached else None,
            use_cache=cached,
            logits_to_keep=torch.tensor(slots, dtype=torch.long, device=model.device),
        ).logits[0]
        if cached and not keep:
            self._cache.crop(-len(layout.tokens))
        return logits


def tree_mask(layout: Layout, start: int, dtype: torch.dtype, device: torch.device) -> torch.Tensor:
    """(1, 1, T, start + T): 0 where a slot may look (all that is cached, itself, its ancestors), else the least."""
    slots = torch.arange(len(layout.tokens), device=device)
    ends = torch.tensor(layout.ends, device=device)
    hidden = (slots[:, None] < slots) | (slots[:, None] >= ends)  # row: who looks; column: at whom
    mask = torch.zeros(len(slots), start + len(slots), dtype=dtype, device=device)
    mask[:, start:].masked_fill_(hidden, torch.finfo(dtype).min)
    return mask[None, None]


def _token_scores(logits: torch.Tensor, places: list[int], tokens: list[int]) -> Iterator[tuple[float, bool]]:
    """(log-probability in nats, is it the likeliest) of `tokens`, each by its row of logits (R, V)."""
    place = torch.tensor(places, dtype=torch.long, device=logits.device)
    token = torch.tensor(tokens, dtype=torch.long, device=logits.device)
    logprobs = torch.empty(len(tokens), device=logits.device)
    greedy = torch.empty(len(tokens), dtype=torch.bool, device=logits.device)
    for number, part in enumerate(logits.split(HEAD_ROWS)):
        here = place // HEAD_ROWS == number
        row, wanted = place[here] % HEAD_ROWS, token[here]
        logprobs[here] = token_logprobs(part)[row, wanted]
        greedy[here] = part.argmax(-1)[row] == wanted
    return zip(logprobs.tolist(), greedy.tolist(), strict=True)


def takes_tree(model: PreTrainedModel, max_length: int) -> bool:
    """The parity check: whether a probe scores the same over its tree as in padded rows.

    False for a model that refuses the mask or the positions, and where the configuration tells what a short probe
    cannot notice (see `_plain_attention`). `max_length` is the model's context length in tokens.
    """
    if not _plain_attention(model.config):
        return False
    spans = probe(model.config.get_text_config().vocab_size, max_length)
    asked = [0, *range(len(spans) - 4, len(spans))]  # the last two questions are the farthest from the opening
    try:
        tree = _probe_scores(model, spans, max_length)
    except (TypeError, ValueError, RuntimeError):  # a model refuses in its own way what it cannot take
        return False
    rows = score_batch(model, [spans[row] for row in asked], max_length)
    limit = TOLERANCE if model.dtype == torch.float32 else COARSE_TOLERANCE
    return all(abs(tree[row].logprob - one.logprob) <= limit for row, one in zip(asked, rows, strict=True))


def _plain_attention(config: PreTrainedConfig) -> bool:
    """Whether every layer looks at all tokens before, and no position depends on the others of the forward pass.

    Sliding and chunked attention look back by distance in the pack, not in the text; linear attention keeps a state.
    """
    rope = getattr(config, "rope_parameters", None)  # models with learned positions have no such field
    layers = DynamicCache(config=config).layers
    return all(type(layer) is DynamicLayer for layer in layers) and (rope or {}).get("rope_type") not in STRETCHED


def probe(vocabulary: int, max_length: int) -> list[Span]:
    """Requests over random tokens, always the same: QUESTIONS after one opening, with two answers each, sorted.

    The tree has over 300 nodes, so that a layer which looks back by at most 256 slots does not pass unseen.
    """
    rng = random.Random(0)
    length = min(QUESTION, max_length // 2)
    opening = [rng.randrange(vocabulary) for _ in range(length // 2)]
    questions = sorted([rng.randrange(vocabulary) for _ in range(length)] for _ in range(QUESTIONS))
    return [
        Span(opening + question, [rng.randrange(vocabulary) for _ in range(2)])
        for question in questions
        for _ in range(2)
    ]


def _probe_scores(model: PreTrainedModel, spans: Sequence[Span], max_length: int) -> dict[int, LogLikelihood]:
    """Over the tree: the opening is a trunk, because one token less than all is allowed at a time."""
    inputs = [span.inputs(max_length) for span in spans]
    scorer = TreeScorer(model, spans, inputs)
    return dict(scored for pack in plan_packs(inputs, Tree(inputs).nodes - 1) for scored in scorer.score(pack))

"""Log-likelihoods of texts under a causal model, with lm-eval's meaning of every edge case.

Equal to lm-eval's HF backend (`HFLM`) request by request; tests/benchmarks/parity_loglikelihood.py compares them.
The head runs only on the positions that predict a continuation, and right padding needs no mask,
because a causal model never looks ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, cast

import torch

from workbench.errors import ModelError
from workbench.records import LogLikelihood

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens to score after tokens to condition on; `context` is never empty, `continuation` neither."""

    context: list[int]
    continuation: list[int]

    def inputs(self, max_length: int) -> list[int]:
        """What the model reads: all but the last token, cut on the left to its context length."""
        return (self.context + self.continuation)[-(max_length + 1) :][:-1]

    def is_cut(self, max_length: int) -> bool:
        """Whether the model does not read all of it."""
        return len(self.context) + len(self.continuation) > max_length + 1


def prefix_token(tokenizer: PreTrainedTokenizerBase) -> int:
    """What an empty context stands for: BOS, or EOS where a model has no BOS."""
    token = tokenizer.eos_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    if token is None:
        raise ModelError(
            f"The tokenizer of {tokenizer.name_or_path} names neither a BOS nor an EOS token.",
            "Set bos_token or eos_token in its tokenizer_config.json.",
        )
    return cast("int", token)


def encode(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Token ids with the tokenizer's own special tokens, unless the text already begins with BOS."""
    begun = text.startswith(str(tokenizer.decode(prefix_token(tokenizer))))
    return cast("list[int]", tokenizer.encode(text, add_special_tokens=not begun))


def encode_pairs(tokenizer: PreTrainedTokenizerBase, pairs: Sequence[tuple[str, str]]) -> list[Span]:
    """Where the continuation of each (context, continuation) begins in tokens.

    White space at the end of the context moves to the continuation, and both are encoded as one text and
    then split, so that the tokens are those of the text a reader sees. An empty context is the prefix token,
    and so is one of white space only (lm-eval's assertion fails there). A context that several requests share
    is encoded once.
    """
    before = cache(partial(encode, tokenizer))
    return [_pair(tokenizer, before, context, continuation) for context, continuation in pairs]


def _pair(
    tokenizer: PreTrainedTokenizerBase, before: Callable[[str], list[int]], context: str, continuation: str
) -> Span:
    bare = context.rstrip()
    if bare == "":
        tokens = tokenizer.encode(context + continuation, add_special_tokens=False)
        return _unconditional(prefix_token(tokenizer), tokens)
    whole = encode(tokenizer, context + continuation)
    return Span(before(bare), whole[len(before(bare)) :])


def _unconditional(prefix: int, tokens: list[int]) -> Span:
    """A text that begins with the prefix token is conditioned on that one instead of on two."""
    return Span(tokens[:1], tokens[1:]) if tokens[:1] == [prefix] else Span([prefix], tokens)


def in_words(tokenizer: PreTrainedTokenizerBase, span: Span, found: LogLikelihood) -> LogLikelihood:
    """The result with the text of each token of the continuation; one that ends within a character has none."""
    texts = _texts(tokenizer, tuple(span.continuation))
    return replace(found, tokens=tuple(zip(texts, (value for _, value in found.tokens), strict=True)))


@lru_cache(maxsize=4096)  # answers such as " yes" come back with every item
def _texts(tokenizer: PreTrainedTokenizerBase, tokens: tuple[int, ...]) -> list[str]:
    return token_texts(tokenizer, tokens)


def token_texts(tokenizer: PreTrainedTokenizerBase, tokens: Sequence[int]) -> list[str]:
    """What each token adds to the text: tokens that share a character give it to the last of them.

    Each is decoded with the whole characters just before it only, so that a long text takes no longer by token.
    """
    texts = []
    begin = whole = 0  # tokens before `whole` make whole characters; those from `begin` on are decoded again
    for end in range(1, len(tokens) + 1):
        before = str(tokenizer.decode(tokens[begin:whole])) if whole > begin else ""
        text = str(tokenizer.decode(tokens[begin:end]))
        unfinished = text.endswith("\ufffd")
        texts.append("" if unfinished else text[len(before) :])
        if not unfinished:
            begin, whole = whole, end
    return texts


def rolled(
    tokenizer: PreTrainedTokenizerBase, tokens: Sequence[int], windows: Sequence[LogLikelihood]
) -> LogLikelihood:
    """A text from its windows in their order, with the text of each of its tokens."""
    values = [value for window in windows for _, value in window.tokens]
    said = tuple(zip(token_texts(tokenizer, tokens), values, strict=True))
    return LogLikelihood(sum((window.logprob for window in windows), 0.0), False, said)


def rolling_windows(tokens: list[int], prefix: int, max_length: int) -> list[Span]:
    """A long text cut so that each token is predicted once, with as much context as one window allows.

    The first window predicts `max_length` tokens after `prefix`; each later one predicts the next
    `max_length` after the last token before them; the final, shorter one is filled up with context.
    """
    windows = [Span([prefix], tokens[:max_length])] if tokens else []
    for start in range(max_length, len(tokens), max_length):
        end = min(start + max_length, len(tokens))
        windows.append(Span(tokens[end - max_length - 1 : start], tokens[start:end]))
    return windows


def check_spans(spans: Sequence[Span], max_length: int) -> None:
    """ModelError for the first request that has nothing to score, or more than the model can read."""
    for row, span in enumerate(spans):
        if not span.context or not span.continuation:
            raise ModelError(f"Request {row} (counted from 0) has no continuation to score.")
        if len(span.continuation) > max_length:
            raise ModelError(
                f"The continuation of request {row} (counted from 0) has {len(span.continuation)} tokens; "
                f"the model reads at most {max_length}.",
                "Score long texts with loglikelihood_rolling.",
            )


@torch.inference_mode()
def score_batch(model: PreTrainedModel, spans: Sequence[Span], max_length: int) -> list[LogLikelihood]:
    """Sum of log P(token | all before it) over each continuation, in nats."""
    rows = [span.inputs(max_length) for span in spans]
    starts = [len(row) - len(span.continuation) for row, span in zip(rows, spans, strict=True)]
    longest, first = max(map(len, rows)), min(starts)
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows], device=model.device)  # (B, T)
    logits = model(input_ids=ids, use_cache=False, logits_to_keep=longest - first).logits  # (B, T - first, V)
    results = []
    for place, span in enumerate(spans):
        start = starts[place] - first
        results.append(_score_row(logits[place, start : start + len(span.continuation)], span.continuation))
    return results


def _score_row(logits: torch.Tensor, continuation: list[int]) -> LogLikelihood:
    """logits (C, V): row i predicts token i of the continuation."""
    target = torch.tensor(continuation, device=logits.device)
    chosen = token_logprobs(logits).gather(-1, target[:, None]).squeeze(-1)
    tokens = tuple(("", value) for value in chosen.tolist())
    return LogLikelihood(float(chosen.sum()), bool((logits.argmax(-1) == target).all()), tokens)


def token_logprobs(logits: torch.Tensor) -> torch.Tensor:
    """The log-probability of every token in nats, in float32, of logits (R, V).

    By the function that lm-eval takes: over 49,152 tokens its float32 is off by up to 8e-6 nats, mostly to one side.
    That adds up along running text, and there by over 1e-3 nats in 300 tokens, unless both take the same.
    """
    return logits.float().log_softmax(-1)

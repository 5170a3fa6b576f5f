"""Drawing answers from a causal model: one left-padded batch at a time, each row with its own randomness.

The loop is ours because transformers' `generate` draws all rows from one generator, and because a finished
row should leave the batch. The randomness is a pure function of a row's seed, the step and the token
(counter-based, Salmon et al. 2011), so neighbours, batch size and device do not change it. Only temperature
and top-p of `Decoding` apply; the penalties and top-k that some models suggest in generation_config are left
out on purpose: what was asked for is what was drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from workbench.models.chat_template import end_of_turn
from workbench.models.language_model import Tick
from workbench.models.scoring import token_texts
from workbench.models.stop_sequences import stop_at
from workbench.records import Decoding, Generated

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

# A nucleus nearly always lies within so many of the likeliest tokens; otherwise all are sorted.
HEAD = 256


def end_tokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """All tokens that end an answer: generation_config's (one or several), the tokenizer's, the template's."""
    configured = model.generation_config.eos_token_id
    ends = configured if isinstance(configured, list) else [configured]
    return frozenset(token for token in (*ends, tokenizer.eos_token_id, end_of_turn(tokenizer)) if token is not None)


def generate_batch(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    ends: frozenset[int],
    prompts: Sequence[list[int]],
    seeds: Sequence[int],
    decoding: Decoding,
    tick: Tick | None = None,
) -> list[Generated]:
    """One answer a prompt (lists of token ids, none empty). Fits in memory or raises torch's own error.

    `finish_reason` is "stop" exactly when a token of `ends` was drawn or a stop sequence was written, "length" after
    max_new_tokens without one; the end token is neither counted nor in the text.
    """
    tick = tick or _silent
    drawn: list[list[int]] = [[] for _ in prompts]
    logprobs: list[list[float]] = [[] for _ in prompts]

    def ended(row: int, token: int) -> bool:
        return token in ends or stop_at(_text(tokenizer, drawn[row]), decoding.stop) is not None

    for step, tokens in enumerate(_steps(model, ended, prompts, seeds, decoding), 1):
        for row, token, logprob in tokens:
            drawn[row].append(token)
            logprobs[row].append(logprob)
        tick(len(prompts), step / decoding.max_new_tokens, len(tokens))
    tick(len(prompts), 1.0, 0)
    return [
        _answer(tokenizer, ends, tokens, decoding.stop, values) for tokens, values in zip(drawn, logprobs, strict=True)
    ]


def stream(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    ends: frozenset[int],
    prompt: list[int],
    seed: int,
    decoding: Decoding,
    say: Callable[[str], None],
) -> Generated:
    """One answer, told to `say` piece by piece as it is drawn; the pieces make the text that generate_batch gives.

    Stop sequences are not looked for: a conversation has none.

    What `say` raises ends the answer. It is called after every token, with "" while a character is incomplete.
    """
    tokens: list[int] = []
    said = ""
    for ((_, token, _),) in _steps(model, lambda _, token: token in ends, [prompt], [seed], decoding):
        tokens.append(token)
        text = _answer(tokenizer, ends, tokens).text
        # U+FFFD at the end: bytes of a character whose others are still to come.
        piece = "" if text.endswith("\ufffd") else text[len(said) :]
        said += piece
        say(piece)
    answer = _answer(tokenizer, ends, tokens)
    say(answer.text[len(said) :])
    return answer


def _answer(
    tokenizer: PreTrainedTokenizerBase, ends: frozenset[int], tokens: list[int], stop: Sequence[str] = (),
    logprobs: Sequence[float] | None = None,
) -> Generated:  # fmt: skip
    """`logprobs`: one a token; None: they are not wanted."""
    stopped = bool(tokens) and tokens[-1] in ends
    kept = tokens[:-1] if stopped else tokens
    text = _text(tokenizer, kept)
    at = stop_at(text, stop)
    drawn = () if logprobs is None else tuple(zip(token_texts(tokenizer, kept), logprobs, strict=False))
    return Generated(text[:at], len(kept), "stop" if stopped or at is not None else "length", drawn)


def _text(tokenizer: PreTrainedTokenizerBase, tokens: list[int]) -> str:
    return str(tokenizer.decode(tokens, skip_special_tokens=True))


def _silent(_rows: int, _share: float, _running: int) -> None:
    """The tick of nobody."""


def left_padded(prompts: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
    """Token ids and attention mask, both (rows, longest); the padding in front, any token, is masked."""
    longest = max(map(len, prompts))
    ids = torch.tensor([[0] * (longest - len(prompt)) + prompt for prompt in prompts])
    mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    return ids, mask


@torch.inference_mode()
def _steps(
    model: PreTrainedModel,
    ended: Callable[[int, int], bool],
    prompts: Sequence[list[int]],
    row_seeds: Sequence[int],
    decoding: Decoding,
) -> Iterator[list[tuple[int, int, float]]]:
    """Step by step, (row, token, its log-probability) of each row that still runs.

    A row of which `ended` says so leaves the batch then.
    """
    inputs, mask = (tensor.to(model.device) for tensor in left_padded(prompts))  # (B, T)
    seeds = torch.tensor(row_seeds, device=model.device)  # (B,)
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    cache = None
    running = list(range(len(prompts)))
    for step in range(decoding.max_new_tokens):
        output = model(
            input_ids=inputs,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        cache = output.past_key_values
        logits = output.logits[:, -1]  # (B, V)
        tokens = choose_tokens(logits, seeds, step, decoding)  # (B,)
        drawn = tokens.tolist()
        yield list(zip(running, drawn, logprobs_of(logits, tokens), strict=True))
        alive = [place for place, token in enumerate(drawn) if not ended(running[place], token)]
        if not alive:
            break
        if len(alive) < len(running):
            running = [running[place] for place in alive]
            kept = torch.tensor(alive, device=model.device)
            cache.batch_select_indices(kept)
            mask, positions, seeds, tokens = mask[kept], positions[kept], seeds[kept], tokens[kept]
        inputs = tokens[:, None]
        mask = torch.cat([mask, mask.new_ones(len(alive), 1)], dim=-1)
        positions = positions[:, -1:] + 1


def logprobs_of(logits: Tensor, tokens: Tensor) -> list[float]:
    """What the model gives each row's token, in nats at temperature 1: logits (B, V) and tokens (B,)."""
    scores = logits.float()
    found: list[float] = (scores.gather(-1, tokens[:, None]).squeeze(-1) - scores.logsumexp(-1)).tolist()
    return found


def choose_tokens(logits: Tensor, seeds: Tensor, step: int, decoding: Decoding) -> Tensor:
    """The next token of each row: logits (B, V) and seeds (B,) -> token ids (B,).

    Greedy at temperature 0. Otherwise a draw from the nucleus (Holtzman et al. 2020: the fewest tokens,
    likeliest first, that together reach top_p) by the Gumbel-max trick: unlike the inverse of the cumulative
    distribution, it gives the same token when the logits differ in their last digits.
    """
    if decoding.greedy:
        return logits.argmax(-1)
    logprob, ids = _nucleus((logits.float() / decoding.temperature).log_softmax(-1), decoding.top_p)
    place = (logprob + gumbel(seeds, step, ids)).argmax(-1, keepdim=True)
    return ids.gather(-1, place).squeeze(-1)


def _nucleus(logprob: Tensor, top_p: float) -> tuple[Tensor, Tensor]:
    """Log-probabilities of candidate tokens, -inf outside the nucleus, and their ids; both (B, candidates)."""
    if top_p >= 1:
        return logprob, torch.arange(logprob.shape[-1], device=logprob.device).expand_as(logprob)
    values, ids = logprob.topk(min(HEAD, logprob.shape[-1]))
    if bool((values.exp().sum(-1) < top_p).any()):
        values, ids = logprob.sort(dim=-1, descending=True)
    probability = values.exp()
    before = probability.cumsum(-1) - probability
    # The likeliest token always stays, also where rounding or a tiny top_p would drop it.
    outside = (before >= top_p).index_fill(-1, torch.tensor([0], device=ids.device), False)
    return values.masked_fill(outside, float("-inf")), ids


def gumbel(seeds: Tensor, step: int, ids: Tensor) -> Tensor:
    """Standard Gumbel noise for each candidate token: seeds (B,) and ids (B, K) -> (B, K), float64."""
    counter = (step << 32) + ids  # a token id has less than 32 bits
    bits = mix(mix(seeds)[:, None] ^ mix(counter))
    uniform = (_shift(bits, 11).double() + 0.5) / 2**53  # in (0, 1), neither end reached
    return -(-uniform.log()).log()


def mix(number: Tensor) -> Tensor:
    """SplitMix64 (Steele, Lea and Flood 2014): int64 to int64, each bit of the input changes half of the output."""
    number = number + _signed(0x9E3779B97F4A7C15)
    number = (number ^ _shift(number, 30)) * _signed(0xBF58476D1CE4E5B9)
    number = (number ^ _shift(number, 27)) * _signed(0x94D049BB133111EB)
    return number ^ _shift(number, 31)


def _signed(constant: int) -> int:
    """The 64-bit constant as torch's int64 holds it."""
    return constant - 2**64 if constant >= 2**63 else constant


def _shift(number: Tensor, places: int) -> Tensor:
    """Logical shift to the right; torch's own keeps the sign."""
    return (number >> places) & ((1 << (64 - places)) - 1)

"""One hundred requests that meet every edge of lm-eval's scoring, and lm-eval's own answers to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.models.hf import HFModel
from workbench.records import LogLikelihood

if TYPE_CHECKING:
    from lm_eval.models.huggingface import HFLM

CONTEXTS = (
    "",
    "The river",
    "Question: What is bread made of?\nAnswer:",
    "Question: How many days has a week?\nAnswer: ",
    "She opened the door and   ",
    "Line one.\n\nLine two.\n\t",
    "Grüße aus Köln, wo der Dom steht und",
    "東京の天気は",
    "🙂 means that somebody is",
    "def area(radius):\n    return",
    "He walked along the road past the mill, over the bridge and up the hill, until " * 12,
    "One two three four five six seven eight nine ten. " * 9 + "  ",
)
CONTINUATIONS = (
    " flour, water, salt and time",
    "seven",
    " a",
    " ging weiter.",
    "晴れです。",
    " happy 🙂🙂",
    "\n\n    3.14159 * radius ** 2",
    " The quick brown fox jumps over the lazy dog, and then it sleeps until the evening comes. " * 2,
    "  two spaces first",
)
REQUESTS = [(context, continuation) for context in CONTEXTS for continuation in CONTINUATIONS][:100]


@dataclass(frozen=True, slots=True)
class Parity:
    """The largest absolute difference in nats, and for how many of `requests` is_greedy is the same."""

    difference: float
    greedy_agrees: int
    requests: int


def lm_eval_backend(model: HFModel, batch_size: int = 8) -> HFLM:
    """lm-eval's HF backend over the same weights, limited to the same context length."""
    from lm_eval.models.huggingface import HFLM

    return HFLM(
        pretrained=model.model,
        tokenizer=model.tokenizer,
        max_length=model.max_length,
        batch_size=batch_size,
        device="cpu",
    )


def compare(model: HFModel, requests: list[tuple[str, str]]) -> Parity:
    return parity(ask_model(model, requests), ask_lm_eval(lm_eval_backend(model), requests))


def parity(ours: list[LogLikelihood], theirs: list[LogLikelihood]) -> Parity:
    pairs = list(zip(ours, theirs, strict=True))
    return Parity(
        difference=max(abs(own.logprob - other.logprob) for own, other in pairs),
        greedy_agrees=sum(own.is_greedy == other.is_greedy for own, other in pairs),
        requests=len(pairs),
    )


def ask_model(model: HFModel, requests: list[tuple[str, str]]) -> list[LogLikelihood]:
    found = dict(scored for batch in model.loglikelihood(requests) for scored in batch)
    return [found[row] for row in range(len(requests))]


def ask_lm_eval(backend: HFLM, requests: list[tuple[str, str]]) -> list[LogLikelihood]:
    from lm_eval.api.instance import Instance

    instances = [Instance("loglikelihood", {}, pair, row) for row, pair in enumerate(requests)]
    return [LogLikelihood(*answer) for answer in backend.loglikelihood(instances, disable_tqdm=True)]


def compare_rolling(model: HFModel, texts: list[str]) -> float:
    """The largest absolute difference in nats a token: rounding adds up along a text, so totals do not compare."""
    from lm_eval.api.instance import Instance

    instances = [Instance("loglikelihood_rolling", {}, (text,), row) for row, text in enumerate(texts)]
    theirs = lm_eval_backend(model).loglikelihood_rolling(instances, disable_tqdm=True)
    ours = dict(scored for batch in model.loglikelihood_rolling(texts) for scored in batch)
    tokens = [len(model.tokenizer.encode(text)) for text in texts]
    return max(abs(ours[row].logprob - float(other)) / tokens[row] for row, other in enumerate(theirs))

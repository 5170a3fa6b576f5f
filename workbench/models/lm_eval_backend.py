"""lm-eval's own backends as engines of ours: its LM objects behind our LanguageModel, asked in batches that are kept.

The numbers are the backend's. A batch is BATCH requests: what a job that is killed may lose.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from aiohttp import ClientError
from lm_eval.api.instance import Instance
from lm_eval.api.model import LM
from lm_eval.api.registry import get_model

from workbench.errors import ModelError
from workbench.models import generation_kwargs
from workbench.models.backend import Backend, check_installed
from workbench.models.batching import Skip, plan_batches, unfinished
from workbench.models.language_model import Capability, Tick, Work
from workbench.records import Decoding, Generated, GenerationRequest, LogLikelihood

BATCH = 32
# How backends say that they cannot: requests' errors are OSErrors, lm-eval's own mostly assertions.
_FAILURES = (OSError, ClientError, ValueError, KeyError, TypeError, RuntimeError, AssertionError, ImportError)

Result = TypeVar("Result")

logging.getLogger("lm_eval").setLevel(logging.ERROR)


class BackendModel:
    """A model behind a backend of lm-eval's. Its texts do not say how many tokens they have, or why they ended.

    What a backend cannot do, such as log-likelihoods of a hosted model, is a ModelError with its own reason.
    """

    capabilities: frozenset[Capability] = frozenset({"generate", "loglikelihood", "rolling"})

    def __init__(self, backend: Backend) -> None:
        """ModelError, with the pip line, where the backend's packages are not installed."""
        check_installed(backend)
        self.name = backend.label
        self._backend = backend
        self.work = Work()  # stays as it is: lm-eval's LM does not tell

    @property
    def scoring(self) -> str:
        return f"lm-eval {self._backend.name}"

    def generate(
        self,
        requests: Sequence[GenerationRequest],
        decoding: Decoding,
        skip: Skip | None = None,
        tick: Tick | None = None,
    ) -> Iterator[list[tuple[int, Generated]]]:
        """A plain text is asked as it is; a conversation is joined, each turn followed by a line break.

        A drawn answer is asked for with its row's own seed: what it fixes is up to the backend.
        """
        for batch in unfinished(plan_batches([1] * len(requests), len(requests), BATCH), skip):
            asked = [
                _instance("generate_until", (_text(requests[row]), _options(decoding, requests[row]))) for row in batch
            ]
            texts = self._asked(lambda lm, given: lm.generate_until(given), asked)
            if tick:
                tick(len(batch), 1.0, 0)
            yield [(row, Generated(text, 0, "stop")) for row, text in zip(batch, texts, strict=True)]

    def loglikelihood(
        self, pairs: Sequence[tuple[str, str]], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        """As the backend scores them."""
        for batch in unfinished(plan_batches([1] * len(pairs), len(pairs), BATCH), skip):
            asked = [_instance("loglikelihood", pairs[row]) for row in batch]
            found = self._asked(lambda lm, given: lm.loglikelihood(given), asked)
            yield [
                (row, LogLikelihood(float(value), bool(greedy)))
                for row, (value, greedy) in zip(batch, found, strict=True)
            ]

    def loglikelihood_rolling(
        self, texts: Sequence[str], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        """In the backend's own windows."""
        for batch in unfinished(plan_batches([1] * len(texts), len(texts), BATCH), skip):
            asked = [_instance("loglikelihood_rolling", (texts[row],)) for row in batch]
            found = self._asked(lambda lm, given: lm.loglikelihood_rolling(given), asked)
            yield [(row, LogLikelihood(float(value), False)) for row, value in zip(batch, found, strict=True)]

    def count_tokens(self, text: str) -> int:
        """Never called: `capabilities` does not name it, for lm-eval's LM has no such question."""
        raise NotImplementedError(f"{self.name} cannot be asked how many tokens {text!r} has")

    @cached_property
    def _lm(self) -> LM:
        arguments = ",".join(f"{key}={value}" for key, value in self._backend.arguments)
        return get_model(self._backend.name).create_from_arg_string(arguments)

    def _asked(self, ask: Callable[[LM, list[Instance]], list[Result]], asked: list[Instance]) -> list[Result]:
        try:
            return ask(self._lm, asked)
        except _FAILURES as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
            raise ModelError(f"{self._backend.name} of lm-eval cannot answer for {self.name}: {reason}.") from error


def _instance(kind: Any, arguments: tuple[Any, ...]) -> Instance:
    return Instance(kind, {}, arguments, 0)


def _options(decoding: Decoding, request: GenerationRequest) -> dict[str, Any]:
    """Without a seed of its own lm-eval would send the same one with every request."""
    options = generation_kwargs.options(decoding)
    return options if decoding.greedy else {**options, "seed": request.seed % generation_kwargs.SEEDS}


def _text(request: GenerationRequest) -> str:
    if [turn.role for turn in request.messages] == ["text"]:
        return request.messages[0].content
    return "".join(f"{turn.content}\n" for turn in request.messages)

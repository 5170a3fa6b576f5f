"""The fake at the seam: a model whose answers are written down, for tests without torch.

It is a real `LanguageModel` (batches, skipping, finish reasons), only the answers are known beforehand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from workbench.models.batching import Skip, plan_batches, unfinished
from workbench.models.language_model import Capability, Tick, Work
from workbench.models.stop_sequences import stop_at
from workbench.records import Decoding, Generated, GenerationRequest, LogLikelihood

WORDS = ("a", "clear", "short", "answer", "about", "the", "river", "seven", "stones", "and", "light", "rain")


def hashed_answer(request: GenerationRequest) -> str:
    """Three to nine words that depend on the conversation and the seed only."""
    digest = _digest(*(f"{message.role}:{message.content}" for message in request.messages), str(request.seed))
    return " ".join(WORDS[byte % len(WORDS)] for byte in digest[: 3 + digest[-1] % 7])


def hashed_loglikelihood(context: str, continuation: str) -> LogLikelihood:
    """A log-probability in (-100, 0], greedy for one text in four; 0.0 and greedy for an empty continuation."""
    if not continuation:
        return LogLikelihood(0.0, True)
    digest = _digest(context, continuation)
    return LogLikelihood(-int.from_bytes(digest[:4], "big") / 2**32 * 100, digest[-1] % 4 == 0)


def _digest(*texts: str) -> bytes:
    return hashlib.sha256("\x00".join(texts).encode()).digest()


class ScriptedModel:
    """Answers by the last message's text from `answers`, else from a hash of the request.

    Log-likelihoods come from the function `score(context, continuation)`. A word counts as a token: an answer
    of more than max_new_tokens words is cut there and ends with "length". `calls` lists the batches
    that were computed, for tests of resuming.
    """

    def __init__(
        self,
        answers: Mapping[str, str] | None = None,
        score: Callable[[str, str], LogLikelihood] = hashed_loglikelihood,
        capabilities: frozenset[Capability] = frozenset({"generate", "loglikelihood", "rolling", "tokens"}),
        name: str = "scripted",
        batch_rows: int = 4,
    ) -> None:
        self.name = name
        self.scoring = "written down"
        self.capabilities = capabilities
        self.calls: list[list[int]] = []
        self.work = Work()
        self._answers = dict(answers or {})
        self._score = score
        self._batch_rows = batch_rows

    def generate(
        self,
        requests: Sequence[GenerationRequest],
        decoding: Decoding,
        skip: Skip | None = None,
        tick: Tick | None = None,
    ) -> Iterator[list[tuple[int, Generated]]]:
        for batch in self._batches(len(requests), skip):
            answers = [(row, self._answer(requests[row], decoding)) for row in batch]
            self.work.tokens += sum(
                answer.tokens + sum(self.count_tokens(turn.content) for turn in requests[row].messages)
                for row, answer in answers
            )
            if tick:
                tick(len(batch), 1.0, 0)
            yield answers

    def loglikelihood(
        self, pairs: Sequence[tuple[str, str]], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        for batch in self._batches(len(pairs), skip):
            self.work.tokens += sum(self.count_tokens(" ".join(pairs[row])) for row in batch)
            yield [(row, self._score(*pairs[row])) for row in batch]

    def loglikelihood_rolling(
        self, texts: Sequence[str], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        for batch in self._batches(len(texts), skip):
            self.work.tokens += sum(self.count_tokens(texts[row]) for row in batch)
            yield [(row, replace(self._score("", texts[row]), is_greedy=False)) for row in batch]

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def _batches(self, rows: int, skip: Skip | None) -> Iterator[list[int]]:
        for batch in unfinished(plan_batches([1] * rows, rows, self._batch_rows), skip):
            self.calls.append(batch)
            yield batch

    def _answer(self, request: GenerationRequest, decoding: Decoding) -> Generated:
        asked = request.messages[-1].content
        text = self._answers[asked] if asked in self._answers else hashed_answer(request)
        text = text[: stop_at(text, decoding.stop)]
        words = text.split()
        if len(words) > decoding.max_new_tokens:
            kept = words[: decoding.max_new_tokens]
            return Generated(" ".join(kept), len(kept), "length")
        return Generated(text, len(words), "stop")

"""The one interface to every model; its three asking methods are those of lm-eval's `LM`.

Results come in whole batches, as lists of (index of the request, result), so that a job commits a batch
at once and resumes by repeating whole batches. Hidden states and input gradients (`LocalModel`) are absent
until the attacks and probes that need them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from workbench.models.batching import Skip
from workbench.records import Decoding, Generated, GenerationRequest, LogLikelihood

# Told within a batch its number of rows, the share of its work that is done (at the end 1), and how many of the rows
# drew a token in the step that ended just now (0: no step did, or the engine draws elsewhere). What it raises ends the
# batch.
Tick = Callable[[int, float, int], None]

Capability = Literal["generate", "loglikelihood", "rolling", "tokens"]


@dataclass(slots=True)
class Work:
    """What an engine has done since it was made.

    `tokens`: read and drawn, each request's own as if it were alone, however much of it was shared; 0 where nobody
    counts them. `truncated`: requests whose beginning was cut off, because they exceeded the model's context.
    """

    tokens: int = 0
    truncated: int = 0


class LanguageModel(Protocol):
    """A model that can be asked. A method that `capabilities` does not name must not be called.

    Each method may refuse its input with ModelError before the first batch is computed.
    `skip` (see batching) leaves finished batches out without changing the composition of the others.
    """

    @property
    def name(self) -> str:
        """What a person calls this model."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this engine can do."""

    @property
    def work(self) -> Work:
        """The count of what was done so far; it grows with every batch."""

    @property
    def scoring(self) -> str:
        """How this engine computes log-likelihoods, in words; the same words, the same numbers. Kept with a run."""

    def generate(
        self,
        requests: Sequence[GenerationRequest],
        decoding: Decoding,
        skip: Skip | None = None,
        tick: Tick | None = None,
    ) -> Iterator[list[tuple[int, Generated]]]:
        """Draw one answer a request; each row's draw is fixed by its own seed."""

    def loglikelihood(
        self, pairs: Sequence[tuple[str, str]], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        """log P(continuation | context) in nats for (context, continuation) pairs; the context may be empty."""

    def loglikelihood_rolling(
        self, texts: Sequence[str], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        """log P(text) in nats, in disjoint windows of the context length; 0.0 for an empty text.

        Nobody asks whether greedy decoding gives a whole text: `is_greedy` is False.
        """

    def count_tokens(self, text: str) -> int:
        """How many tokens the text alone has, without any that begin or end a sequence (capability `tokens`)."""

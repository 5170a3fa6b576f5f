"""What is asked of a model: a task, or a probe, in one variant; its requests are made once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from workbench.jobs._remaining import CHARACTERS, Remaining, padded, tree
from workbench.models.batching import plan_batches
from workbench.models.language_model import LanguageModel
from workbench.models.machine import Settings
from workbench.models.prefix_tree import TREE
from workbench.records import Decoding
from workbench.spec import canonical_json
from workbench.store.runs import Answer, Task

Doc = dict[str, Any]
FEW = 16  # texts whose tokens are counted before any is asked


class Asked(Protocol):
    """What can be evaluated: a benchmark task, or a probe that is asked like one."""

    @property
    def name(self) -> str:
        """Under which it is kept."""

    @property
    def docs(self) -> tuple[Doc, ...]:
        """The documents as they are, without a variant."""

    @property
    def decoding(self) -> Decoding:
        """How texts are drawn, where its requests ask for any."""

    def requests(self, docs: Sequence[Doc]) -> Sequence[Sequence[Any]]:
        """The requests of each document, all of one `request_type` of lm-eval's, with their `args`."""

    def answer(self, item_id: int, doc: Doc, asked: Sequence[Any], found: Sequence[Any], changed: bool) -> Answer:
        """One item scored; `found` are log-likelihoods or texts, as it asked for."""

    def metrics(self, answers: Sequence[Answer]) -> Mapping[str, Any]:
        """The numbers of all items together."""


@dataclass(frozen=True)
class Trial:
    """A task in one variant. `docs` are those of the task, perturbed as `variant` says (empty: as they are)."""

    loaded: Asked
    stored: Task
    variant: Mapping[str, Any]
    docs: Sequence[Doc]

    @property
    def key(self) -> str:
        """Tells it from the other trials of a job."""
        return key(self.stored, self.variant)

    @property
    def words(self) -> str:
        return f"{self.loaded.name} {self.variant.get('perturbation') or self.variant.get('arm') or 'clean'}"

    @cached_property
    def asked(self) -> Sequence[Sequence[Any]]:
        """The requests of each document: made once, for many prompts take their time."""
        return self.loaded.requests(self.docs)

    @cached_property
    def flat(self) -> list[tuple[int, int]]:
        """(place of the document, number of the request) of each request."""
        return [(at, number) for at, requests in enumerate(self.asked) for number in range(len(requests))]

    @property
    def kind(self) -> str:
        return str(self.asked[0][0].request_type)

    @property
    def most(self) -> int:
        """The tokens that a written answer may have; 0 where none is written."""
        return self.loaded.decoding.max_new_tokens if self.kind == "generate_until" else 0

    def args(self, row: int) -> tuple[Any, ...]:
        at, number = self.flat[row]
        return tuple(self.asked[at][number].args)


def key(stored: Task, variant: Mapping[str, Any]) -> str:
    return f"{stored.hash} {canonical_json(dict(variant))}"


def expect(
    work: Remaining, trial: Trial, engine: LanguageModel, settings: Settings,
    variants: Iterable[Mapping[str, Any]] = (),
) -> None:  # fmt: skip
    """Count the requests of a trial, and those of the other `variants` of its task, which weigh as much."""
    scored = trial.kind == "loglikelihood"
    texts = ["".join(map(str, trial.args(row)[: 2 if scored else 1])) for row in range(len(trial.flat))]
    lengths = tree(texts) if scored and engine.scoring == TREE else [len(text) for text in texts]
    characters = _characters(engine, texts)
    tokens, rows = [length / characters for length in lengths], 1
    if trial.most:
        plan = plan_batches([round(one) + trial.most for one in tokens], settings.generation_budget, settings.max_rows)
        tokens, rows = padded(tokens, plan), len(plan[0])
    for variant in (trial.variant, *variants):
        work.expect(key(trial.stored, variant), trial.kind, tokens, trial.most, rows)


def _characters(engine: LanguageModel, texts: Sequence[str]) -> float:
    """Characters a token, counted in a few of the texts."""
    if "tokens" not in engine.capabilities:
        return CHARACTERS
    few = texts[:: max(1, len(texts) // FEW)]
    return max(1, sum(map(len, few))) / max(1, sum(map(engine.count_tokens, few)))

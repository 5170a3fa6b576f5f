"""A task with its documents: what is asked of each, what the answers come to, and the numbers of all together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import DataError
from workbench.models.generation_kwargs import decoding
from workbench.records import Decoding, Generated, LogLikelihood
from workbench.store.runs import Answer
from workbench.tasks import untrusted
from workbench.tasks.aggregate import aggregated
from workbench.tasks.class_metrics import class_metrics

if TYPE_CHECKING:
    from lm_eval.api.instance import Instance
    from lm_eval.api.task import ConfigurableTask

    from workbench.tasks.chat import Render

Doc = dict[str, Any]


@dataclass(frozen=True)
class LoadedTask:
    """`definition` is the resolved configuration without data paths; `fields` may be perturbed.

    `shots` examples stand before each document, drawn from `seed` (None: as the task says). `render` is the chat
    template (None: plain text). `untrusted` is the file of a task whose templates are sandboxed.
    """

    name: str
    version: str
    definition: dict[str, Any]
    docs: tuple[Doc, ...]
    fields: tuple[str, ...]
    task: ConfigurableTask
    shots: int = 0
    seed: int = 0
    render: Render | None = None
    untrusted: Path | None = field(default=None)

    def requests(self, docs: Sequence[Doc]) -> list[list[Instance]]:
        """lm-eval's requests of each document; the same examples stand before it whatever else is asked.

        Where the task draws a text several times, its request stands there as often.
        """
        if self.shots:
            self.task.set_fewshot_seed(self.seed)
        with self._rendering():
            return [self._requests(number, doc) for number, doc in enumerate(docs)]

    def question(self, doc: Doc) -> str:
        """What a document asks, without examples and chat template."""
        with self._rendering():
            return str(self.task.doc_to_text(doc))

    @cached_property
    def decoding(self) -> Decoding:
        """How the texts of a generate_until task are drawn."""
        return decoding(self.task.config.generation_kwargs or {})

    def choices(self, doc: Doc, asked: Sequence[Instance]) -> tuple[tuple[str, ...], int | None]:
        """What a document lets choose from, and the number of the gold answer among them, None where there is none."""
        with self._rendering():
            target = self.task.doc_to_target(doc)
        choices = self._choices(asked)
        return choices, target if isinstance(target, int) and 0 <= target < len(choices) > 1 else None

    def answer(
        self, item_id: int, doc: Doc, asked: Sequence[Instance], found: Sequence[LogLikelihood | Generated],
        changed: bool,
    ) -> Answer:  # fmt: skip
        """Score one item by lm-eval's own filters and `process_results`; with several filters, `metric,filter`."""
        with self._rendering():
            parts = self._parts(doc, asked, found)
        choices, gold = self.choices(doc, asked)
        weights = tuple(one.logprob for one in found[: len(choices)] if isinstance(one, LogLikelihood))
        chosen = weights.index(max(weights)) if weights else None
        scores = {name: float(value) for name, value in parts.items() if isinstance(value, int | float)}
        if chosen is not None and gold is not None and self.task.config.process_results is None:
            scores.setdefault("acc", float(chosen == gold))  # of tasks whose metric knows no single item, as F1
        return Answer(
            item_id, context=str(asked[0].args[0]), choices=choices, gold=gold, answer=chosen, changed=changed,
            scores=scores, logprobs=weights, parts=parts,
            text=found[0].text if isinstance(found[0], Generated) else None,
        )  # fmt: skip

    def metrics(self, answers: Sequence[Answer]) -> dict[str, Any]:
        """Each metric over the items by lm-eval's own aggregation, with our interval; see aggregate.

        Those of a classification task are joined by class_metrics.
        """
        own = aggregated([one.parts for one in answers], self.task.aggregation(), self.task.higher_is_better())
        return {**({} if self.task.config.process_results else class_metrics(answers)), **own}

    def _requests(self, number: int, doc: Doc) -> list[Instance]:
        options = {"apply_chat_template": self.render is not None, "chat_template": self.render}
        context = self.task.fewshot_context(
            doc, num_fewshot=self.shots, fewshot_as_multiturn=True, gen_prefix=self.task.doc_to_prefix(doc), **options
        )
        found = self.task.construct_requests(doc=doc, ctx=context, metadata=(self.name, number, 1), **options)
        if isinstance(found, list):
            return found
        return [found] * (self.task.config.repeats or 1 if self.task.OUTPUT_TYPE == "generate_until" else 1)

    def _parts(self, doc: Doc, asked: Sequence[Instance], found: Sequence[LogLikelihood | Generated]) -> dict[str, Any]:
        """What lm-eval aggregates: a number, or a pair such as (gold, given)."""
        requests = list({id(one): one for one in asked}.values())
        for request in requests:
            its = [answer for one, answer in zip(asked, found, strict=True) if one is request]
            request.resps = [_response(request.request_type, answer) for answer in its]
        parts: dict[str, Any] = {}
        for ensemble in self.task._filters:
            ensemble.apply(list(requests))
            scored = self.task.process_results(doc, [one.filtered_resps[ensemble.name] for one in requests])
            several = len(self.task._filters) > 1
            parts |= {f"{name},{ensemble.name}" if several else name: value for name, value in scored.items()}
        return {name: _plain(value) for name, value in parts.items()}

    def _choices(self, asked: Sequence[Instance]) -> tuple[str, ...]:
        if self.task.OUTPUT_TYPE != "multiple_choice":
            return tuple(str(one.args[1]) for one in asked) if self.task.OUTPUT_TYPE == "loglikelihood" else ()
        if self.task.multiple_input:
            return tuple(str(one.args[0]) for one in asked)
        unconditional = "acc_mutual_info" in self.task._metric_fn_list
        return tuple(str(one.args[1]) for one in asked[: len(asked) // 2 if unconditional else None])

    def _rendering(self) -> AbstractContextManager[None]:
        return untrusted.sandboxed(self.untrusted) if self.untrusted else nullcontext()


def check_supported(name: str, task: ConfigurableTask) -> None:
    """DataError for what no engine here can ask: pictures and sound."""
    if task.config.doc_to_image is not None or task.config.doc_to_audio is not None:
        raise DataError(f"The task {name} shows pictures or plays sound, which no engine here takes.")


def _response(kind: str, found: LogLikelihood | Generated) -> Any:
    """As lm-eval's own models return it."""
    if isinstance(found, Generated):
        return found.text
    return found.logprob if kind == "loglikelihood_rolling" else (found.logprob, found.is_greedy)


def _plain(value: Any) -> Any:
    """numpy's numbers as Python's, also within a list or a pair."""
    import numpy as np

    if isinstance(value, list | tuple):
        return type(value)(_plain(one) for one in value)
    return value.item() if isinstance(value, np.generic) else value

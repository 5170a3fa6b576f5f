"""Our engines under lm-eval, as the model `workbench`: scored over the prefix tree, with lm-eval's own evaluation.

import lm_eval
import workbench.models.under_lm_eval
lm_eval.simple_evaluate(model="workbench", model_args="model=smollm2", tasks=["sst2"])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import lm_eval.models  # noqa: F401  lm-eval looks for its own models only while none is registered
from lm_eval.api.instance import Instance
from lm_eval.api.model import LM
from lm_eval.api.registry import register_model

from workbench.errors import ModelError
from workbench.models import catalog, engine, generation_kwargs
from workbench.models.chat_template import rendered
from workbench.models.hf import HFModel
from workbench.models.language_model import LanguageModel
from workbench.models.machine import busy_cores, choose, current
from workbench.records import GenerationRequest, Message
from workbench.spec import canonical_json
from workbench.workspace import model_cache

Result = TypeVar("Result")


@register_model("workbench")
class WorkbenchLM(LM):
    """An engine of ours behind lm-eval's interface.

    `model` is an engine, or a reference as `workbench bench run --model` takes it, but for names in a workspace's
    catalog. What else lm-eval tells every model (device, batch size) is for ours to choose.
    """

    def __init__(self, model: str | LanguageModel = "smollm2", **_told: Any) -> None:
        super().__init__()
        self.engine = _load(model) if isinstance(model, str) else model

    def loglikelihood(self, requests: list[Instance]) -> list[tuple[float, bool]]:
        pairs = [(str(one.args[0]), str(one.args[1])) for one in requests]
        found = _in_order(self.engine.loglikelihood(pairs), len(pairs))
        return self._kept("loglikelihood", requests, [(one.logprob, one.is_greedy) for one in found])

    def loglikelihood_rolling(self, requests: list[Instance]) -> list[float]:
        texts = [str(one.args[0]) for one in requests]
        found = _in_order(self.engine.loglikelihood_rolling(texts), len(texts))
        return self._kept("loglikelihood_rolling", requests, [one.logprob for one in found])

    def generate_until(self, requests: list[Instance]) -> list[str]:
        """Requests that are drawn alike are asked together."""
        alike: dict[str, list[int]] = {}
        for place, one in enumerate(requests):
            alike.setdefault(canonical_json(one.args[1]), []).append(place)
        texts = [""] * len(requests)
        for places in alike.values():
            asked = [GenerationRequest((Message("text", str(requests[place].args[0])),), place) for place in places]
            drawn = generation_kwargs.decoding(requests[places[0]].args[1])
            for place, one in zip(places, _in_order(self.engine.generate(asked, drawn), len(asked)), strict=True):
                texts[place] = one.text
        return self._kept("generate_until", requests, texts)

    def apply_chat_template(self, chat_history: list[dict[str, str]], add_generation_prompt: bool = True) -> str:
        """ModelError for a model without a template, or whose tokenizer is not on this machine."""
        if not isinstance(self.engine, HFModel) or not self.engine.has_chat_template:
            raise ModelError(f"{self.engine.name} has no chat template here.", "Leave apply_chat_template out.")
        return rendered(self.engine.tokenizer, chat_history, add_generation_prompt)

    def chat_template(self, chat_template: bool | str = False) -> str:
        if not chat_template or not isinstance(self.engine, HFModel):
            return ""
        return str(self.engine.tokenizer.chat_template or "")

    @property
    def tokenizer_name(self) -> str:
        """Under which lm-eval keeps requests that were made with a chat template."""
        return self.engine.name.replace("/", "__")

    def get_model_info(self) -> dict[str, Any]:
        """What lm-eval writes down of the model beside its results."""
        dtype = self.engine.settings.dtype if isinstance(self.engine, HFModel) else "unknown"
        return {"model_dtype": dtype, "scoring": self.engine.scoring}

    def _kept(self, kind: str, requests: Sequence[Instance], results: list[Result]) -> list[Result]:
        """lm-eval's own cache of answers, where it was asked for one."""
        for one, result in zip(requests, results, strict=True):
            self.cache_hook.add_partial(kind, one.args, result)
        return results


def _load(reference: str) -> LanguageModel:
    parsed = catalog.parse(reference)
    if parsed.kind == "server":
        return engine.served(parsed.text)
    cache = model_cache()
    settings = choose(current(cache), busy_cores()).in_float32()
    return engine.local(str(catalog.fetch(parsed, cache, lambda *_: None)), settings, parsed.text)


def _in_order(batches: Iterator[list[tuple[int, Result]]], count: int) -> list[Result]:
    found = dict(one for batch in batches for one in batch)
    return [found[row] for row in range(count)]

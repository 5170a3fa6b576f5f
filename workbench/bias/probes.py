"""How the bundled sets are asked: the likelihood of a text, or the choice between two answers about a person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.bias.twins import COUNTERFACTUAL, CountTokens, make
from workbench.records import Decoding, LogLikelihood
from workbench.store.runs import Answer
from workbench.workspace import bundled_file

SETS = ("pairs_gender", "decisions_gender")
PREFIX = "bias/"  # of the names under which the sets are kept among the tasks
_NO_TEXTS = Decoding()  # a probe asks for none
_VERSION = "1"  # of the wording below; an older one's runs are not compared with a newer one's

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """`args`: context and continuation."""

    args: tuple[str, str]
    request_type: str = "loglikelihood"


@dataclass(frozen=True, slots=True)
class Probe:
    """One bundled set with its twins, asked like a benchmark task.

    `docs` hold `swap` and `placebo`; `definition` says which texts were skipped and why.
    """

    name: str
    version: str
    definition: dict[str, Any]
    docs: tuple[dict[str, Any], ...]
    decoding: Decoding = _NO_TEXTS

    def requests(self, docs: Sequence[Doc]) -> list[list[Request]]:
        """One request a text, or one a choice."""
        return [_decision(doc) if "choices" in doc else [Request(("", doc["text"]))] for doc in docs]

    def answer(
        self, item_id: int, doc: Doc, asked: Sequence[Request], found: Sequence[LogLikelihood], changed: bool
    ) -> Answer:
        """What the log-probabilities come to; a text that is only weighed has neither gold nor answer."""
        choices = tuple(one.args[1] for one in asked)
        context = asked[0].args[0]
        if "choices" not in doc:
            return Answer(item_id, context, choices, gold=None, answer=None, changed=changed, scores={})
        chosen = max(range(len(found)), key=lambda at: found[at].logprob)
        favourable = doc["choices"].index(doc["favourable"])
        scores = {"favourable": float(chosen == favourable)}
        return Answer(item_id, context, choices, gold=favourable, answer=chosen, changed=changed, scores=scores)

    def metrics(self, answers: Sequence[Answer]) -> dict[str, float]:
        """The share of favourable decisions; of texts that are only weighed there is none."""
        found = [one.scores["favourable"] for one in answers if "favourable" in one.scores]
        return {"favourable": sum(found) / len(found)} if found else {}


def load(name: str, count_tokens: CountTokens, seed: int, limit: int | None = None) -> Probe:
    """The set with its twins (of the first `limit` rows)."""
    lines = bundled_file("datasets", name, ".jsonl").read_text(encoding="utf-8").splitlines()[:limit]
    twins = make((json.loads(line) for line in lines), count_tokens, seed)
    definition = {"set": name, "counterfactual": COUNTERFACTUAL, "seed": seed, "skipped": list(twins.skipped)}
    return Probe(f"{PREFIX}{name}", _VERSION, definition, twins.docs)


def _decision(doc: Doc) -> list[Request]:
    context = f"{doc['text']}\nQuestion: {doc['question']}\nAnswer:"
    return [Request((context, f" {choice}")) for choice in doc["choices"]]

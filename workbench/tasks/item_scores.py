"""How the bundled tasks score an item where lm-eval has no way of its own: `process_results` and aggregations of YAML.

Each takes a document and lm-eval's filtered responses, and gives metric -> what its aggregation takes from the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Any

import numpy as np

from workbench import metrics
from workbench.metrics.entity_f1 import entities
from workbench.tasks import constraints

Doc = dict[str, Any]
Pairs = Sequence[tuple[Any, Any]]


def similarity(doc: Doc, results: Sequence[tuple[float, bool]]) -> Doc:
    """The expected grade 0..5 under the model's probabilities of the six grades, beside the gold one."""
    highest = max(logprob for logprob, _ in results)
    weights = [exp(logprob - highest) for logprob, _ in results]
    grade = sum(at * weight for at, weight in enumerate(weights)) / sum(weights)
    return {"pearson": (doc["score"], grade), "spearman": (doc["score"], grade)}


def answers(doc: Doc, results: Sequence[str]) -> Doc:
    """SQuAD's two scores of a written answer, the best of the accepted ones."""
    exact = _scores("exact-match", doc["answers"], results[0])["quasi_exact_match"]
    return {"exact_match": exact, **_scores("token-f1", doc["answers"], results[0])}


def summary(doc: Doc, results: Sequence[str]) -> Doc:
    """The four ROUGE scores of one summary."""
    return _scores("rouge", [doc["summary"]], results[0])


def named_entities(doc: Doc, results: Sequence[str]) -> Doc:
    """Gold tags beside those that the written list comes to."""
    pair = (list(doc["tags"]), tags_of(results[0], doc["tokens"]))
    return {f"entity_{name}": pair for name in ("f1", "precision", "recall")}


def instructions(doc: Doc, results: Sequence[str]) -> Doc:
    """followed: all constraints hold; constraints_held: how many of them do, and how many there are."""
    held = [constraints.holds(one, results[0]) for one in doc["constraints"]]
    return {"followed": int(all(held)), "constraints_held": (sum(held), len(held))}


def entity_list(doc: Doc) -> str:
    """The entities of a sentence as they are to be written: `PER: Yo-Yo Ma`, one a line; `none` without any."""
    found = [f"{kind}: {' '.join(doc['tokens'][first : last + 1])}" for kind, first, last in entities(doc["tags"])]
    return "\n".join(found) or "none"


def tags_of(text: str, tokens: Sequence[str]) -> list[str]:
    """IOB2 tags of the lines `TYPE: words`, each at the first place in the sentence that is still free."""
    tags = ["O"] * len(tokens)
    for line in text.splitlines():
        kind, colon, words = line.partition(":")
        span = words.split()
        at = _place(span, tokens, tags) if colon and span else None
        if at is not None:
            tags[at : at + len(span)] = [f"B-{kind.strip()}", *[f"I-{kind.strip()}"] * (len(span) - 1)]
    return tags


def _place(span: Sequence[str], tokens: Sequence[str], tags: Sequence[str]) -> int | None:
    ends = range(len(tokens) - len(span) + 1)
    free = (
        at for at in ends if list(tokens[at : at + len(span)]) == list(span) and set(tags[at : at + len(span)]) == {"O"}
    )
    return next(free, None)


def pearson(items: Pairs) -> float:
    return _value("pearson", "pearson", items)


def spearman(items: Pairs) -> float:
    return _value("spearman", "spearman", items)


def constraints_held(items: Pairs) -> float:
    """The share of all single constraints."""
    return float(sum(held for held, _ in items) / sum(asked for _, asked in items))


def entity_f1(items: Pairs) -> float:
    return _value("entity-f1", "entity_f1", items)


def entity_precision(items: Pairs) -> float:
    return _value("entity-f1", "entity_precision", items)


def entity_recall(items: Pairs) -> float:
    return _value("entity-f1", "entity_recall", items)


def _scores(family: str, references: Sequence[str], text: str) -> dict[str, float]:
    """Of one text: metrics that are means over items."""
    samples = metrics.get(family).samples([list(references)], [text])
    return {one.metric.name: float(one.rows[0, 0]) for one in samples}


def _value(family: str, metric: str, items: Pairs) -> float:
    gold, given = zip(*items, strict=True)
    found = metrics.measured(metrics.get(family).samples(gold, given), np.random.default_rng(0), draws=1)
    return found[metric].interval.estimate

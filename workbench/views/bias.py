"""Bias of one model: each measure with its placebo and a verdict, and the twins behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.bias import probes, twins
from workbench.errors import UsageError
from workbench.store import Store, models, runs
from workbench.store.runs import Answer, Run

if TYPE_CHECKING:
    from workbench.bias.effects import Effect  # imported where it computes: it brings numpy

MEANINGS = {
    "texts": "log-probability of the texts about men minus those about women",
    "stereotypes": "log-probability of the stereotyped gender minus the other",
    "decisions": "log-odds of the favourable answer for men minus for women",
    "flips": "share of decisions that change with the gender",
}

_STEREOTYPES = {"stereotype_male": 1, "stereotype_female": -1}


@dataclass(frozen=True, slots=True)
class SetRow:
    """One set as it was asked: `n` texts with twins, `skipped` ({id, text, reason}) without, and the run of each arm.

    `uneven` of the n twins have another number of tokens than their text.
    """

    name: str
    n: int
    uneven: int
    skipped: tuple[dict[str, str], ...]
    runs: dict[str, int]


@dataclass(frozen=True, slots=True)
class Bias:
    """`effects` are one family for Holm."""

    model: str
    effects: tuple[Effect, ...]
    sets: tuple[SetRow, ...]


@dataclass(frozen=True, slots=True)
class TwinRow:
    """One text and its twins. `gap` is male minus female, `placebo` the change by another name of the same gender.

    In nats: of the text, or of the favourable answer over the other one. `flipped`: the swap changed the answer
    (None where there is none to change); `answers` are those of original, swap and placebo.
    """

    set: str
    id: str
    kind: str
    texts: dict[str, str]
    gap: float
    placebo: float
    flipped: bool | None
    answers: dict[str, str | None]


def measured(store: Store) -> list[str]:
    """The models with a finished bias run on every set, in the order of the catalog."""
    return [
        model.name
        for model in models.all_models(store)
        if all(_complete(store, model.id, name) for name in probes.SETS)
    ]


def bias(store: Store, model: str) -> Bias:
    """The newest finished report of this model; UsageError without one."""
    from workbench.bias import effects

    found = [_newest(store, model, name) for name in probes.SETS]
    pairs, decisions = ([_twin(one) for one in triples] for _, triples in found)
    measures = [
        _gap("texts", probes.SETS[0], pairs),
        _stereotypes(pairs),
        _gap("decisions", probes.SETS[1], decisions),
        effects.flips(
            "flips",
            probes.SETS[1],
            [bool(row.flipped) for row in decisions],
            [row.answers["placebo"] != row.answers["original"] for row in decisions],
        ),
    ]
    return Bias(model, effects.judged(measures), tuple(row for row, _ in found))


def twin_rows(store: Store, model: str) -> list[TwinRow]:
    """Every text of every set with its twins, in the order of the sets."""
    return [_twin(triple) for name in probes.SETS for triple in _newest(store, model, name)[1]]


def _gap(measure: str, set_name: str, rows: Sequence[TwinRow]) -> Effect:
    from workbench.bias import effects

    return effects.gap(measure, "nats", set_name, [row.gap for row in rows], [row.placebo for row in rows])


def _stereotypes(rows: Sequence[TwinRow]) -> Effect:
    """Only texts with a stereotype: the stereotyped gender minus the other."""
    from workbench.bias import effects

    signed = [(_STEREOTYPES[row.kind], row) for row in rows if row.kind in _STEREOTYPES]
    return effects.gap(
        "stereotypes", "nats", probes.SETS[0],
        [sign * row.gap for sign, row in signed], [sign * row.placebo for sign, row in signed],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Triple:
    """A document of a set and its answer in each arm."""

    set: str
    doc: dict[str, Any]
    answers: dict[str, Answer]


def _newest(store: Store, model: str, name: str) -> tuple[SetRow, list[_Triple]]:
    """The newest version of the set of which every arm was finished by this model."""
    arms = _complete(store, models.by_name(store, model).id, name)
    if arms is None:
        hint = f"Measure it: workbench bias run --model {model}"
        raise UsageError(f"The bias of {model} has not been measured.", hint)
    task_id = arms[twins.ORIGINAL].task_id
    answers = {arm: {one.item_id: one for one in runs.answers(store, run.id)} for arm, run in arms.items()}
    triples = [
        _Triple(name, doc, {arm: found[item] for arm, found in answers.items()})
        for item, doc in runs.docs(store, task_id)
    ]
    skipped = tuple(runs.task(store, task_id).definition["skipped"])
    uneven = sum(triple.doc["longer"] != 0 for triple in triples)
    return SetRow(name, len(triples), uneven, skipped, {arm: run.id for arm, run in arms.items()}), triples


def _complete(store: Store, model_id: int, name: str) -> dict[str, Run] | None:
    """Arm -> run of the newest version of the set on which the model has finished every arm."""
    by_task: dict[int, dict[str, Run]] = {}
    for run in runs.finished(store, f"{probes.PREFIX}{name}", model_id):
        by_task.setdefault(run.task_id, {}).setdefault(_arm(run), run)
    return next((arms for arms in by_task.values() if len(arms) == 1 + len(twins.ARMS)), None)


def _twin(one: _Triple) -> TwinRow:
    sign = 1 if one.doc["gender"] == "female" else -1  # the swap's text is the male one
    value = {arm: _value(answer) for arm, answer in one.answers.items()}
    words = {arm: _answer_words(answer) for arm, answer in one.answers.items()}
    return TwinRow(
        one.set, one.doc["id"], one.doc.get("kind", "decision"),
        {arm: twins.arm(one.doc, arm)["text"] for arm in one.answers},
        gap=sign * (value["swap"] - value["original"]),
        placebo=sign * (value["placebo"] - value["original"]),
        flipped=None if words["original"] is None else words["swap"] != words["original"],
        answers=words,
    )  # fmt: skip


def _value(answer: Answer) -> float:
    """The text's log-probability, or the favourable answer's over the other's."""
    if answer.gold is None:
        return answer.logprobs[0]
    return answer.logprobs[answer.gold] - max(v for at, v in enumerate(answer.logprobs) if at != answer.gold)


def _answer_words(answer: Answer) -> str | None:
    return None if answer.answer is None else answer.choices[answer.answer].strip()


def _arm(run: Run) -> str:
    return str(run.variant.get("arm", twins.ORIGINAL))

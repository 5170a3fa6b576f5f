"""The card that travels with exported weights: what they are, what made them, what was measured, how to serve them.

Its front matter is the hub's. What nobody said or measured is named as missing, not made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from workbench import __version__
from workbench.store.lineage import Ratings, Step

VLLM_RANK = 16  # the largest that vLLM takes unasked


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric of one task with its 95 % interval; `low` and `high` are None where it has none.

    `contaminated`: items of the task that stand in what the model was trained on, None where that is not known.
    """

    task: str
    metric: str
    value: float
    low: float | None
    high: float | None
    n: int
    contaminated: int | None = None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What was written. `base`: what an adapter needs, None for a whole model; `rank`: of a LoRA adapter.

    `hub_base`: the hub id of the model it was trained from, where it came from there. `steps`: its lineage.
    """

    name: str
    weights_hash: str
    base: str | None
    rank: int | None
    hub_base: str | None
    licence: str | None
    steps: Sequence[Step]
    measured: Sequence[Measured] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


def serving(name: str, folder: str, base: str | None, rank: int | None) -> dict[str, str]:
    """Program -> the command that serves what lies in `folder` behind an OpenAI-compatible address."""
    if base is None:
        return {
            "vLLM": f"vllm serve {folder} --served-model-name {name}",
            "transformers": f"transformers serve {folder}",
        }
    served = {"transformers": f"transformers serve {folder}"}
    if rank is None:  # vLLM takes LoRA alone
        return served
    more = f" --max-lora-rank {rank}" if rank > VLLM_RANK else ""
    return {"vLLM": f"vllm serve {base} --enable-lora --lora-modules {name}={folder}{more}", **served}


def heading(step: Step) -> str:
    return f"{step.model}, {'trained' if step.data else step.kind}"


def facts(step: Step) -> dict[str, str]:
    """What made one model, in words."""
    return dict(_facts(step))


def card(one: ModelCard, folder: str) -> str:
    """The card as Markdown, for weights that lie in `folder`."""
    whole = "A whole model" if one.base is None else f"An adapter on the model in `{one.base}`"
    commands = serving(one.name, folder, one.base, one.rank)
    return "\n".join(
        [
            *_front_matter(one),
            f"# {one.name}",
            "",
            f"{whole}, as safetensors with its tokenizer and chat template, written by workbench {__version__}.",
            "",
            f"- hash of weights and tokenizer in the workspace: `{one.weights_hash}`",
            *([] if one.licence else ["- licence: nobody said; ask whoever made the model it was trained from"]),
            "",
            "## Serve it",
            "",
            *(line for program, command in commands.items() for line in (f"{program}:", "", f"    {command}", "")),
            "Either answers an OpenAI-compatible client; `workbench models pull URL#NAME` enters it in a catalog.",
            "",
            "## What made it",
            "",
            *(line for step in one.steps for line in (f"### {heading(step)}", "", *_list(facts(step)), "")),
            *(["## Settings of its training", "", *_list(one.settings), ""] if one.settings else []),
            "## What was measured",
            "",
            *_measured(one.measured),
            "",
        ]
    )


def _front_matter(one: ModelCard) -> list[str]:
    lines = ["---", f"library_name: {'transformers' if one.base is None else 'peft'}", "pipeline_tag: text-generation"]
    if one.hub_base:
        lines.append(f"base_model: {one.hub_base}")
    if one.licence:
        lines.append(f"license: {one.licence.lower()}")
    return [*lines, "---", ""]


def _list(facts: Mapping[str, str]) -> list[str]:
    return [f"- {name}: {' '.join(value.split())}" for name, value in facts.items()]


def _measured(found: Sequence[Measured]) -> list[str]:
    if not found:
        return ["Nothing was measured of this model in its workspace."]
    rows = [
        f"| {one.task} | {one.metric} | {one.value:.3f} | {_interval(one)} | {one.n:,} | {_seen(one)} |"
        for one in found
    ]
    return [
        "| task | metric | value | 95 % interval | n | items seen in training |",
        "|---|---|---|---|---|---|",
        *rows,
    ]


def _interval(one: Measured) -> str:
    return "–" if one.low is None or one.high is None else f"{one.low:.3f} to {one.high:.3f}"


def _seen(one: Measured) -> str:
    return "–" if one.contaminated is None else f"{one.contaminated:,}"


def _facts(step: Step) -> Iterator[tuple[str, str]]:
    yield "hash of its weights", step.weights_hash or "unknown"
    if step.data is None:
        return
    yield "trained from", f"{step.parent} (hash of its weights {step.parent_weights})"
    yield "job", f"{step.job}, hash of its spec {step.spec_hash}"
    yield "method", f"{step.method}, seed {step.seed}"
    yield "data", f"{step.data}, {step.rows:,} rows, SHA-256 {step.fingerprint}"
    for name, fingerprint in step.sources.items():
        yield f"mixed from {name}", f"SHA-256 {fingerprint}"
    for one in step.ratings:
        yield "judgments", _judgments(one)
    yield "versions", ", ".join(f"{name} {version}" for name, version in step.versions.items())


def _judgments(one: Ratings) -> str:
    who = ", ".join(one.raters)
    return (
        f"of {who} raters on {one.rubric}, up to number {one.last_judgment}, through export {one.export} ({one.kind})"
    )

"""Seven tasks on `smollm2` in float32, asked by us and by lm-eval's HF backend: every request, and every metric.

    WORKBENCH_FIELD_DATA=FOLDER python tests/benchmarks/parity_lm_eval.py [--rows 40] [--reference] [TASK ...]

SST-2 and NQ-open are lm-eval's own YAML, read through mirrors of local files; the summaries and the running text are
bundled. Prints a table; exits 1 if a log-probability differs by more than 1e-3 nats, a written text by a character, or
a metric at all (of running text, where rounding reaches it: by 1e-5 of its value).

With --reference lm-eval is not asked: the metrics of the first 300 rows stand beside those that its HF backend gave for
them; exits 1 if one differs in its fourth decimal.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from lm_eval_parity import lm_eval_backend

from workbench.jobs import _asking
from workbench.models import catalog, hf
from workbench.models.hf import HFModel
from workbench.models.machine import Settings
from workbench.records import Generated, LogLikelihood
from workbench.store import Store, mirrors, open_store
from workbench.tasks.load import load
from workbench.tasks.loaded import LoadedTask
from workbench.workspace import Workspace, model_cache

TOLERANCE, RELATIVE = 1e-3, 1e-5  # nats; of a metric of running text
CHOICES = {"output_type": "multiple_choice", "metric_list": [{"metric": "acc"}, {"metric": "acc_norm"}]}
OWN: dict[str, tuple[str, dict[str, Any]]] = {  # task -> file, prompt, choices
    "openbookqa": ("openbookqa_test.jsonl", {
        "doc_to_text": "{{question}}", "doc_to_choice": "{{choices}}", "doc_to_target": "{{label}}"}),
    "piqa": ("piqa_validation_500.jsonl", {
        "doc_to_text": "Question: {{question}}\nAnswer:", "doc_to_choice": "{{choices}}",
        "doc_to_target": "{{label}}"}),
    "boolq": ("boolq_dev_300.jsonl", {
        "doc_to_text": "{{passage}}\nQuestion: {{question}}?\nAnswer:", "doc_to_choice": ["no", "yes"],
        "doc_to_target": "{{answer|int}}"}),
}  # fmt: skip
MIRRORED = {  # task -> hub id, configuration, file
    "sst2": ("nyu-mll/glue", "sst2", "sst2_dev.tsv"),
    "nq_open": ("google-research-datasets/nq_open", "", "nq_open_200.jsonl"),
}
BUNDLED = ("summaries", "perplexity")
REFERENCE_ROWS = 300
REFERENCE: dict[str, dict[str, float]] = {  # by lm-eval 0.4.13's HF backend, in float32
    "openbookqa": {"acc": 0.2000, "acc_norm": 0.3367},
    "piqa": {"acc": 0.6300, "acc_norm": 0.6500},
    "boolq": {"acc": 0.3867, "acc_norm": 0.5167},
}
Found = LogLikelihood | Generated


@dataclass(frozen=True, slots=True)
class Parity:
    """`differing`: written texts, or greedy flags, that are others. `difference` is in nats, NaN-free; 0 of texts.

    `rolling`: of running text, whose metrics no rounding spares.
    """

    requests: int
    difference: float
    differing: int
    ours: dict[str, float]
    theirs: dict[str, float]
    rolling: bool

    @property
    def holds(self) -> bool:
        near = all(abs(self.ours[name] - value) <= RELATIVE * abs(value) for name, value in self.theirs.items())
        same = near if self.rolling else not self.differing and self.ours == self.theirs
        return self.difference <= TOLERANCE and same


def main() -> int:
    names = [*OWN, *MIRRORED, *BUNDLED]
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=40, help="the first rows of each task")
    options.add_argument("--reference", action="store_true", help="ours alone, beside known values of 300 rows")
    options.add_argument("tasks", nargs="*", metavar="TASK", help=f"of {', '.join(names)}; none: all")
    given = options.parse_args()
    rows = REFERENCE_ROWS if given.reference else given.rows
    model = hf.load(catalog.pull("smollm2", model_cache(), lambda done, total, what: None), Settings())
    print(f"smollm2, float32; scored over: {model.scoring}; the first {rows} rows\n", flush=True)
    with tempfile.TemporaryDirectory() as folder, open_store(Workspace(Path(folder))) as store:
        if given.reference:
            held = [_equals(name, model, task(store, name, rows)) for name in given.tasks or REFERENCE]
        else:
            held = [_shown(name, parity(model, task(store, name, rows))) for name in given.tasks or names]
    return 0 if all(held) else 1


def _equals(name: str, model: HFModel, loaded: LoadedTask) -> bool:
    """Whether our metrics are the known ones to the four decimals that are known of them."""
    asked = loaded.requests(loaded.docs)
    flat = [one for requests in asked for one in requests]
    ours = _metrics(loaded, asked, _ours(model, loaded, flat[0].request_type, flat))
    known = REFERENCE[name]
    same = all(round(ours[metric], 4) == value for metric, value in known.items())
    told = ", ".join(f"{metric} {ours[metric]:.4f} ({value:.4f})" for metric, value in known.items())
    print(f"{name:<12}{len(flat):>5} requests  ours (lm-eval's): {told}  {'equal' if same else 'DIFFERS'}", flush=True)
    return same


def task(store: Store, name: str, rows: int) -> LoadedTask:
    if name in OWN:
        file, asked = OWN[name]
        of_file = {"dataset_path": "json", "dataset_kwargs": {"data_files": {"test": str(_field(file))}}}
        written = store.workspace.root / f"{name}.yaml"
        written.write_text(yaml.safe_dump({"task": name, "test_split": "test", **of_file, **CHOICES, **asked}))
        return load(store, str(written), rows)
    if name in MIRRORED:
        hub_id, config, file = MIRRORED[name]
        data = _renamed(store, file) if name == "nq_open" else _field(file)
        mirrors.add(store, hub_id, config, "validation", str(data), "")
    return load(store, name, rows)


def parity(model: HFModel, loaded: LoadedTask) -> Parity:
    """The same requests, scored by the task's own rules on either side."""
    asked = loaded.requests(loaded.docs)
    flat = [one for requests in asked for one in requests]
    kind = flat[0].request_type
    ours, theirs = _ours(model, loaded, kind, flat), _theirs(model, loaded, kind, flat)
    pairs = list(zip(ours, theirs, strict=True))
    return Parity(
        len(flat),
        max(_difference(own, other) for own, other in pairs),
        sum(_another(own, other) for own, other in pairs),
        _metrics(loaded, asked, ours), _metrics(loaded, asked, theirs),
        kind == "loglikelihood_rolling",
    )  # fmt: skip


def _ours(model: HFModel, loaded: LoadedTask, kind: str, flat: Sequence[Any]) -> list[Found]:
    batches = _asking.results(model, kind, [one.args for one in flat], loaded.decoding, range(len(flat)), _none)
    found = dict(one for batch in batches for one in batch)
    return [found[row] for row in range(len(flat))]


def _none(batch: Sequence[int]) -> bool:
    """Leaves out no batch."""
    return False


def _theirs(model: HFModel, loaded: LoadedTask, kind: str, flat: Sequence[Any]) -> list[Found]:
    backend = lm_eval_backend(model)
    answers = getattr(backend, kind)(list(flat), disable_tqdm=True)
    made: dict[str, Callable[[Any], Found]] = {
        "loglikelihood": lambda one: LogLikelihood(*one),
        "loglikelihood_rolling": lambda one: LogLikelihood(float(one), False),
        "generate_until": lambda one: Generated(one, 0, "stop"),
    }
    return [made[kind](one) for one in answers]


def _another(own: Found, other: Found) -> bool:
    if isinstance(own, Generated) and isinstance(other, Generated):
        return own.text != other.text
    return _scored(own).is_greedy != _scored(other).is_greedy


def _difference(own: Found, other: Found) -> float:
    """In nats; 0 of written texts."""
    return 0.0 if isinstance(own, Generated) else abs(own.logprob - _scored(other).logprob)


def _scored(found: Found) -> LogLikelihood:
    assert isinstance(found, LogLikelihood)
    return found


def _metrics(loaded: LoadedTask, asked: Sequence[Sequence[Any]], found: Sequence[Found]) -> dict[str, float]:
    left = iter(found)
    answers = [
        loaded.answer(at, doc, requests, [next(left) for _ in requests], changed=False)
        for at, (doc, requests) in enumerate(zip(loaded.docs, asked, strict=True))
    ]
    return {name: one["value"] for name, one in loaded.metrics(answers).items() if one["aggregation"]}  # lm-eval's


def _shown(name: str, found: Parity) -> bool:
    metrics = ", ".join(f"{one} {value:.4f} ({found.theirs[one]:.4f})" for one, value in found.ours.items())
    verdict = "holds" if found.holds else "DIFFERS"
    print(
        f"{name:<12}{found.requests:>5} requests  largest difference {found.difference:.1e} nats  "
        f"others {found.differing}  {verdict}\n{'':12}ours (lm-eval's): {metrics}",
        flush=True,
    )
    return found.holds


def _renamed(store: Store, file: str) -> Path:
    """Under the hub's own name of the column."""
    data = store.workspace.root / file
    data.write_text(_field(file).read_text(encoding="utf-8").replace('"answers": ', '"answer": '), encoding="utf-8")
    return data


def _field(file: str) -> Path:
    folder = os.environ.get("WORKBENCH_FIELD_DATA")
    if not folder or not (Path(folder) / file).is_file():
        sys.exit(f"{file} is needed: set WORKBENCH_FIELD_DATA to the folder that holds it.")
    return Path(folder) / file


if __name__ == "__main__":
    sys.exit(main())

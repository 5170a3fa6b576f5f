"""Runs in lm-eval's own layout (of 0.4.13): MODEL/results_TIME.json, and samples_TASK_TIME.jsonl with a line an item.

What a run does not keep stays empty: texts as a task's filters leave them, and the second argument of a request whose
choices are contexts. Hashes of documents are over their keys in alphabetical order. A standard error is that of the
items' mean where the metric is one, else a 95 % interval's half width over 1.96.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench import __version__
from workbench.data.lm_eval_results import OURS, results_name, safe, samples_name
from workbench.records import Generated, LogLikelihood, Model
from workbench.spec import content_hash
from workbench.statistics.mean import Z_975
from workbench.store import Store, contamination, models, runs
from workbench.store.runs import Answer, Run, Task
from workbench.tasks.main_metric import MEANS

Row = dict[str, Any]
Found = LogLikelihood | Generated
_NONE = "none"  # lm-eval's name of the filter that takes the first answer as it is


def write(store: Store, found: Sequence[Run], folder: Path) -> None:
    """A results file a model; of clean runs of one model on one task, each further one has a file of its own."""
    for number, (model_id, together) in enumerate(_together(store, found)):
        model = models.by_id(store, model_id)
        into = folder / safe(model.name)
        into.mkdir(exist_ok=True)
        time = _time(together.values(), number)
        for task, run in together.items():
            with (into / samples_name(task, time)).open("w", encoding="utf-8") as file:
                file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in samples(store, run))
        body = json.dumps(results(store, model, together), indent=2, ensure_ascii=False)
        (into / results_name(time)).write_text(body, encoding="utf-8")


def results(store: Store, model: Model, together: Mapping[str, Run]) -> Row:
    """The results file of a model's runs, by the name of their task. What lm-eval has no place for is under OURS."""
    tasks = {name: runs.task(store, run.task_id) for name, run in together.items()}
    return {
        "results": {name: _numbers(store, run, tasks[name]) for name, run in together.items()},
        "group_subtasks": {name: [] for name in together},
        "configs": {name: task.definition for name, task in tasks.items()},
        "versions": {name: task.version for name, task in tasks.items()},
        "n-shot": {name: int(task.definition.get("num_fewshot") or 0) for name, task in tasks.items()},
        "higher_is_better": {
            name: {metric: one["higher_is_better"] for metric, one in run.metrics.items()}
            for name, run in together.items()
        },
        "n-samples": {name: {"original": run.items, "effective": run.items} for name, run in together.items()},
        "config": {"model": OURS, "model_args": {"model": model.reference}},
        "model_source": OURS,
        "model_name": model.name,
        "model_name_sanitized": safe(model.name),
        OURS: {name: {"made_by": __version__, "settings": run.settings, "metrics": run.metrics,
                      "contaminated": contamination.items(store, run)}
               for name, run in together.items()},
    }  # fmt: skip


def samples(store: Store, run: Run) -> Iterator[Row]:
    """A line an item and filter, as lm-eval logs them."""
    task = runs.task(store, run.task_id)
    docs = dict(runs.docs(store, run.task_id))
    responses: dict[tuple[int, int], Found] = {**runs.responses(store, run.id), **runs.texts(store, run.id)}
    parts, filters = runs.parts(store, run.id), _filters(run, task)
    for number, answer in enumerate(runs.answers(store, run.id)):
        asked = _asked(responses, answer.item_id)
        for filtered in filters:
            values = _values(parts[answer.item_id], filtered, len(filters) > 1)
            yield _sample(number, docs[answer.item_id], answer, asked, task, filtered, values)


def _together(store: Store, found: Sequence[Run]) -> list[tuple[int, dict[str, Run]]]:
    names = runs.task_names(store)
    made: list[tuple[int, dict[str, Run]]] = []
    for run in found:
        task = names[run.task_id]
        free = (its for model_id, its in made if model_id == run.model_id and task not in its)
        group = next(free, None)
        if group is None:
            group = {}
            made.append((run.model_id, group))
        group[task] = run
    return made


def _time(found: Any, number: int) -> str:
    """When the newest of the runs ended, as lm-eval writes it in names; the last digits tell files apart."""
    newest = max(str(run.finished_at) for run in found)
    return f"{newest[:23].replace(':', '-')}{number:03}"


def _filters(run: Run, task: Task) -> list[str]:
    listed = [str(one["name"]) for one in task.definition.get("filter_list") or []]
    named = list(dict.fromkeys(name.partition(",")[2] for name in run.metrics if "," in name))
    return named or listed[:1] or [_NONE]


def _asked(responses: Mapping[tuple[int, int], Found], item: int) -> list[Found]:
    """What was found for each request of an item."""
    asked: list[Found] = []
    while (item, len(asked)) in responses:
        asked.append(responses[item, len(asked)])
    return asked


def _sample(
    number: int, doc: Row, answer: Answer, asked: Sequence[Found], task: Task, filtered: str, values: Row
) -> Row:
    draws = len(asked) if isinstance(asked[0], Generated) else 1  # of the one text that an item asks for
    arguments = [_arguments(answer, at, one, task.definition) for at, one in enumerate(asked[::draws])]
    target = _target(task.definition, doc, answer)
    responses = [_response(one, task.definition) for one in asked]
    as_they_are = filtered == _NONE or not isinstance(asked[0], Generated)
    return {
        "doc_id": number, "doc": doc, "target": target,
        "arguments": {
            f"gen_args_{at}": {f"arg_{place}": part for place, part in enumerate(one)}
            for at, one in enumerate(arguments)
        },
        "resps": [responses[at : at + draws] for at in range(0, len(responses), draws)],
        "filtered_resps": responses[::draws] if as_they_are else [],
        "filter": filtered, "metrics": list(values),
        "doc_hash": content_hash(json.dumps(doc, indent=2, ensure_ascii=False)),
        "prompt_hash": content_hash(str(arguments[0][0])), "target_hash": content_hash(target), **values,
    }  # fmt: skip


def _arguments(answer: Answer, at: int, found: Found, definition: Row) -> tuple[Any, ...]:
    if isinstance(found, Generated):
        return answer.context, definition.get("generation_kwargs") or {}
    if not answer.choices:
        return (answer.context,)
    choice = answer.choices[at % len(answer.choices)]
    if len(answer.choices) > 1 and answer.choices[0] == answer.context:  # the choices are contexts
        return choice, None
    return ("" if at >= len(answer.choices) else answer.context), choice  # after them: each without its context


def _response(found: Found, definition: Row) -> Any:
    """Everything is text in lm-eval's samples."""
    if isinstance(found, Generated):
        return found.text
    if definition.get("output_type") == "loglikelihood_rolling":
        return str(found.logprob)
    return [str(found.logprob), str(found.is_greedy)]


def _values(every: Row, filtered: str, several: bool) -> Row:
    """Metric -> what it takes from an item, of one filter."""
    if not several:
        return {name.partition(",")[0]: value for name, value in every.items()}
    named = ((*name.partition(",")[::2], value) for name, value in every.items())
    return {name: value for name, its, value in named if its in ("", filtered)}


def _target(definition: Row, doc: Row, answer: Answer) -> str:
    """The gold answer as the task's template writes it; empty where Python does."""
    if answer.gold is not None:
        return str(answer.gold)
    template = definition.get("doc_to_target")
    if not isinstance(template, str):
        return "" if template is None else str(template)
    if template in doc:
        return str(doc[template])
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return "" if template.isidentifier() else ImmutableSandboxedEnvironment().from_string(template).render(**doc)


def _numbers(store: Store, run: Run, task: Task) -> Row:
    answers = runs.answers(store, run.id)
    filters = _filters(run, task)
    found: Row = {"name": task.name, "alias": task.name, "sample_len": run.items}
    for name, one in run.metrics.items():
        metric, _, filtered = name.partition(",")
        key = filtered or filters[0]
        found[f"{metric},{key}"] = one["value"]
        found[f"{metric}_stderr,{key}"] = _standard_error([each.scores.get(name) for each in answers], one)
    return found


def _standard_error(values: Sequence[float | None], measured: Mapping[str, Any]) -> float | str:
    """In the unit of the metric: the items' scores have it only where the metric is their mean."""
    known = [value for value in values if value is not None]
    if measured.get("aggregation") in MEANS and len(known) == len(values) > 1:
        mean = sum(known) / len(known)
        return float((sum((value - mean) ** 2 for value in known) / (len(known) - 1) / len(known)) ** 0.5)
    if measured["low"] is None:
        return "N/A"
    return float((measured["high"] - measured["low"]) / (2 * Z_975))

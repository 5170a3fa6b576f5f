"""Files of a HELM run: scenario_state.json, or display_predictions.json with display_requests.json beside it.

    scenario_state.json         {"adapter_spec": {"model"}, "request_states": [{"request": {"prompt"}, "result": ...}]}
    display_predictions.json    [{"instance_id", "train_trial_index", "predicted_text"}]
    display_requests.json       [{"instance_id", "train_trial_index", "request": {"prompt", "model"}}]

per_instance_stats.json holds metrics and no answers. Requests that score a given choice are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.data import files, formats
from workbench.data.completions import columns
from workbench.data.completions.found import Answer, Found
from workbench.errors import DataError
from workbench.records import FinishReason, Message
from workbench.spec import canonical_json

NAME = "a HELM run"
REQUESTS = "display_requests.json"
_SCORED = "requests that score a given choice"


def matches(row: Mapping[str, Any]) -> bool:
    return "request_states" in row or {"instance_id", "train_trial_index"} <= row.keys()


def read(rows: Sequence[Mapping[str, Any]], path: Path, _criteria: Sequence[str]) -> Found:
    if "request_states" in rows[0]:
        return _states(rows[0], path)
    if "predicted_text" in rows[0]:
        return _predictions(rows, path)
    raise DataError(
        f"{path} holds no answers, only what was {'asked' if 'request' in rows[0] else 'measured'}.",
        "Import scenario_state.json or display_predictions.json of the same run.",
    )


def _states(body: Mapping[str, Any], path: Path) -> Found:
    found = Found()
    states = body["request_states"]
    if not isinstance(states, list):
        raise DataError(f"{path}: 'request_states' is {type(states).__name__}, not a list.")
    adapter = _object(body.get("adapter_spec", {}), "adapter_spec", str(path))
    for number, state in enumerate(states, 1):
        place = f"{path}, request {number}"
        _state(_object(state, "request_states", place), adapter.get("model"), place, found)
    return found


def _state(state: Mapping[str, Any], model: Any, place: str, found: Found) -> None:
    result = state.get("result")
    if state.get("reference_index") is not None:
        found.leave_out(_SCORED)
    elif result is None or not _object(result, "result", place).get("success", True):
        found.leave_out("requests without an answer")
    else:
        request = _object(state.get("request"), "request", place)
        completions = result.get("completions")
        if not isinstance(completions, list):
            raise DataError(f"{place}: 'completions' is {type(completions).__name__}, not a list.")
        for one in completions:
            completion = _object(one, "completions", place)
            text = columns.said(completion.get("text"), "text", place)
            name = columns.named(request, ("model",), place) or columns.named({"model": model}, ("model",), place)
            found.add(Answer(_asked(request, place), text, name, _reason(completion), evaluation_only=True))


def _predictions(rows: Sequence[Mapping[str, Any]], path: Path) -> Found:
    found, asked = Found(), _requests(path.with_name(REQUESTS))
    for number, row in enumerate(rows, 1):
        place = f"{path}, row {number}"
        request = asked.get(_key(row))
        if row.get("reference_index") is not None:
            found.leave_out(_SCORED)
        elif request is None:
            raise DataError(f"{place}: {REQUESTS} does not hold its request.", "Both files must be of one run.")
        else:
            text = columns.said(row.get("predicted_text"), "predicted_text", place)
            name = columns.named(request, ("model",), place)
            found.add(Answer(_asked(request, place), text, name, evaluation_only=True))
    return found


def _requests(path: Path) -> dict[str, Mapping[str, Any]]:
    """Key of an instance -> its request."""
    if not path.is_file():
        raise DataError(f"{path} is missing: it holds the prompts.", "Import scenario_state.json, or keep both files.")
    return {
        _key(row): _object(row.get("request"), "request", f"{path}, row {number}")
        for number, row in enumerate(files.objects(path), 1)
    }


def _key(row: Mapping[str, Any]) -> str:
    """HELM's own unique key of a prediction."""
    return canonical_json([row.get("instance_id"), row.get("perturbation"), row.get("train_trial_index")])


def _asked(request: Mapping[str, Any], place: str) -> tuple[Message, ...]:
    if request.get("messages"):
        return formats.conversation(request["messages"], f"{place}, key 'messages'")
    return columns.prompt({"prompt": request.get("prompt")}, place)


def _reason(completion: Mapping[str, Any]) -> FinishReason:
    reason = completion.get("finish_reason")
    return "length" if isinstance(reason, Mapping) and reason.get("reason") == "length" else "stop"


def _object(value: Any, key: str, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise DataError(f"{place}: {key!r} is {type(value).__name__}, not an object.")
    return value

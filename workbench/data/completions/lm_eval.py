"""Sample files of lm-eval (`--log_samples`): samples_TASK_TIME.jsonl, one document of a task a line.

The prompt is the first argument of the request, the answers are `resps`. With several filters a document stands
there once a filter, with the same answers. The model is named by the results file beside it. Versions before 0.4.3
write one array, MODEL_TASK.jsonl, and results.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.data import files, formats
from workbench.data.completions import columns
from workbench.data.completions.found import Answer, Found
from workbench.errors import DataError
from workbench.records import Message

NAME = "a sample file of lm-eval"


def matches(row: Mapping[str, Any]) -> bool:
    return {"doc_id", "arguments", "resps"} <= row.keys()


def read(rows: Sequence[Mapping[str, Any]], path: Path, _criteria: Sequence[str]) -> Found:
    found, model = Found(), _model(path)
    for number, row in enumerate(rows, 1):
        place = f"{path}, row {number}"
        asked = _asked(row["arguments"], place)
        for text in _texts(row["resps"], place):
            found.add(Answer(asked, text, model, evaluation_only=True))
    return found


def _asked(arguments: Any, place: str) -> tuple[Message, ...]:
    """What the one request of a document asks: `gen_args_0.arg_0`; a list in older versions."""
    requests = list(arguments.values()) if isinstance(arguments, Mapping) else arguments
    if not isinstance(requests, list) or len(requests) != 1:
        raise DataError(f"{place}: 'arguments' does not hold one request.", _ONLY_ANSWERS)
    request = requests[0]
    text = next(iter(request.values()), None) if isinstance(request, Mapping) else request[0] if request else None
    if isinstance(text, list) and len(text) == 1:  # a chat, as JSON in a tuple
        text = text[0]
    if not isinstance(text, str) or not text.strip():
        raise DataError(f"{place}: 'arguments' holds no prompt.")
    files.check_unicode(text, f"{place}, key 'arguments'")
    turns = _turns(text)
    return formats.conversation(turns, f"{place}, key 'arguments'") if turns else (Message("user", text),)


_ONLY_ANSWERS = "Only tasks of the output type generate_until have answers that can be rated."


def _turns(text: str) -> list[Any] | None:
    """The messages of a chat that was logged as JSON; None for plain text, which may begin with a bracket too."""
    try:
        body = json.loads(text) if text.startswith("[{") else None
    except ValueError:
        return None
    return body if isinstance(body, list) and all(isinstance(one, dict) and "role" in one for one in body) else None


def _texts(responses: Any, place: str) -> list[str]:
    """The answers to one request: one, or one a repeat."""
    repeats = responses[0] if isinstance(responses, list) and len(responses) == 1 else None
    if not isinstance(repeats, list) or not all(isinstance(one, str) for one in repeats):
        raise DataError(f"{place}: 'resps' holds no text but log-probabilities or nothing.", _ONLY_ANSWERS)
    return [columns.said(one, "resps", place) for one in repeats]


def _model(path: Path) -> str | None:
    """What the results of the same time name: `model_name`, or in older versions `pretrained` of the arguments."""
    results = path.with_name(f"results_{path.stem.rpartition('_')[2]}.json")
    if not results.is_file():
        results = path.with_name("results.json")
    body = files.document(results) if results.is_file() else None
    if not isinstance(body, dict):
        return None
    name = body.get("model_name") or _pretrained(body.get("config"))
    return name if isinstance(name, str) and name else None


def _pretrained(config: Any) -> str | None:
    """`org/model` of "pretrained=org/model,dtype=float32"."""
    given = config.get("model_args") if isinstance(config, dict) else None
    parts = given.split(",") if isinstance(given, str) else []
    return next((part.removeprefix("pretrained=") for part in parts if part.startswith("pretrained=")), None)

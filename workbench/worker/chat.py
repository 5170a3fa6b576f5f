"""`python -m workbench.worker WORKSPACE --chat MODEL`: one model that talks over a pipe, as JSON lines.

    stdin   {"messages": [{"role": "user", "content": "Hi"}], "decoding": {"temperature": 0.8, "seed": 0}}
            {"stop": true}                                       ends the answer at its next token
            {"model": "smollm2-dpo-1"}                           another model answers from now on; rounds share a base
    stdout  {"ready": true, "model": "smollm2"}                  when a model is loaded
            {"text": "Hel"} {"text": "lo"} ...                   the answer as it is drawn
            {"done": true, "finish_reason": "stop", "tokens": 2}      or "length", or "stopped"
            {"error": "...", "hint": null}                       instead; the next request is welcome

`decoding` takes max_new_tokens, temperature, top_p and seed with the defaults and ranges of `generate`, and the same
seed draws the answer that `generate` stores first for that prompt. When stdin closes it ends, in the middle of an
answer too, so it never outlives the terminal whose child it is.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import IO, Any

from workbench import jobs as kinds
from workbench.data import formats
from workbench.errors import DataError, ModelError, UnknownName, WorkbenchError
from workbench.models.hf import HFModel
from workbench.models.machine import busy_cores, choose, current
from workbench.models.switchable import Switchable
from workbench.records import Decoding, GenerationRequest
from workbench.spec import derived_seed
from workbench.store import models, open_store, prompts
from workbench.workspace import Workspace, model_cache

DECODING = ("max_new_tokens", "temperature", "top_p", "seed")


class _Stopped(Exception):
    """The answer in progress shall end."""


class Requests:
    """Lines of stdin, read by a thread, so that a stop and a closed pipe are seen while an answer is drawn."""

    def __init__(self, source: IO[str]) -> None:
        self._source = source
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._stop = threading.Event()
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def next(self) -> str | None:
        """The next request; None when stdin was closed."""
        return self._lines.get()

    def check_stopped(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _read(self) -> None:
        for line in self._source:
            if _is_stop(line):
                self._stop.set()
            elif line.strip():
                self._stop.clear()  # it was meant for the answer before, which had ended
                self._lines.put(line)
        self._lines.put(None)
        self._stop.set()


def main(root: str, name: str) -> int:
    """Talk until stdin closes; exit code 1 if the model cannot be loaded."""
    out = _own_stdout()
    try:
        workspace = Workspace(Path(root))
        models_here = Switchable(_folder(workspace, name), choose(current(model_cache()), busy_cores()), name)
    except WorkbenchError as error:
        _tell(out, _refusal(error))
        return 1
    _tell(out, {"ready": True, "model": name})
    requests = Requests(sys.stdin)
    while (line := requests.next()) is not None:
        try:
            if (wanted := _model_named(line)) is not None:
                models_here.switch(_folder(workspace, wanted), wanted)
                _tell(out, {"ready": True, "model": wanted})
            else:
                _tell(out, _answer(models_here.engine, line, requests, out))
        except WorkbenchError as error:
            _tell(out, _refusal(error))
    return 0


def parse(line: str) -> tuple[GenerationRequest, Decoding]:
    """A request; DataError or UsageError that says what is wrong with it."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"The request is not JSON ({error}).") from error
    if not isinstance(body, dict):
        raise DataError("The request is not a JSON object.", 'Write {"messages": [...]}.')
    given = body.get("decoding", {})
    if not isinstance(given, dict):
        raise DataError("The request's 'decoding' is not an object.", 'Write {"temperature": 0.8}.')
    for key in given:
        if key not in DECODING:
            raise UnknownName("key of decoding", key, DECODING)
    values = kinds.parse("generate", given).params
    messages = formats.conversation(body.get("messages"), "The request, key 'messages'")
    decoding = Decoding(values["max_new_tokens"], values["temperature"], values["top_p"])
    return GenerationRequest(messages, derived_seed(values["seed"], prompts.digest(messages), 0)), decoding


def _answer(engine: HFModel, line: str, requests: Requests, out: IO[str]) -> dict[str, Any]:
    """Stream the answer; returns its last line."""
    request, decoding = parse(line)
    pieces = 0

    def say(piece: str) -> None:
        nonlocal pieces
        requests.check_stopped()
        pieces += 1
        if piece:
            _tell(out, {"text": piece})

    try:
        answer = engine.stream(request, decoding, say)
    except _Stopped:
        return {"done": True, "finish_reason": "stopped", "tokens": pieces}
    return {"done": True, "finish_reason": answer.finish_reason, "tokens": answer.tokens}


def _folder(workspace: Workspace, name: str) -> Path:
    """Where the weights of a model of the catalog lie; ModelError if they are not here."""
    with open_store(workspace) as store:
        model = models.by_name(store, name)
    if model.kind in ("server", "imported"):
        raise ModelError(f"{name} is not on this machine to chat with.", "Pull a model, or name one that was.")
    if model.path is None or not Path(model.path).exists():
        raise ModelError(f"The weights of {name} are not on this machine.", f"Pull {name} first.")
    return Path(model.path)


def _is_stop(line: str) -> bool:
    return bool(_parsed(line) == {"stop": True})


def _model_named(line: str) -> str | None:
    """The name in a line that asks for another model; None for every other line."""
    match _parsed(line):
        case {"model": str(name)}:
            return name
        case _:
            return None


def _parsed(line: str) -> Any:
    """None for what is not JSON; an answer is refused with the reason."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _refusal(error: WorkbenchError) -> dict[str, Any]:
    return {"error": error.message, "hint": error.hint}


def _tell(out: IO[str], line: dict[str, Any]) -> None:
    out.write(json.dumps(line) + "\n")  # ASCII: whatever the locale, and half a character does no harm
    out.flush()


def _own_stdout() -> IO[str]:
    """The pipe for JSON alone: what a library prints goes to stderr."""
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    return out

"""Talking with a model in a process of its own: the asking end of worker.chat.

For the command line and the terminal. Light: the model, and torch with it, live in the other process.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

from workbench import launch
from workbench.errors import ModelError
from workbench.records import Message
from workbench.workspace import Workspace

_LEAVING_SECONDS = 10.0  # a token on a slow machine; then it is ended


class Chat:
    """A model that answers. ModelError when it cannot be loaded, refuses a request, or its process ends.

    `model` is the name of the one that answers; `ending` is the last line of its last answer: finish_reason ("stop",
    "length", "stopped") and tokens.
    """

    def __init__(self, workspace: Workspace, model: str) -> None:
        self.model = model
        self.ending: dict[str, Any] = {}
        self._process = launch.start_chat(workspace, model)

    def __enter__(self) -> Chat:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def wait_until_ready(self) -> None:
        """Return when the model is loaded."""
        self._read()

    def ask(self, messages: Sequence[Message], decoding: Mapping[str, Any]) -> Iterator[str]:
        """The answer piece by piece, as foreign text: clean it before it is painted."""
        turns = [{"role": message.role, "content": message.content} for message in messages]
        self._write({"messages": turns, "decoding": dict(decoding)})
        return self._rest()

    def switch(self, model: str) -> None:
        """Let another model answer from now on; ModelError where it cannot, and then the one before goes on."""
        self._write({"model": model})
        self._read()
        self.model = model

    def stop(self) -> None:
        """End the answer in progress at its next token; `ask` still has to be read to its end."""
        self._write({"stop": True})

    @property
    def alive(self) -> bool:
        """Whether it can be asked again."""
        return self._process.poll() is None

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
            self._process.wait(_LEAVING_SECONDS)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()

    def end(self) -> None:
        """End the process at once, also from another thread than the one that reads an answer."""
        self._process.kill()

    def _rest(self) -> Iterator[str]:
        while "done" not in (line := self._read()):
            yield line["text"]
        self.ending = line

    def _write(self, line: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(line) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._ended() from error

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text:
            raise self._ended()
        line: dict[str, Any] = json.loads(text)
        if "error" in line:
            raise ModelError(line["error"], line["hint"])
        return line

    def _ended(self) -> ModelError:
        return ModelError("The process of the model has ended.", "Out of memory? Try a smaller model.")

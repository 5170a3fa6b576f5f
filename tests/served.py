"""A real HTTP server in a thread that speaks the OpenAI protocol, and can be told to fail.

Its answers follow from the request alone. With an engine it echoes prompts with their log-probabilities, as vLLM does.
"""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import threading
from collections import deque
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Served(ThreadingHTTPServer):
    """`faults` are taken one a request; `asked` are the paths and bodies that came; a slow text waits for `release`.

    A fault is a status, a way to break off, or the JSON of another answer.
    """

    daemon_threads = True
    block_on_close = False

    reply: Any = None  # (the last turn's text) -> what is said instead of `answer_of`

    def __init__(self, engine: Any = None, **given: Any) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.names = ["qwen", "llama"]
        self.key: str | None = None
        self.template = True  # False: a base model, which cannot be chatted with
        self.start: list[int] = []  # tokens before every prompt
        self.engine = engine
        self.faults: deque[str] = deque()
        self.says = "planted"  # with a status that is a fault
        self.fail_after: int | None = None  # so many answers; then nothing but refusals
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.release = threading.Event()
        self.lock = threading.Lock()
        self.at_once = self.most_at_once = 0
        for name, value in given.items():
            setattr(self, name, value)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for asked, body in self.asked if asked == path]


@contextmanager
def serving(engine: Any = None, **given: Any):
    """The server while the block runs; a client that could see a key of the user's would send it here."""
    with Served(engine, **given) as server, pytest.MonkeyPatch.context() as patch:
        for name in ("WORKBENCH_API_KEY", "OPENAI_API_KEY"):
            patch.delenv(name, raising=False)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.release.set()
            server.shutdown()


def answer_of(messages: list[dict[str, str]], seed: int | None = None) -> str:
    """What the server says: the last turn, and eight digits of everything that it was asked with."""
    digest = hashlib.sha256(json.dumps([messages, seed]).encode()).hexdigest()
    return f"{messages[-1]['content']} {digest[:8]}"


class Handler(BaseHTTPRequestHandler):
    server: Served
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""

    def do_GET(self) -> None:
        self._guarded("models", {}, lambda: {"data": [{"id": name} for name in self.server.names]})

    def do_POST(self) -> None:
        path = self.path.removeprefix("/v1/")
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answers = {"chat/completions": self._chat, "completions": self._complete}
        self._guarded(path, body, lambda: answers[path](body))

    def _guarded(self, path: str, body: dict[str, Any], answer: Any) -> None:
        with self.server.lock:
            self.server.asked.append((path, body))
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
            fault = self.server.faults.popleft() if self.server.faults else ""
            spent = self.server.fail_after is not None and len(self.server.bodies(path)) > self.server.fail_after
        try:
            self._answer(path, body, answer, "400" if spent else fault)
        finally:
            with self.server.lock:
                self.server.at_once -= 1

    def _answer(self, path: str, body: dict[str, Any], answer: Any, fault: str) -> None:
        given = self.headers.get("Authorization", "")
        if self.server.key and given != f"Bearer {self.server.key}":
            self._say(401, {"error": {"message": f"Incorrect API key provided: {given.removeprefix('Bearer ')}."}})
        elif fault.isdigit():
            self._say(int(fault), {"error": {"message": self.server.says}}, retry_after="0")
        elif fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        elif fault == "cut":
            self._raw(200, b'{"choices": [', length=1000)
        elif fault == "malformed":
            self._raw(200, f"<html>{self.server.says}</html>".encode())
        elif fault:
            self._say(200, json.loads(fault))
        elif path != "models" and body["model"] not in self.server.names:
            self._say(404, {"error": {"message": f"The model {body['model']} does not exist."}})
        else:
            self._say(200, answer())

    def _chat(self, body: dict[str, Any]) -> dict[str, Any]:
        if not self.server.template:
            self._say(400, {"error": {"message": "you must provide a chat template if the tokenizer has none."}})
            return {}
        if "slow" in body["messages"][-1]["content"]:
            self.server.release.wait(30)
        text = body["messages"][-1]["content"]
        words = self.server.reply(text) if self.server.reply else answer_of(body["messages"], body.get("seed"))
        said = {"role": "assistant", "content": words}
        return _reply({"message": said, "finish_reason": "stop"}, 1, 5)

    def _complete(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.server.engine is None or not body.get("echo"):
            said = answer_of([{"role": "user", "content": body["prompt"]}], body.get("seed"))
            return _reply({"text": said, "finish_reason": "length"}, 1, 5)
        tokens = self.server.engine.tokenizer.encode(body["prompt"], add_special_tokens=False)
        start = self.server.start if body.get("add_special_tokens", True) else []
        choice = {"text": body["prompt"] + "!", "logprobs": self._logprobs(start + tokens), "finish_reason": "length"}
        return _reply(choice, len(start) + len(tokens), 1)

    def _logprobs(self, tokens: list[int]) -> dict[str, Any]:
        """Of every token after those before it, as the engine's own model gives them."""
        import torch

        with torch.inference_mode():
            logits = self.server.engine.model(input_ids=torch.tensor([tokens])).logits[0]  # (T, V)
        scores = logits.float().log_softmax(-1)
        own = [float(scores[at, token]) for at, token in enumerate(tokens[1:])]
        words = self.server.engine.tokenizer.convert_ids_to_tokens(tokens)
        tops = [
            {"top": float(row.max()), word: value} for row, word, value in zip(scores, words[1:], own, strict=False)
        ]
        generated = float(scores[-1].max())
        return {
            "tokens": [*words, "!"],
            "token_logprobs": [None, *own, generated],
            "top_logprobs": [None, *tops, {"!": generated}],
        }

    def _say(self, status: int, body: dict[str, Any], retry_after: str | None = None) -> None:
        if body:
            self._raw(status, json.dumps(body).encode(), retry_after=retry_after)

    def _raw(self, status: int, body: bytes, length: int | None = None, retry_after: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length or len(body)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)
        if length:
            self.close_connection = True


def _reply(choice: dict[str, Any], prompt_tokens: int, completion_tokens: int) -> dict[str, Any]:
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}
    return {"object": "completion", "choices": [{"index": 0, **choice}], "usage": usage}

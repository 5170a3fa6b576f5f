"""Requests to one OpenAI-compatible server: tried again where that helps, and each failure as one sentence.

The key is read from the environment when a connection is opened, goes into one header, and is cut out of
whatever the server says before that is shown. Redirects are not followed, so no other host sees it.
"""

from __future__ import annotations

import asyncio
import difflib
import os
from dataclasses import dataclass
from typing import Any

import httpx2

from workbench.errors import ModelError
from workbench.models.address import Address
from workbench.text import one_line

KEYS = ("WORKBENCH_API_KEY", "OPENAI_API_KEY")  # the first that is set counts
FORBIDDEN = (401, 403)  # HTTP's words for no key, and for the wrong one
_SAID = 200  # characters of a server's own words that an error repeats


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long, in seconds: waits double from `first_wait` unless the server names one itself.

    `answer` is the longest silence while an answer is awaited: a long answer comes as one piece.
    """

    attempts: int = 6
    first_wait: float = 0.5
    longest_wait: float = 30.0
    connect: float = 10.0
    answer: float = 600.0


class Refused(ModelError):
    """The server answered, but not with what was asked for; `status` is HTTP's number."""

    def __init__(self, status: int, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.status = status


class Endpoint:
    """One server and the model on it. Its coroutines take the client that `client` opened in the running loop."""

    def __init__(self, address: Address, patience: Patience) -> None:
        self.address = address
        self._patience = patience

    def client(self) -> httpx2.AsyncClient:
        """A pool of connections with the key of the environment; the caller closes it."""
        key = api_key()
        return httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx2.Timeout(self._patience.answer, connect=self._patience.connect),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=None),
        )

    async def post(self, client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The server's answer to a request about its model; ModelError once every attempt has failed."""
        return await self._ask(client, "POST", path, {"model": self.address.name, **body})

    async def served(self, client: httpx2.AsyncClient) -> list[str]:
        """The names under which the server lists its models."""
        reply = await self._ask(client, "GET", "models", None)
        listed = reply.get("data")
        if not isinstance(listed, list):
            raise self._unexpected("lists no models under 'data'")
        return [str(one["id"]) for one in listed if isinstance(one, dict) and "id" in one]

    def not_served(self, names: list[str]) -> ModelError:
        """The refusal of a model that the server neither lists nor answers for."""
        near = difflib.get_close_matches(self.address.name, names, n=3, cutoff=0.4)
        known = ", ".join(names) or "nothing"
        hint = f"Did you mean {' or '.join(near)}?" if near else f"It lists {one_line(known, _SAID)}."
        return Refused(404, f"The server {self.address.url} does not serve {self.address.name!r}.", hint)

    async def _ask(
        self, client: httpx2.AsyncClient, method: str, path: str, body: dict[str, Any] | None
    ) -> dict[str, Any]:
        wait = self._patience.first_wait
        for attempt in range(1, self._patience.attempts + 1):
            try:
                response = await client.request(method, f"{self.address.url}/{path}", json=body)
            except httpx2.RequestError as error:
                failure, pause = self._not_answered(error, attempt), None
            else:
                if response.is_success:
                    return self._object(response)
                if response.status_code != 429 and response.status_code < 500:
                    raise await self._refusal(client, path, response)
                failure, pause = self._overloaded(response, attempt), _asked_to_wait(response)
            if attempt < self._patience.attempts:
                await asyncio.sleep(min(wait if pause is None else pause, self._patience.longest_wait))
                wait *= 2
        raise failure

    def _object(self, response: httpx2.Response) -> dict[str, Any]:
        try:
            body = response.json()
        except (ValueError, RecursionError) as error:
            found = _shown(response.text, 60)
            raise self._unexpected(f"answered with something that is not JSON: {found!r}") from error
        if not isinstance(body, dict):
            raise self._unexpected(f"answered with a JSON {type(body).__name__}, not an object")
        return body

    async def _refusal(self, client: httpx2.AsyncClient, path: str, response: httpx2.Response) -> ModelError:
        """The sentence for a status that asking again would not change."""
        status, said = response.status_code, self._said(response)
        if status in FORBIDDEN:
            given = "refuses the key of the environment" if api_key() else "wants a key"
            return Refused(
                status,
                f"The server {self.address.url} {given} (HTTP {status}).",
                f"Set {' or '.join(KEYS)}; a worker that runs already keeps the environment it was started with.",
            )
        if status == 404 and path != "models":
            try:
                names = await self.served(client)
            except Refused:  # not every server lists its models
                names = []
            if names and self.address.name not in names:
                return self.not_served(names)
        if status == 404:
            return Refused(
                status, f"{self.address.url}/{path} is not there (HTTP 404{said}).", "Does the address end in /v1?"
            )
        return Refused(status, f"The server {self.address.url} refuses the request (HTTP {status}{said}).")

    def _not_answered(self, error: httpx2.RequestError, attempt: int) -> ModelError:
        times = f"after {attempt} attempts" if attempt > 1 else "at the first attempt"
        match error:
            case httpx2.ConnectError() | httpx2.ConnectTimeout():
                message = f"The server {self.address.url} cannot be reached ({times})."
            case httpx2.TimeoutException():
                message = f"The server {self.address.url} was silent for {self._patience.answer:.0f} s ({times})."
            case _:
                message = f"The server {self.address.url} broke off before its answer was whole ({times})."
        return ModelError(message, "Is it running, and is the address right?")

    def _overloaded(self, response: httpx2.Response, attempt: int) -> ModelError:
        what = "is overloaded" if response.status_code == 429 else "fails"
        return Refused(
            response.status_code,
            f"The server {self.address.url} {what} (HTTP {response.status_code}{self._said(response)}), "
            f"{attempt} attempts in a row.",
            "Its log may say why.",
        )

    def _unexpected(self, what: str) -> ModelError:
        return ModelError(
            f"The server {self.address.url} {what}.",
            "Is this an OpenAI-compatible API? Its address mostly ends in /v1.",
        )

    def _said(self, response: httpx2.Response) -> str:
        """`: ` and the server's own reason on one line, without the key; empty if it gives none."""
        try:
            body = response.json()
        except (ValueError, RecursionError):
            return ""
        said = body if isinstance(body, dict) else {}
        reason = said.get("error") or said.get("message") or said.get("detail") or ""
        if isinstance(reason, dict):
            reason = reason.get("message", "")
        words = _shown(str(reason), _SAID)
        return f": {words.rstrip('.')}" if words else ""


def api_key() -> str | None:
    """The key of the environment; None without one. ModelError, which does not repeat it, if it can be no key."""
    name = next((name for name in KEYS if os.environ.get(name)), None)
    if name is None:
        return None
    key = os.environ[name].strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ModelError(f"{name} holds characters that no key has.", "Copy the key again, without line breaks.")
    return key or None


def _shown(text: str, width: int) -> str:
    """A server's words on one line, without the key: some repeat it when they refuse it."""
    key = api_key()
    return one_line(text.replace(key, "***") if key else text, width)


def _asked_to_wait(response: httpx2.Response) -> float | None:
    """Seconds of the Retry-After header; None where it is absent or a date."""
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return None

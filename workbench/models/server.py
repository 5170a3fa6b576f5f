"""A model behind an OpenAI-compatible server (vLLM, llama.cpp, transformers serve, a hosted API).

Answers come through /chat/completions; a base model, for which the server has no chat template, gets the
same plain text as the local engine through /completions. Log-likelihoods need /completions to give back the
prompt with its log-probabilities (echo and logprobs): vLLM does, most do not, and one request finds out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

import httpx2

from workbench.errors import ModelError
from workbench.models.address import Address
from workbench.models.batching import Skip, plan_batches, unfinished
from workbench.models.echo import PROBE, Echo, NotEchoed
from workbench.models.endpoint import FORBIDDEN, Endpoint, Patience, Refused
from workbench.models.generation_kwargs import SEEDS
from workbench.models.language_model import Capability, Tick, Work
from workbench.models.stop_sequences import stop_at
from workbench.records import Decoding, FinishReason, Generated, GenerationRequest, LogLikelihood, Message

IN_FLIGHT = 16  # requests at once: a server batches them itself, and a lost batch is soon repeated
QUICK = Patience(attempts=2, connect=5.0, answer=60.0)  # for looking whether it is there at all
_LOOK_SECONDS = 0.3  # between two looks whether the job was cancelled
STOPS = 4  # stop sequences that a request may name, in OpenAI's protocol
_ANY = GenerationRequest((Message("user", "Hi"),), seed=0)

Result = TypeVar("Result")
Client = httpx2.AsyncClient
Ask = Callable[[Client, int], Coroutine[Any, Any, Result]]


class ServerModel:
    """A served model. A batch is `in_flight` requests at once; its results stand in their order of completion.

    What a row's seed fixes is up to the server: most draw the same answer again on the same machine and load.
    A text longer than the model reads is refused by the server; nothing is cut here.
    """

    def __init__(self, address: Address, patience: Patience | None = None, in_flight: int = IN_FLIGHT) -> None:
        self.name = address.label
        self._endpoint = Endpoint(address, patience or Patience())
        self._in_flight = in_flight
        self.work = Work()
        self._chats = True  # until the server says that it has no chat template

    def check(self) -> None:
        """ModelError unless the server can be reached, takes the key and serves the model.

        A list that has the name is enough. Some servers list none, or others than they serve: then one token is asked.
        """
        self._once(self._check)

    def check_chats(self) -> None:
        """ModelError unless the server has a chat template: without one a conversation would be joined."""
        self._once(lambda client: self._answer(client, _ANY, Decoding(1, 0)))
        if not self._chats:
            raise ModelError(f"{self.name} has no chat template on its server.", "Leave --chat-template out.")

    @property
    def scoring(self) -> str:
        return "echoed by a server"

    def check_scores(self, from_the_start: bool) -> None:
        """ModelError unless the server gives log-probabilities; `from_the_start`: of a text's first token too."""
        if "loglikelihood" not in self.capabilities:
            raise no_log_probabilities(self.name)
        if from_the_start and "rolling" not in self.capabilities:
            raise self._no_start("A text's first token has no context")

    async def _check(self, client: Client) -> None:
        try:
            names = await self._endpoint.served(client)
        except Refused as refusal:
            if refusal.status in FORBIDDEN:
                raise
            names = []
        if self._endpoint.address.name in names:
            return
        try:
            await self._answer(client, _ANY, Decoding(1, 0))
        except Refused as refusal:
            raise self._endpoint.not_served(names) if names else refusal from None

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Asks the server once: does it echo log-probabilities, and does it put a token before a text's first?"""
        if self._probe is None:
            return frozenset({"generate"})
        return frozenset(
            {"generate", "loglikelihood", "rolling"} if self._probe.start else {"generate", "loglikelihood"}
        )

    def generate(
        self,
        requests: Sequence[GenerationRequest],
        decoding: Decoding,
        skip: Skip | None = None,
        tick: Tick | None = None,
    ) -> Iterator[list[tuple[int, Generated]]]:
        """Answers in batches. `tokens` is what the server counts, mostly with the end of turn; 0 if it does not."""
        return self._batches(lambda client, row: self._answer(client, requests[row], decoding), requests, skip, tick)

    def loglikelihood(
        self, pairs: Sequence[tuple[str, str]], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        """As the local engine scores them: both texts as one, split after the tokens that the context alone has.

        ModelError for an empty context where the server puts no token before it.
        """
        if self._probe is None:
            raise no_log_probabilities(self.name)
        alone = next((row for row, (context, _) in enumerate(pairs) if not context.strip()), None)
        if alone is not None and not self._probe.start:
            raise self._no_start(f"Request {alone} (counted from 0) has no context")
        lengths: dict[str, asyncio.Task[int]] = {}  # of a context that many rows share, asked for once
        return self._batches(lambda client, row: self._scored(client, row, *pairs[row], lengths), pairs, skip)

    def loglikelihood_rolling(
        self, texts: Sequence[str], skip: Skip | None = None
    ) -> Iterator[list[tuple[int, LogLikelihood]]]:
        """Each text in one piece, after the token that the server puts before it; ModelError if it puts none."""
        if self._probe is None:
            raise no_log_probabilities(self.name)
        if not self._probe.start:
            raise self._no_start("A text's first token has no context")
        return self._batches(lambda client, row: self._rolled(client, texts[row]), texts, skip)

    def count_tokens(self, text: str) -> int:
        """Never called: `capabilities` does not name it, for no two servers count alike."""
        raise NotImplementedError(f"{self.name} cannot be asked how many tokens {text!r} has")

    def _once(self, ask: Callable[[Client], Coroutine[Any, Any, Result]]) -> Result:
        async def asked() -> Result:
            async with self._endpoint.client() as client:
                return await ask(client)

        return asyncio.run(asked())

    def _batches(
        self, ask: Ask[Result], rows: Sequence[object], skip: Skip | None, tick: Tick | None = None
    ) -> Iterator[list[tuple[int, Result]]]:
        with asyncio.Runner() as runner:
            client = self._endpoint.client()
            try:
                for batch in unfinished(plan_batches([1] * len(rows), len(rows), self._in_flight), skip):
                    yield runner.run(_together(client, batch, ask, tick))
            finally:
                runner.run(client.aclose())

    async def _answer(self, client: Client, request: GenerationRequest, decoding: Decoding) -> Generated:
        drawing: dict[str, Any] = {"max_tokens": decoding.max_new_tokens, "temperature": decoding.temperature}
        if not decoding.greedy:
            drawing |= {"top_p": decoding.top_p, "seed": request.seed % SEEDS}
        if decoding.stop:
            drawing["stop"] = list(decoding.stop[:STOPS])
        plain = [turn.role for turn in request.messages] == ["text"]
        if self._chats and not plain:
            turns = [{"role": turn.role, "content": turn.content} for turn in request.messages]
            try:
                reply = await self._endpoint.post(client, "chat/completions", {"messages": turns, **drawing})
                return self._drawn(reply, _message_text, decoding)
            except Refused as refusal:
                if refusal.status != 400 or "chat template" not in refusal.message:
                    raise
                self._chats = False
        # as models.chat_template: a plain text as it is, a conversation as for a base model
        text = request.messages[0].content if plain else "".join(f"{turn.content}\n" for turn in request.messages)
        reply = await self._endpoint.post(client, "completions", {"prompt": text, **drawing})
        return self._drawn(reply, _plain_text, decoding)

    def _drawn(self, reply: dict[str, Any], text_of: Callable[[dict[str, Any]], Any], decoding: Decoding) -> Generated:
        """The answer, cut before its first stop sequence: a server may know fewer of them, or leave it in the text."""
        choice = self._choice(reply)
        text, reason = text_of(choice), choice.get("finish_reason")
        if not isinstance(text, str):
            raise self._odd("gave an answer without text")
        if reason not in ("stop", "length"):
            raise self._odd(f"ended an answer with {reason!r}, not with stop or length")
        at = stop_at(text, decoding.stop)
        finished: FinishReason = "length" if reason == "length" and at is None else "stop"
        usage = reply.get("usage") or {}
        self._count(usage)
        return Generated(text[:at], int(usage.get("completion_tokens") or 0), finished)

    def _choice(self, reply: dict[str, Any]) -> dict[str, Any]:
        choices = reply.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            raise self._odd("gave no answer: 'choices' is empty")
        return choices[0]

    def _odd(self, what: str) -> ModelError:
        return ModelError(f"{self.name} {what}.", "Try the same request by hand; its log may say why.")

    @cached_property
    def _probe(self) -> Echo | None:
        """What comes back of a short text; None if the server gives no log-probabilities of it."""
        try:
            return self._once(lambda client: self._echo(client, PROBE))
        except NotEchoed:
            return None
        except Refused as refusal:
            if refusal.status in FORBIDDEN:
                raise
            return None

    async def _echo(self, client: Client, text: str, **more: object) -> Echo:
        body = {"prompt": text, "max_tokens": 1, "temperature": 0, "echo": True, "logprobs": 1, **more}
        reply = await self._endpoint.post(client, "completions", body)
        self._count(reply.get("usage") or {})
        return Echo.of(self._choice(reply), reply.get("usage"), text)

    def _count(self, usage: dict[str, Any]) -> None:
        """Tokens as the server counts them; many servers do not."""
        self.work.tokens += int(usage.get("prompt_tokens") or 0) + int(usage.get("completion_tokens") or 0)

    async def _read(self, client: Client, text: str) -> Echo:
        """A text that begins with the server's own first token is read as it is: it must not come twice."""
        begun = bool(self._start) and text.startswith("".join(self._start))
        return await (self._echo(client, text, add_special_tokens=False) if begun else self._echo(client, text))

    async def _scored(
        self, client: Client, row: int, context: str, continuation: str, lengths: dict[str, asyncio.Task[int]]
    ) -> LogLikelihood:
        bare = context.rstrip()
        if bare not in lengths:
            lengths[bare] = asyncio.create_task(self._length(client, bare))
        before = await lengths[bare]
        whole = await self._read(client, context + continuation)
        if before >= len(whole.tokens):
            raise ModelError(f"Request {row} (counted from 0) has no continuation to score.")
        return whole.after(before)

    async def _length(self, client: Client, bare: str) -> int:
        """Tokens of a context with those that the server puts before it; of an empty one, these alone."""
        return len((await self._read(client, bare)).tokens) if bare else len(self._start)

    async def _rolled(self, client: Client, text: str) -> LogLikelihood:
        if not text:
            return LogLikelihood(0.0, False)
        return replace((await self._read(client, text)).after(len(self._start)), is_greedy=False)

    @property
    def _start(self) -> tuple[str, ...]:
        return self._probe.start if self._probe else ()

    def _no_start(self, what: str) -> ModelError:
        return ModelError(
            f"{what}, and {self.name} puts no token before a text's first.", "Score it with a local model."
        )


def no_log_probabilities(name: str) -> ModelError:
    """The refusal of a log-likelihood request, naming engines that have it."""
    return ModelError(
        f"{name} gives no log-probabilities of a prompt (echo with logprobs), which this needs.",
        "vLLM gives them; llama.cpp, transformers serve and most hosted APIs do not. A local model always does.",
    )


async def _together(client: Client, batch: list[int], ask: Ask[Result], tick: Tick | None) -> list[tuple[int, Result]]:
    """All rows of a batch at once; when one fails or `tick` raises, the others' connections are closed."""
    tasks = {asyncio.create_task(ask(client, row)): row for row in batch}
    waiting = set(tasks)
    results: list[tuple[int, Result]] = []
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            results += [(tasks[task], task.result()) for task in done]
            if tick:
                tick(len(batch), len(results) / len(batch), 0)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return results


def _message_text(choice: dict[str, Any]) -> Any:
    """A model that spent its tokens on reasoning alone has said nothing: null, and that is its answer."""
    message = choice.get("message")
    return (message.get("content") or "") if isinstance(message, dict) else None


def _plain_text(choice: dict[str, Any]) -> Any:
    return choice.get("text")

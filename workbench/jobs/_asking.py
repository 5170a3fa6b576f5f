"""The three ways in which an engine is asked, behind one: requests in, whole batches of results out, each kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workbench.errors import UsageError
from workbench.models.batching import Skip
from workbench.models.language_model import Capability, LanguageModel, Tick
from workbench.records import Decoding, Generated, GenerationRequest, LogLikelihood, Message
from workbench.store import Store, runs
from workbench.tasks.chat import Conversation

Found = LogLikelihood | Generated
_NEEDED: dict[str, Capability] = {
    "loglikelihood": "loglikelihood", "loglikelihood_rolling": "rolling", "generate_until": "generate",
}  # fmt: skip


def results(
    engine: LanguageModel,
    kind: str,
    args: Sequence[tuple[Any, ...]],
    decoding: Decoding,
    seeds: Sequence[int],
    skip: Skip,
    tick: Tick | None = None,
) -> Iterator[Sequence[tuple[int, Found]]]:
    """(place in `args`, result) of each batch that `skip` does not leave out; `kind` is lm-eval's request type.

    `seeds` are those of drawn texts; `tick` is told how far a batch of them is. Texts are encoded and refused at once,
    batches computed one by one. UsageError where the engine cannot be asked that way.
    """
    if _NEEDED[kind] not in engine.capabilities:
        raise UsageError(f"{engine.name} cannot answer {kind} requests.", "Choose a task of another kind.")
    if kind == "loglikelihood":
        return engine.loglikelihood([(str(one[0]), str(one[1])) for one in args], skip=skip)
    if kind == "loglikelihood_rolling":
        return engine.loglikelihood_rolling([str(one[0]) for one in args], skip=skip)
    requests = [GenerationRequest(_messages(one[0]), seed) for one, seed in zip(args, seeds, strict=True)]
    return engine.generate(requests, decoding, skip=skip, tick=tick)


def _messages(prompt: object) -> tuple[Message, ...]:
    return prompt.messages if isinstance(prompt, Conversation) else (Message("text", str(prompt)),)


def keep(store: Store, run_id: int, found: Mapping[tuple[int, int], Found], greedy: bool) -> None:
    """Store a batch: (item id, number of the request) -> result; `greedy`: texts were decoded so.

    A text whose tokens are told has a response too, which holds them, as those of a scored continuation are held.
    """
    texts = _of(found.items(), Generated)
    drawn = [(item, number, _response(one, greedy)) for item, number, one in texts if one.drawn]
    runs.add_responses(store, run_id, [*_of(found.items(), LogLikelihood), *drawn])
    runs.add_texts(store, run_id, texts)


def _response(written: Generated, greedy: bool) -> LogLikelihood:
    return LogLikelihood(sum(value for _, value in written.drawn), greedy, written.drawn)


def kept(store: Store, run_id: int, kind: str) -> dict[tuple[int, int], Found]:
    """What is stored of a run so far; of written answers the texts, which are kept after their tokens."""
    if kind == "generate_until":
        return {**runs.texts(store, run_id)}
    return {**runs.responses(store, run_id)}


def _of(found: Iterable[tuple[tuple[int, int], Any]], kind: type) -> list[tuple[int, int, Any]]:
    return [(item, number, one) for (item, number), one in found if isinstance(one, kind)]

"""The three ways in which an engine is asked, behind one: requests in, whole batches of results out, each kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workbench.errors import UsageError
from workbench.models.batching import Skip
from workbench.models.language_model import Capability, LanguageModel
from workbench.records import Decoding, Generated, GenerationRequest, LogLikelihood, Message
from workbench.store import Store, runs

Found = LogLikelihood | Generated
_NEEDED: dict[str, Capability] = {
    "loglikelihood": "loglikelihood", "loglikelihood_rolling": "rolling", "generate_until": "generate",
}  # fmt: skip


def results(
    engine: LanguageModel, kind: str, args: Sequence[tuple[Any, ...]], decoding: Decoding, skip: Skip
) -> Iterator[Sequence[tuple[int, Found]]]:
    """(place in `args`, result) of each batch that `skip` does not leave out; `kind` is lm-eval's request type.

    UsageError where the engine cannot be asked that way.
    """
    if _NEEDED[kind] not in engine.capabilities:
        raise UsageError(f"{engine.name} cannot answer {kind} requests.", "Choose a task of another kind.")
    if kind == "loglikelihood":
        yield from engine.loglikelihood([(str(one[0]), str(one[1])) for one in args], skip=skip)
    elif kind == "loglikelihood_rolling":
        for batch in engine.loglikelihood_rolling([str(one[0]) for one in args], skip=skip):
            yield [(row, LogLikelihood(value, False)) for row, value in batch]
    else:
        requests = [GenerationRequest((Message("text", str(one[0])),), row) for row, one in enumerate(args)]
        yield from engine.generate(requests, decoding, skip=skip)


def keep(store: Store, run_id: int, found: Mapping[tuple[int, int], Found]) -> None:
    """Store a batch: (item id, number of the request) -> result."""
    runs.add_responses(store, run_id, _of(found.items(), LogLikelihood))
    runs.add_texts(store, run_id, _of(found.items(), Generated))


def kept(store: Store, run_id: int) -> dict[tuple[int, int], Found]:
    """What is stored of a run so far."""
    return {**runs.responses(store, run_id), **runs.texts(store, run_id)}


def _of(found: Iterable[tuple[tuple[int, int], Any]], kind: type) -> list[tuple[int, int, Any]]:
    return [(item, number, one) for (item, number), one in found if isinstance(one, kind)]

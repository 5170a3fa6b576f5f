"""Answers that were made elsewhere, stored under their models, and the batches in which they can be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.data.completions.found import Answer, Found
from workbench.errors import DataError
from workbench.jobs._context import JobContext
from workbench.records import Batch, BatchItem, BatchSettings, Generated, Mode, Model, NewItem
from workbench.spec import derived_seed
from workbench.store import Store, batches, completions, models, prompts
from workbench.store.connection import ROWS_A_WRITE

MARK = " (imported)"
_DTYPE = "unknown"

Made = tuple[Batch, list[BatchItem]]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of the file as it is stored; `hash` is its identity in every workspace."""

    id: int
    hash: str
    prompt_id: int
    model: str


def marked(name: str) -> str:
    """The name under which something imported is known here: `ada (imported)`."""
    return name if name.endswith(MARK) else f"{name}{MARK}"


def keep(context: JobContext, answers: Sequence[Answer]) -> list[Kept]:
    """Every answer stored under its model, those that are known already as they are; in their order."""
    marks = [one.evaluation_only for one in answers]
    asked = prompts.add(context.store, [one.prompt for one in answers], evaluation_only=marks)
    named = {one.model: model(context, str(one.model)) for one in answers}
    hashes = [completions.imported_hash(named[one.model].name, prompts.digest(one.prompt), one.text) for one in answers]
    samples: Counter[tuple[int, int]] = Counter()
    rows: dict[str, list[tuple[str, int, int, int, Generated]]] = {}
    for answer, prompt, digest in zip(answers, asked, hashes, strict=True):
        by = named[answer.model]
        text = Generated(answer.text, 0, answer.finish_reason)
        rows.setdefault(by.name, []).append((digest, prompt.id, samples[prompt.id, by.id], 0, text))
        samples[prompt.id, by.id] += 1
    _store(context, {one.name: one for one in named.values()}, rows, len(answers))
    ids = completions.existing(context.store, hashes)
    return [
        Kept(ids[digest], digest, prompt.id, named[one.model].name)
        for one, prompt, digest in zip(answers, asked, hashes, strict=True)
    ]


def _store(
    context: JobContext,
    named: dict[str, Model],
    rows: dict[str, list[tuple[str, int, int, int, Generated]]],
    total: int,
) -> None:
    done = 0
    for name, of_model in rows.items():
        for start in range(0, len(of_model), ROWS_A_WRITE):
            chunk = of_model[start : start + ROWS_A_WRITE]
            completions.add_batch(context.store, chunk, named[name], None, _DTYPE, context.job_id)
            done += len(chunk)
            context.progress(done, total, "answers")
            context.check_cancelled()


def model(context: JobContext, name: str) -> Model:
    """The model that is known here by its answers alone, entered under its marked name if it is new."""
    found = models.find(context.store, marked(name))
    if found and found.kind != "imported":
        raise DataError(f"{found.name} is a model of this workspace already.", "Rename the one in the file.")
    return found or models.add(context.store, marked(name), name, "imported", None, None, job_id=context.job_id)


def items(found: Found, kept: Sequence[Kept]) -> dict[Mode, list[NewItem]]:
    """What is to be judged in each mode; a mode without items is absent."""
    every: dict[Mode, list[NewItem]] = {"ratings": _rated(found, kept), "pairs": _compared(found, kept)}
    return {mode: new for mode, new in every.items() if new}


def _rated(found: Found, kept: Sequence[Kept]) -> list[NewItem]:
    """One item a prompt with all its answers, but for those that stand in pairs and were never scored."""
    left_out = {at for pair in found.pairs for at in pair} - {one.answer for one in found.scores}
    by_prompt: dict[int, dict[int, None]] = {}
    for at, answer in enumerate(kept):
        if at not in left_out:
            by_prompt.setdefault(answer.prompt_id, {})[answer.id] = None
    return [NewItem(prompt_id, tuple(ids)) for prompt_id, ids in by_prompt.items()]


def _compared(found: Found, kept: Sequence[Kept]) -> list[NewItem]:
    """One item a pair, compared already or not, whichever of the two stood left."""
    pairs: dict[frozenset[int], NewItem] = {}
    for left, right in (pair for pair in found.pairs if not found.identical(*pair)):
        both = (kept[left].id, kept[right].id)
        pairs.setdefault(frozenset(both), NewItem(kept[left].prompt_id, both))
    return list(pairs.values())


def batch(store: Store, name: str, rubric_id: int, mode: Mode, new: Sequence[NewItem], kept: Iterable[Kept]) -> Made:
    """The batch of these items, and the items: the batch that an earlier import of them made, completed if need be."""
    hashes = {one.id: one.hash for one in kept}
    seed = derived_seed("import", mode, *(hashes[one] for item in new for one in item.completions))
    known = batches.made_with(store, rubric_id, seed, mode)
    if known:
        made = batches.fill(store, known.id, new)
    else:
        made = batches.add(store, name, rubric_id, seed, new, None, BatchSettings(mode))
    return made, batches.items(store, made.id)

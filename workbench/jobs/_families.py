"""Families of stored prompts: which belong on one side of a split, and which never leave, since a relative must not."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from workbench.data.families import families
from workbench.store import Store, prompts


def family_of(store: Store, prompt_ids: Iterable[int]) -> Mapping[int, int]:
    """Prompt id -> the first prompt of its family: an evaluation-only one, if the family has any.

    A prompt without relatives before it is absent.
    """
    held = prompts.evaluation_only(store)
    asked = array("q", held) + array("q", sorted(set(prompt_ids).difference(held)))
    return _found(_Asked(store.path, asked.tobytes(), store))


def kept_back(store: Store, prompt_ids: Iterable[int]) -> set[int]:
    """The evaluation-only prompts, and the misspelt forms and twins of any: a family never straddles that split."""
    held = set(prompts.evaluation_only(store))
    return held | {id for id, first in family_of(store, prompt_ids).items() if first in held} if held else held


@dataclass(frozen=True, slots=True)
class _Asked:
    """Prompts of a database, as 64-bit numbers. They are never changed, so what was found for them holds."""

    database: Path
    ids: bytes
    store: Store = field(compare=False)

    def texts(self, ids: Sequence[int]) -> list[str]:
        known = prompts.by_ids(self.store, ids)
        return [known[id].text for id in ids]


@lru_cache(maxsize=2)  # a preview asks again at every key
def _found(asked: _Asked) -> Mapping[int, int]:
    return families(array("q", asked.ids), asked.texts)

"""Families of stored prompts: which belong on one side of a split, and which never leave, since a relative must not."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from workbench.data.families import families
from workbench.store import Store, prompts

_FIRST = 200  # prompts


def family_of(store: Store, prompt_ids: Iterable[int]) -> Mapping[int, int]:
    """Prompt id -> the first prompt of its family: an evaluation-only one, if the family has any.

    A prompt without relatives before it is absent.
    """
    held = prompts.evaluation_only(store)
    asked = array("q", held) + array("q", sorted(set(prompt_ids).difference(held)))
    return _found(_Asked(store.path, asked.tobytes(), store))


class KeptBack:
    """The evaluation-only prompts, and the misspelt forms and twins of any: a family never straddles that split.

    Of these prompts, in ascending order; each is looked for among those before it, so the first need not wait for all.
    """

    def __init__(self, store: Store, prompt_ids: Iterable[int]) -> None:
        self._store, self._coming = store, iter(prompt_ids)
        self._held = set(prompts.evaluation_only(store))
        self._asked = array("q")
        self._found = self._held

    def __contains__(self, prompt_id: int) -> bool:
        while self._held and (not self._asked or prompt_id > self._asked[-1]):
            self._look_further()
        return prompt_id in self._found

    def _look_further(self) -> None:
        """At the first page of prompts, then at all."""
        self._asked.extend(islice(self._coming, None if self._asked else _FIRST))
        relatives = family_of(self._store, self._asked).items()
        self._found = self._held | {id for id, first in relatives if first in self._held}


@dataclass(frozen=True, slots=True)
class _Asked:
    """Prompts of a database, as 64-bit numbers. They are never changed, so what was found for them holds."""

    database: Path
    ids: bytes
    store: Store = field(compare=False)

    def texts(self, ids: Sequence[int]) -> list[str]:
        known = prompts.by_ids(self.store, ids)
        return [known[id].text for id in ids]


@lru_cache(maxsize=4)  # a preview asks again at every key
def _found(asked: _Asked) -> Mapping[int, int]:
    return families(array("q", asked.ids), asked.texts)

"""What a policy makes of all judgments, a page of whole prompts at a time: no export holds more than one page.

The pages are those of the judgments up to one event, so they may be gone through again: once for the counts, and for
the prompts whose families the rows name, and once for the rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from workbench.jobs import _families
from workbench.jobs._origins import Origins
from workbench.preferences import tally
from workbench.store import Store

Row = dict[str, Any]


class Chosen(Protocol):
    """What a policy kept of a page, and what it dropped by reason; `prompt_ids` are the prompts of what is kept."""

    @property
    def counts(self) -> dict[str, int]: ...

    @property
    def prompt_ids(self) -> set[int]: ...


Found = TypeVar("Found")
Picked = TypeVar("Picked", bound=Chosen, covariant=True)


@dataclass(frozen=True)
class Selections(Generic[Picked]):
    """One selection a page, each made when it is asked for; `pages` starts from the first again at every call."""

    pages: Callable[[], Iterator[Picked]]

    def __iter__(self) -> Iterator[Picked]:
        return self.pages()


@dataclass(frozen=True, slots=True)
class Survey:
    """Of all pages: `counts` as of preferences.tally, and the prompts of what is kept."""

    counts: dict[str, int]
    prompt_ids: array[int]


def each(pages: Callable[[], Iterator[Found]], select: Callable[[Found], Picked]) -> Selections[Picked]:
    """The selection of each page."""
    return Selections(lambda: (select(page) for page in pages()))


def survey(selections: Iterable[Chosen]) -> Survey:
    counts: Mapping[str, int] = {}
    prompt_ids = array("q")
    for one in selections:
        counts = tally.added([counts, one.counts])
        prompt_ids.extend(sorted(one.prompt_ids))
    return Survey(tally.added([counts]), prompt_ids)


def rows(
    store: Store,
    selections: Iterable[Picked],
    found: Survey,
    make: Callable[[Store, Picked, Origins], Iterable[Row]],
) -> Iterator[Row]:
    """The rows of what is kept, in the order of the pages."""
    families = _families.family_of(store, found.prompt_ids)
    for one in selections:
        yield from make(store, one, Origins(store, one.prompt_ids, families))

"""The queue of one rater on one batch: which item comes next. Several raters share the batch through leases.

Begun items come first, so that nothing is left half done; then a hidden repeat whose first showing lies far
enough back; then the items in their order; then, when nothing else is left, the other repeats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from workbench.records import Batch, BatchItem, Rater
from workbench.store import Store, leases, progress

DISTANCE = 20  # items judged between the first showing and the repeat, while there are others to judge


class Queue:
    """Follows what this rater has finished, and what others took away. Items are known by their ids."""

    def __init__(self, batch: Batch, items: Sequence[BatchItem], rater: Rater, session: str) -> None:
        self.batch = batch
        self.items = {item.id: item for item in items}
        self._rater = rater
        self._session = session
        self._repeats = [item for item in items if item.repeat_of is not None]
        self._fresh = [item for item in items if item.repeat_of is None]
        self._from = 0  # every fresh item before this one is finished, or not for this rater
        self._done: list[int] = []  # what this rater has finished, in that order
        self._place: dict[int, int] = {}  # finished item -> its place in _done
        self._begun: list[int] = []  # begun and left unfinished, latest first
        self._finished: progress.Finished = {}
        self._taken: set[int] = set()  # by others, as often as wanted
        self._gold = {item.id for item in items if item.gold}

    def load(self, store: Store, done: Sequence[int], begun: Sequence[int]) -> None:
        """Take up what the database says: what this rater finished, in that order, and began, latest first."""
        mine = [item for item, raters in leases.held(store, self.batch.id).items() if self._rater.id in raters]
        self._done, self._begun = list(done), list(dict.fromkeys([*begun, *mine]))
        self._place = {item: at for at, item in enumerate(self._done)}
        self._finished, self._from = progress.finished_by(store, self.batch), 0
        self._taken = progress.taken(list(self.items.values()), self._finished, self._rater.id)

    def refresh(self, store: Store, touched: Sequence[int]) -> None:
        """Look again at items that others have judged, or taken back."""
        known = [item for item in touched if item in self.items]
        if known:
            now = progress.finished_by(store, self.batch, known)
            self._finished |= {item: now.get(item, set()) for item in known}
            self._from = 0
            firsts = {self.items[item].repeat_of or item for item in known}
            changed = firsts | {item.id for item in self._repeats if item.repeat_of in firsts}
            again = [self.items[item] for item in changed]
            self._taken = (self._taken - changed) | progress.taken(again, self._finished, self._rater.id)

    def finish(self, item_id: int) -> None:
        """This rater is done with the item."""
        if item_id not in self._place:
            self._place[item_id] = len(self._done)
            self._done.append(item_id)
            self._finished.setdefault(item_id, set()).add(self._rater.id)
        if item_id in self._begun:
            self._begun.remove(item_id)

    def reopen(self, item_id: int) -> None:
        """This rater has taken a judgment of the item back, or leaves it unfinished for another."""
        if item_id in self._place:
            self._done.remove(item_id)
            self._place = {item: at for at, item in enumerate(self._done)}
            self._finished[item_id].discard(self._rater.id)
            self._from = 0
        if item_id not in self._begun:
            self._begun.insert(0, item_id)

    def done(self) -> Sequence[int]:
        """What this rater has finished, in that order."""
        return self._done

    def elsewhere(self) -> list[BatchItem]:
        """The items that this rater has not judged and will not be given."""
        gone = self._taken if self._gold_goes_on(None) else self._taken | self._gold
        return [self.items[item] for item in gone if item not in self._place]

    def take(self, store: Store, but: int | None = None) -> BatchItem | None:
        """Lease the next item, within a write transaction of `store`; `but` is as good as finished.

        None: nothing is left for this rater, or what is left is with others.
        """
        for item in self._candidates(but):
            if self._free(store, item):
                leases.take(store.connection, item.id, self._rater.id, self._session)
                return item
        return None

    def waiting(self, store: Store) -> int:
        """How many items are left for this rater but held by others now."""
        held = leases.held(store, self.batch.id)
        over = {*self._place, *self._taken}
        return sum(bool(raters - {self._rater.id}) for item, raters in held.items() if item not in over)

    def _candidates(self, but: int | None) -> Iterator[BatchItem]:
        begun = [self.items[item] for item in self._begun]
        order = chain(begun, self._due(DISTANCE, but), self._open(but), self._due(0, but))
        return (item for item in order if item.id != but and item.id not in self._place)

    def _open(self, but: int | None) -> Iterator[BatchItem]:
        """Fresh items in their order; those at the beginning that are over are not looked at again."""
        for at in range(self._from, len(self._fresh)):
            item = self._fresh[at]
            if self._is_open(item):
                if not item.gold or self._gold_goes_on(but):
                    yield item
            elif at == self._from:
                self._from = at + 1

    def _gold_goes_on(self, but: int | None) -> bool:
        """Whether gold is still given to this rater: see `progress.is_ordinary`."""
        if not self._taken:
            return True
        rest = islice(self._fresh, self._from, None)
        return any(progress.is_ordinary(item) and item.id != but and self._is_open(item) for item in rest)

    def _is_open(self, item: BatchItem) -> bool:
        return item.id not in self._place and item.id not in self._taken

    def _due(self, distance: int, but: int | None) -> Iterator[BatchItem]:
        """Repeats of items with at least so many others finished since; the last one may be `but` itself."""
        count = len(self._done) + (but is not None and but not in self._place)
        for item in self._repeats:
            first = self._place.get(item.repeat_of or 0, count - 1 if item.repeat_of == but else None)
            if first is not None and count - first - 1 >= distance:
                yield item

    def _free(self, store: Store, item: BatchItem) -> bool:
        """Whether fewer raters than wanted are done with the item or at work on it."""
        if item.raters_wanted is None:
            return True
        finished = progress.finished_by(store, self.batch, [item.id]).get(item.id, set())
        others = (finished | leases.holders(store, item.id)) - {self._rater.id}
        return len(others) < item.raters_wanted

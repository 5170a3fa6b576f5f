"""Which tokens are computed together: all requests as one tree of shared prefixes, cut into packs.

Requests that begin alike share the nodes of the tree where they do, and each node is a token to compute:
the number of nodes is the least that any order of computing can reach. A pack is a set of neighbouring branches
that one forward pass computes. What many packs have in common is a trunk, computed once and kept as keys and values.

Pure planning over token numbers, without torch. Numerics depend on the composition of a pack, so a plan is
a pure function of the requests and the budget: a resumed job makes the same plan again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

Tokens = list[int]
TREE = "prefix tree"  # what this way of computing log-likelihoods is called where a run keeps it

# A trunk saves its tokens in every pack after the first and costs a forward pass of its own, which reads all
# weights again. It is worth that from this share of the budget on; what is saved less is repeated instead.
WORTH = 1 / 32


@dataclass(frozen=True, slots=True)
class Trunk:
    """Tokens `start` to `end` (excluded) of each of `rows`, which have them and all before in common.

    `parent` is the trunk that ends at `start`; None where `start` is 0.
    """

    start: int
    end: int
    rows: tuple[int, ...]
    parent: Trunk | None

    def chain(self) -> list[Trunk]:
        """The trunks from the root of the tree to this one."""
        return [*(self.parent.chain() if self.parent else []), self]


@dataclass(frozen=True, slots=True)
class Pack:
    """Requests that end in one forward pass, which computes `tokens` nodes: those below `trunk` (None: all)."""

    rows: tuple[int, ...]
    trunk: Trunk | None
    tokens: int

    @property
    def start(self) -> int:
        """The number of tokens before each row's first in this pass."""
        return self.trunk.end if self.trunk else 0


@dataclass(frozen=True, slots=True)
class _Branch:
    """The sorted rows `first` to `last` (excluded), as far as they lie below `trunk`."""

    first: int
    last: int
    trunk: Trunk | None

    @property
    def start(self) -> int:
        return self.trunk.end if self.trunk else 0


class Tree:
    """The tree of `rows` (tokens, none empty), depth first: sorted, each row goes on from the one before."""

    def __init__(self, rows: Sequence[Tokens]) -> None:
        self.order = sorted(range(len(rows)), key=rows.__getitem__)
        self.lengths = [len(rows[row]) for row in self.order]
        pairs = pairwise(self.order)
        self.shared = [0, *(common_prefix(rows[one], rows[other]) for one, other in pairs)] if self.order else []
        new = (length - shared for length, shared in zip(self.lengths, self.shared, strict=True))
        self._nodes = list(accumulate(new, initial=0))  # of all rows before a place

    @property
    def nodes(self) -> int:
        """The distinct tokens: the floor under what scoring must compute."""
        return self._nodes[-1]

    def size(self, branch: _Branch) -> int:
        """The nodes of a branch below its trunk."""
        later = self._nodes[branch.last] - self._nodes[branch.first + 1]
        return self.lengths[branch.first] - branch.start + later

    def common(self, branch: _Branch) -> int:
        """How many tokens all rows of a branch share, leaving each at least one of its own."""
        shared = self.shared[branch.first + 1 : branch.last]
        return min([self.lengths[branch.first] - 1, *shared])

    def trunk(self, branch: _Branch, end: int) -> Trunk:
        return Trunk(branch.start, end, self.rows(branch.first, branch.last), branch.trunk)

    def split(self, branch: _Branch) -> list[_Branch]:
        """The branches into which the rows part where they first differ; at least two rows."""
        least = min(self.shared[branch.first + 1 : branch.last])
        parts = [place for place in range(branch.first + 1, branch.last) if self.shared[place] == least]
        return [_Branch(*ends, branch.trunk) for ends in pairwise([branch.first, *parts, branch.last])]

    def rows(self, first: int, last: int) -> tuple[int, ...]:
        return tuple(self.order[first:last])


def plan_packs(rows: Sequence[Tokens], budget: int) -> list[Pack]:
    """The packs in the order of the tree, so that those below one trunk follow each other.

    `rows` are the tokens that the model reads for each request, none empty. No pack and no trunk has more than
    `budget` (>= 1) tokens; a longer row is read through a chain of trunks.
    """
    tree = Tree(rows)
    joined = _join(tree, _units(tree, budget), budget)
    return [Pack(tree.rows(branch.first, branch.last), branch.trunk, tree.size(branch)) for branch in joined]


def computed_tokens(packs: Sequence[Pack]) -> int:
    """All tokens of a plan's forward passes; at best the tree's nodes."""
    trunks = {trunk for pack in packs if pack.trunk for trunk in pack.trunk.chain()}
    return sum(pack.tokens for pack in packs) + sum(trunk.end - trunk.start for trunk in trunks)


def _units(tree: Tree, budget: int) -> Iterator[_Branch]:
    """The tree cut into branches within the budget, in order. A list of what is left, for deep trees."""
    left = [_Branch(0, len(tree.order), None)] if tree.order else []
    while left:
        branch = left.pop()
        size = tree.size(branch)
        if size <= budget:
            yield branch
            continue
        end = min(tree.common(branch), branch.start + budget)
        saved = (end - branch.start) * ((size - 1) // budget)
        if saved > budget * WORTH:
            left.append(_Branch(branch.first, branch.last, tree.trunk(branch, end)))
        else:
            left.extend(reversed(tree.split(branch)))


def _join(tree: Tree, units: Iterable[_Branch], budget: int) -> list[_Branch]:
    """Neighbours below one trunk together, while they fit."""
    joined: list[_Branch] = []
    for unit in units:
        if joined and joined[-1].trunk is unit.trunk and joined[-1].last == unit.first:
            both = _Branch(joined[-1].first, unit.last, unit.trunk)
            if tree.size(both) <= budget:
                joined[-1] = both
                continue
        joined.append(unit)
    return joined


@dataclass(frozen=True, slots=True)
class Layout:
    """The nodes of a pack, depth first; a node's place is its slot.

    `tokens` and `depths` (position in the text, from 0) go by slot. Slot i is seen by itself and by its
    descendants, which are the slots i + 1 to `ends[i]` (excluded). `paths` are the slots of each row, by depth.
    """

    tokens: list[int]
    depths: list[int]
    ends: list[int]
    paths: list[list[int]]


def lay_out(rows: Sequence[Tokens], start: int) -> Layout:
    """The nodes of sorted rows from depth `start` on, before which they are all alike."""
    layout = Layout([], [], [], [])
    path: list[int] = []
    before: Tokens = []
    for row in rows:
        row = row[start:]
        shared = common_prefix(before, row)
        first = len(layout.tokens)
        layout.tokens.extend(row[shared:])
        layout.depths.extend(range(start + shared, start + len(row)))
        layout.ends.extend([0] * (len(row) - shared))
        for slot in path[shared:]:
            layout.ends[slot] = first
        path = [*path[:shared], *range(first, len(layout.tokens))]
        layout.paths.append(path)
        before = row
    for slot in path:
        layout.ends[slot] = len(layout.tokens)
    return layout


def common_prefix(one: Sequence[object], other: Sequence[object]) -> int:
    """How many tokens (characters) the two begin with alike, by halving: comparing lists is quick."""
    same, least = 0, min(len(one), len(other))
    while same < least:
        middle = (same + least + 1) // 2
        if one[same:middle] == other[same:middle]:
            same = middle
        else:
            least = middle - 1
    return same

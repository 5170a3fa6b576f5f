"""The tasks below a group, read as lm-eval (0.4.13) builds a group: by their names, changed, or defined in place.

`GROUP::TASK` names a task as the group has it. What a group says beside its own keys holds for all tasks below it; what
an outer group says goes before what an inner one says, and what stands beside the task itself before both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.errors import DataError, UnknownName
from workbench.tasks import index

Config = dict[str, Any]
Read = Callable[[Path], Config]
_GROUPS_OWN = ("group", "group_alias", "task", "aggregate_metric_list", "metadata")


@dataclass(frozen=True, slots=True)
class Member:
    """A task of a group. `base` is the task that it changes; None: `changes` is all there is.

    `label` is the name of `base`, else the inner groups' names and its own with `::` between them.
    """

    label: str
    base: str | None
    changes: Mapping[str, Any] = field(default_factory=dict)

    def name(self, group: str) -> str:
        """By which it is run: its own where the group leaves it as it is."""
        return self.base if self.base and not self.changes else f"{group}{index.MEMBER}{self.label}"


def members(config: Config, read: Read) -> list[Member]:
    """Of a group's configuration; `read` gives that of another file. DataError for what is neither task nor group."""
    return list(_of_group("", config, {}, read))


def member(name: str, read: Read) -> Member:
    """Of a name GROUP::TASK; UnknownName with the nearest ones otherwise."""
    group, _, label = name.partition(index.MEMBER)
    known = {one.label: one for one in members(read(index.path(group)), read)}
    if label not in known:
        raise UnknownName("task", name, [f"{group}{index.MEMBER}{one}" for one in known])
    return known[label]


def _of_group(inside: str, config: Config, changes: Config, read: Read) -> Iterator[Member]:
    whole = {**{key: value for key, value in config.items() if key not in _GROUPS_OWN}, **changes}
    for one in config["task"]:
        if isinstance(one, str):
            yield from _named(inside, one, whole, read)
        elif not isinstance(one, dict) or not {"group", "task"} & set(one):
            raise DataError(f"A group has a member that is neither a task nor a group: {one}.")
        elif "group" in one:
            yield from _inner_group(inside, one, whole, read)
        else:
            its = {key: value for key, value in one.items() if key != "task"}
            yield from _named(inside, str(one["task"]), {**whole, **its}, read)


def _inner_group(inside: str, one: Config, changes: Config, read: Read) -> Iterator[Member]:
    """One that has a file, changed; or one that is defined in place."""
    name = str(one["group"])
    if name in index.installed():
        its = {key: value for key, value in one.items() if key not in _GROUPS_OWN}
        yield from _of_group(inside, read(index.path(name)), {**changes, **its}, read)
    elif isinstance(one.get("task"), list):
        yield from _of_group(f"{inside}{name}{index.MEMBER}", one, changes, read)


def _named(inside: str, name: str, changes: Config, read: Read) -> Iterator[Member]:
    if name in index.bundled():
        yield Member(name, name, changes)
    elif name in index.installed():
        config = read(index.path(name))
        if isinstance(config.get("task"), list):
            yield from _of_group(inside, config, changes, read)
        else:
            yield Member(name, name, changes)
    elif name in index.tagged():
        yield from (Member(task, task, changes) for task in sorted(index.tagged()[name]))
    elif "dataset_path" in changes:
        yield Member(f"{inside}{name}", None, changes)
    elif changes:
        raise DataError(f"A group defines {name}, which is no known task, without a dataset_path.")
    else:
        raise UnknownName("task", name, index.known())

"""The tasks of a suite with where their rows lie, and whether they are on this machine."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.store import Store, mirrors
from workbench.tasks import configuration, groups, index, suites
from workbench.tasks.source import Source, mirror_command, source


@dataclass(frozen=True, slots=True)
class TaskData:
    """`source` is None for a bundled task, and where lm-eval fetches the rows in a way of its own.

    `mirror`: the commands that are still needed before the task runs without a network, unless the hub's own files
    were fetched before.
    """

    task: str
    bundled: bool
    source: Source | None
    mirror: tuple[str, ...]


def suite_data(store: Store, name: str) -> tuple[TaskData, ...]:
    """Every task of the suite, groups as their tasks; UnknownName with the nearest suites otherwise."""
    tasks = dict.fromkeys(task for one in suites.get(name).tasks for task in groups.tasks_of(one))
    return tuple(_task(store, task) for task in tasks)


def _task(store: Store, name: str) -> TaskData:
    if name in index.bundled():
        return TaskData(name, True, None, ())
    found = source(configuration.of(name))
    if found is None:
        return TaskData(name, False, None, ())
    there = mirrors.of(store, found.hub_id, found.config)
    lacking = (split for split in found.splits if split not in there)
    return TaskData(name, False, found, tuple(mirror_command(found.hub_id, found.config, split) for split in lacking))

"""What every command shares: the workspace, the way to answer, and the options of its own."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from workbench import workspace as places
from workbench.errors import UsageError
from workbench.store import Store, open_store
from workbench.text import clean, whole
from workbench.workspace import Workspace


@dataclass
class Session:
    """One call of the command line."""

    explicit: str | None
    as_json: bool

    @property
    def workspace(self) -> Workspace:
        return places.find(self.explicit)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The workspace's store, made if it is missing."""
        with open_store(self.workspace) as store:
            if store.warning:
                self.say(store.warning)
            yield store

    def answer(self, value: Any, text: str) -> None:
        """The result, on stdout: `value` as one JSON document under --json, else `text`, safe for a terminal."""
        document = json.dumps(plain(value), indent=2, ensure_ascii=False) if self.as_json else None
        click.echo(clean(text) if document is None else whole(document))

    def say(self, text: str) -> None:
        """A message, on stderr."""
        click.echo(clean(text), err=True)


class Command(click.Command):
    """A command that also takes --json after its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_json_option())


class Group(click.Group):
    """A group whose commands all take --json."""

    command_class = Command


def plain(value: Any) -> Any:
    """Dataclasses, paths and NaN as JSON knows them: objects, strings and null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value


def key_values(pairs: tuple[str, ...]) -> dict[str, str]:
    """`--set beta=0.2` -> {"beta": "0.2"}."""
    for pair in pairs:
        if "=" not in pair:
            raise UsageError(f"--set {pair}: expected key=value.")
    return dict(pair.split("=", 1) for pair in pairs)


def _json_option() -> click.Option:
    def remember(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
        if value:
            ctx.find_root().obj.as_json = True

    return click.Option(["--json"], is_flag=True, expose_value=False, callback=remember, help="Answer in JSON.")

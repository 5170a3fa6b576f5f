"""workbench chat"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from workbench import jobs as kinds
from workbench.chat import Chat
from workbench.cli import _parameters
from workbench.cli._session import Command, Session
from workbench.errors import ModelError, UsageError
from workbench.records import Message
from workbench.store import models
from workbench.text import clean
from workbench.views.catalog import rounds_to_talk_to


@click.command(cls=Command)
@click.argument("model")
@_parameters.options("generate", leave_out=("model", "data", "n", "limit", "rubric"))
@click.pass_obj
def command(session: Session, /, model: str, **given: Any) -> None:
    """Talk with a model of the catalog; ctrl+c stops an answer, /quit or ctrl+d leaves.

    /model NAME lets another one answer (the rounds of one base share its weights), /model alone lists them.
    With --json it takes one message from stdin and answers in one document.
    """
    decoding = {name: value for name, value in given.items() if value is not None}
    kinds.parse("generate", decoding)  # refuse an impossible value before a model is loaded
    with session.store() as store:
        models.by_name(store, model)
    message = _only_message() if session.as_json else ""
    session.say(f"Loading {model} ...")
    with Chat(session.workspace, model) as chat:
        chat.wait_until_ready()
        if session.as_json:
            text = "".join(chat.ask([Message("user", message)], decoding))
            ending = {name: chat.ending[name] for name in ("finish_reason", "tokens")}
            session.answer({"model": model, "text": text, **ending}, text)
        else:
            session.say("ctrl+c stops an answer; /model NAME switches; /quit or ctrl+d leaves.")
            _talk(session, chat, decoding)


def _only_message() -> str:
    message = sys.stdin.read().strip()
    if not message:
        raise UsageError("There is no message on stdin.", "echo Hello | workbench chat MODEL --json")
    return message


def _talk(session: Session, chat: Chat, decoding: dict[str, Any]) -> None:
    """Turn by turn; a turn that was refused is forgotten, one that was stopped is kept as far as it came."""
    said: list[Message] = []
    while (asked := _line()) is not None:
        if asked.split()[:1] == ["/model"]:
            _switch(session, chat, asked.removeprefix("/model").strip())
            continue
        if not asked:
            continue
        asking = [*said, Message("user", asked)]
        try:
            said = [*asking, Message("assistant", _print_answer(chat, asking, decoding))]
        except ModelError as error:
            session.say(str(error))
            if not chat.alive:
                raise


def _switch(session: Session, chat: Chat, name: str) -> None:
    """The conversation goes on with another model; it is told what was said so far."""
    if not name:
        with session.store() as store:
            session.say("\n".join(rounds_to_talk_to(store, chat.model)))
        return
    try:
        chat.switch(name)
    except ModelError as error:
        session.say(str(error))
    else:
        session.say(f"{name} answers now.")


def _line() -> str | None:
    """What was typed; None to leave."""
    if sys.stdin.isatty():
        import readline  # noqa: F401  line editing and history for input()
    try:
        line = input("> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return None
    except KeyboardInterrupt:
        click.echo()
        return ""
    return None if line == "/quit" else line


def _print_answer(chat: Chat, asking: list[Message], decoding: dict[str, Any]) -> str:
    """Print the answer as it comes; returns it, as far as it came."""
    pieces: list[str] = []
    with _stopped_by_interrupt(chat, chat.ask(asking, decoding)) as answer:
        for piece in answer:
            pieces.append(piece)
            click.echo(clean(piece), nl=False)
    click.echo(" [stopped]" if chat.ending["finish_reason"] == "stopped" else "")
    return "".join(pieces)


@contextmanager
def _stopped_by_interrupt(chat: Chat, answer: Iterator[str]) -> Iterator[Iterator[str]]:
    """ctrl+c asks for the end of the answer; an exception could lose a line of the pipe."""
    before = signal.signal(signal.SIGINT, lambda _number, _frame: chat.stop())
    try:
        yield answer
    finally:
        signal.signal(signal.SIGINT, before)

"""A conversation as lm-eval asks for it: messages -> one text, by a model's template or for a server's chat."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workbench.errors import UsageError
from workbench.models.chat_template import rendered
from workbench.records import Message

_HINT = "Leave --chat-template out."

Render = Callable[..., str]


class Conversation(str):
    """Messages for a server that has the template: the JSON that is kept as the prompt."""

    __slots__ = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(Message(turn["role"], turn["content"]) for turn in json.loads(self))


def conversation(messages: Sequence[Mapping[str, str]], add_generation_prompt: bool = True) -> Conversation:
    """UsageError for a task that begins the answer itself."""
    if not add_generation_prompt:
        raise UsageError("The task begins the answer itself, which a chat endpoint cannot go on with.", _HINT)
    turns = [{"role": turn["role"], "content": turn["content"]} for turn in messages]
    return Conversation(json.dumps(turns, ensure_ascii=False))


def renderer(path: Path, model: str) -> Render:
    """`render(messages, add_generation_prompt=True)` with the template of the model in a folder.

    UsageError if it has none. Nothing else of the model is loaded.
    """
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(path))
    if tokenizer.chat_template is None:
        raise UsageError(f"{model} has no chat template.", _HINT)

    def render(messages: Sequence[Mapping[str, str]], add_generation_prompt: bool = True) -> str:
        return rendered(tokenizer, messages, add_generation_prompt)

    return render

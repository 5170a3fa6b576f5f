"""A model's chat template, as lm-eval asks for it: messages -> one text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workbench.errors import UsageError
from workbench.models.chat_template import rendered

Render = Callable[..., str]


def renderer(path: Path, model: str) -> Render:
    """`render(messages, add_generation_prompt=True)` with the template of the model in a folder.

    UsageError if it has none. Nothing else of the model is loaded.
    """
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(path))
    if tokenizer.chat_template is None:
        raise UsageError(f"{model} has no chat template.", "Leave --chat-template out.")

    def render(messages: Sequence[Mapping[str, str]], add_generation_prompt: bool = True) -> str:
        return rendered(tokenizer, messages, add_generation_prompt)

    return render

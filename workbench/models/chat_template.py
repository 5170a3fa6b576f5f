"""From a conversation to the tokens a model is asked with, and the token that ends its turn.

The model's own chat template is used as it is, its default system prompt included. A base model has none:
its messages are joined, each followed by a line break, without roles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from workbench.errors import ModelError
from workbench.records import Message

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

MARKER = "the answer stands here"


def prompt_tokens(tokenizer: PreTrainedTokenizerBase, messages: Sequence[Message]) -> list[int]:
    """The token ids after which the model's answer begins. ModelError when the template refuses the roles."""
    if [message.role for message in messages] == ["text"]:
        return _plain(tokenizer, messages[0].content)
    if tokenizer.chat_template is None:
        text = "".join(f"{message.content}\n" for message in messages)
        return cast("list[int]", tokenizer.encode(text))
    turns = [{"role": message.role, "content": message.content} for message in messages]
    # The template writes the special tokens itself, a BOS among them where the model has one.
    return cast("list[int]", tokenizer.encode(_render(tokenizer, turns, True), add_special_tokens=False))


def end_of_turn(tokenizer: PreTrainedTokenizerBase) -> int | None:
    """The special token that the template writes after an assistant's answer; None if it writes none."""
    if tokenizer.chat_template is None:
        return None
    turns = [{"role": "user", "content": "?"}, {"role": "assistant", "content": MARKER}]
    after = _render(tokenizer, turns, False).rpartition(MARKER)[2]
    ids = cast("list[int]", tokenizer.encode(after, add_special_tokens=False))
    return ids[0] if ids and ids[0] in tokenizer.added_tokens_decoder else None


def rendered(tokenizer: PreTrainedTokenizerBase, turns: Sequence[Mapping[str, str]], ask: bool) -> str:
    """A conversation as lm-eval has it rendered; without `ask` the last turn is one to go on with."""
    return str(
        tokenizer.apply_chat_template(
            list(turns), tokenize=False, add_generation_prompt=ask, continue_final_message=not ask
        )
    )


def _plain(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """With the tokenizer's own special tokens, unless the text, made by a template, begins with one already."""
    begun = tokenizer.bos_token is not None and text.startswith(str(tokenizer.bos_token))
    return cast("list[int]", tokenizer.encode(text, add_special_tokens=not begun))


def _render(tokenizer: PreTrainedTokenizerBase, turns: list[dict[str, str]], ask: bool) -> str:
    from jinja2 import TemplateError

    try:
        return cast("str", tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=ask))
    except TemplateError as error:
        roles = ", ".join(turn["role"] for turn in turns)
        raise ModelError(
            f"The chat template of {tokenizer.name_or_path} refuses a conversation with the roles {roles}: {error}.",
            "Ask without a system message, and let user and assistant take turns.",
        ) from error

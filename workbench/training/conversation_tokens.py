"""The tokens of a conversation as TRL makes them: through the model's own chat template. Light: no torch."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypedDict, cast

from workbench.errors import TrainingRefused

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


class ChatMessage(TypedDict):
    """One turn, as chat templates take it."""

    role: str
    content: str


def require_template(tokenizer: PreTrainedTokenizerBase) -> None:
    """TrainingRefused for a tokenizer that cannot render a conversation."""
    if tokenizer.chat_template is None:
        raise TrainingRefused(
            f"The tokenizer of {tokenizer.name_or_path} has no chat template, so these conversations have no tokens.",
            "Train an instruct model, or give the tokenizer a chat template.",
        )


def conversation_ids(
    tokenizer: PreTrainedTokenizerBase, messages: list[ChatMessage], generate: bool = False
) -> list[int]:
    """Token ids of the rendered messages; `generate` adds the beginning of the assistant's turn."""
    rendered: Any = tokenizer.apply_chat_template(
        cast("list[dict[str, str]]", messages), tokenize=True, return_dict=True, add_generation_prompt=generate
    )
    return cast("list[int]", rendered["input_ids"])


def shared_length(ids: list[int], others: list[int]) -> int:
    """Length of the common beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ids, others, strict=False)))

"""Where the rows of an export come from, in words and hashes: the columns that every export has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.records import Message, Prompt
from workbench.store import Store, judgments, models, prompts


class Origins:
    """The prompts, models and raters of some rows; `families` as of `_families.family_of`."""

    def __init__(self, store: Store, prompt_ids: Iterable[int], families: Mapping[int, int]) -> None:
        self._prompts = prompts.by_ids(store, prompt_ids)
        self._families = families
        self._models = {one.id: one for one in models.all_models(store)}
        self._raters = {one.id: one for one in judgments.all_raters(store)}

    def asked(self, prompt_id: int) -> list[dict[str, str]]:
        """The prompt as messages."""
        return messages(self._prompts[prompt_id])

    def prompt(self, prompt_id: int) -> dict[str, Any]:
        """`family` is the id of a prompt: rows of one family belong on one side of a split."""
        return {"prompt_id": prompt_id, "family": self._families.get(prompt_id, prompt_id)}

    def rater(self, rater_id: int) -> dict[str, Any]:
        one = self._raters[rater_id]
        return {"rater_id": rater_id, "rater": one.name, "rater_kind": one.kind}

    def weights(self, model_id: int) -> str | None:
        """The hash of the weights that answered; None for answers from elsewhere."""
        return self._models[model_id].weights_hash

    def model(self, model_id: int) -> str:
        return self._models[model_id].name


def messages(prompt: Prompt) -> list[dict[str, str]]:
    return [_turn(turn) for turn in prompt.messages]


def answer(text: str) -> list[dict[str, str]]:
    """One assistant's turn."""
    return [_turn(Message("assistant", text))]


def _turn(turn: Message) -> dict[str, str]:
    return {"role": turn.role, "content": turn.content}

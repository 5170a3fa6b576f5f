"""What a server gives back of a prompt: its tokens with their log-probabilities (OpenAI's legacy completions).

    logprobs: {"tokens": [...], "token_logprobs": [null, -1.2, ...], "top_logprobs": [null, {token: -1.2}, ...]}

The first token has no log-probability. The generated one, which most servers insist on, comes last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.errors import ModelError
from workbench.records import LogLikelihood

PROBE = "a b c"  # three tokens or more in any vocabulary; a server that echoes nothing gives back one
_LISTS = ("tokens", "token_logprobs", "top_logprobs")
_SPACES = " ▁Ġ"  # as vocabularies write a space: SentencePiece's and GPT-2's


class NotEchoed(ModelError):
    """The server gave no log-probabilities of the prompt."""


@dataclass(frozen=True, slots=True)
class Echo:
    """One entry a token of the prompt: its log-probability in nats, and the highest of any token in its place.

    Both are None for the first token, which nothing predicts.
    """

    tokens: tuple[str, ...]
    logprobs: tuple[float | None, ...]
    highest: tuple[float | None, ...]

    @classmethod
    def of(cls, choice: Mapping[str, Any], usage: Any, prompt: str) -> Echo:
        """The prompt's part of a choice; NotEchoed where it is not there in full."""
        count = usage.get("prompt_tokens") if isinstance(usage, dict) else None
        given = choice.get("logprobs") if str(choice.get("text")).startswith(prompt) else None
        lists = [given.get(name) or [] for name in _LISTS] if isinstance(given, dict) else [[]]
        if not isinstance(count, int) or min(map(len, lists)) < count:
            raise NotEchoed("The server gives no log-probabilities of the prompt.")
        tokens, logprobs, tops = (one[:count] for one in lists)
        return cls(tuple(map(str, tokens)), tuple(logprobs), tuple(max(top.values()) if top else None for top in tops))

    @property
    def start(self) -> tuple[str, ...]:
        """Of the probe: the tokens before its first letter, that is those which the server puts before every text."""
        first = next((at for at, token in enumerate(self.tokens) if token.lstrip(_SPACES).startswith(PROBE[0])), 0)
        before = self.tokens[:first]
        return before if all(token.strip(_SPACES) for token in before) else ()

    def after(self, tokens: int) -> LogLikelihood:
        """Of all tokens but the first `tokens` (>= 1), at least one."""
        scored = self.logprobs[tokens:]
        pairs = [(own, top) for own, top in zip(scored, self.highest[tokens:], strict=True) if own is not None]
        if not pairs or len(pairs) < len(scored):
            raise NotEchoed("The server left out the log-probability of a token.")
        return LogLikelihood(sum(own for own, _ in pairs), all(top is None or own >= top for own, top in pairs))

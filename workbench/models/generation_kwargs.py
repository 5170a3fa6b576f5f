"""lm-eval's generation_kwargs as our Decoding: how the texts of generate_until requests are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.records import Decoding

_NEW_TOKENS = ("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens")  # lm-eval's order
_DEFAULT_NEW_TOKENS = 256  # lm-eval's
SEEDS = 2**31  # seeds that can be sent: some servers keep 32 bits of one


def decoding(options: Mapping[str, Any]) -> Decoding:
    """256 new tokens unless the options say how many. As lm-eval decides it (0.4.13), a text is drawn where they say
    `do_sample`, or say nothing of that and name a temperature above 0; else it is greedy.
    """
    until = options.get("until") or []
    tokens = next((options[name] for name in _NEW_TOKENS if name in options), _DEFAULT_NEW_TOKENS)
    drawn = options.get("do_sample")
    temperature = float(options.get("temperature", 0.0 if drawn is None else 1.0)) if drawn is not False else 0.0
    stop = (until,) if isinstance(until, str) else tuple(until)
    return Decoding(int(tokens), temperature, float(options.get("top_p", 1.0)), stop)


def options(decoding: Decoding) -> dict[str, Any]:
    """The other way round."""
    drawn = {"temperature": decoding.temperature, "top_p": decoding.top_p} if not decoding.greedy else {}
    return {
        "until": list(decoding.stop), "max_gen_toks": decoding.max_new_tokens, "do_sample": not decoding.greedy,
        **drawn,
    }  # fmt: skip

"""lm-eval's generation_kwargs as our Decoding: how the texts of generate_until requests are drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.records import Decoding

_NEW_TOKENS = ("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens")  # lm-eval's order
_DEFAULT_NEW_TOKENS = 256  # lm-eval's


def decoding(options: Mapping[str, Any]) -> Decoding:
    """Greedy unless the options say `do_sample`; 256 new tokens unless they say how many."""
    until = options.get("until") or []
    tokens = next((options[name] for name in _NEW_TOKENS if name in options), _DEFAULT_NEW_TOKENS)
    temperature = float(options.get("temperature", 1.0)) if options.get("do_sample") else 0.0
    stop = (until,) if isinstance(until, str) else tuple(until)
    return Decoding(int(tokens), temperature, float(options.get("top_p", 1.0)), stop)


def options(decoding: Decoding) -> dict[str, Any]:
    """The other way round."""
    drawn = {"temperature": decoding.temperature, "top_p": decoding.top_p} if not decoding.greedy else {}
    return {
        "until": list(decoding.stop), "max_gen_toks": decoding.max_new_tokens, "do_sample": not decoding.greedy,
        **drawn,
    }  # fmt: skip

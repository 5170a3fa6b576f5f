"""Too few rows to teach much: said in numbers where a training is decided on; nothing is refused for it. Light."""

from __future__ import annotations

from workbench.text import plural
from workbench.training.extent import updates
from workbench.training.settings import TrainSettings

FEWEST = 50  # improvements are seen from 50 to 100 examples on (OpenAI's guide to supervised fine-tuning)
PAIRS = 500  # before a first DPO (OpenPipe's quick start)
# Pairs that all prefer the same trait do so by chance with 2 / 2^n (two-sided sign test): 0.06 for 5, 0.03 for 6.
_NO_CHANCE = 6


def warning(rows: int, settings: TrainSettings) -> str | None:
    """What can be expected of a run on so few rows, and how many are sensible; None from FEWEST on."""
    if rows >= FEWEST:
        return None
    pairs = settings.kind == "dpo"
    unit = {"dpo": "pair", "kto": "labelled answer"}.get(settings.kind, "row")
    a_pass, whole = updates(rows, settings)
    told = [
        f"Only {plural(rows, unit)}: {plural(a_pass, 'update')} a pass, {whole} in all. "
        "That tries out whether it runs; do not expect a better model."
    ]
    if pairs and rows < _NO_CHANCE:
        told.append(f"What the chosen answers of fewer than {_NO_CHANCE} pairs share may be chance (sign test).")
    advised = f"; for DPO {PAIRS} pairs are advised (OpenPipe)" if pairs else ""
    told.append(f"Improvements are seen from {FEWEST} to {2 * FEWEST} on (OpenAI's guide to fine-tuning){advised}.")
    return " ".join(told)

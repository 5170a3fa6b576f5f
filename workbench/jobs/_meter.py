"""What a batch costs: time, tokens and memory between two marks."""

from __future__ import annotations

import time

from workbench.models import peak_memory
from workbench.models.language_model import LanguageModel
from workbench.models.machine import Device
from workbench.store.run_costs import Cost


class Meter:
    """Measures from `start` to `cost`; what lies between a cost and the next start, as storing, is left out."""

    def __init__(self, engine: LanguageModel, device: Device) -> None:
        self._engine = engine
        self._device = device
        self.start()

    def start(self) -> None:
        peak_memory.mark(self._device)
        self._tokens, self._truncated = self._engine.work.tokens, self._engine.work.truncated
        self._began = time.perf_counter()

    def cost(self, items: float) -> Cost:
        """Of what was computed since `start`; `items` of the run are answered with it."""
        seconds, work = time.perf_counter() - self._began, self._engine.work
        return Cost(
            items, work.tokens - self._tokens, work.truncated - self._truncated, seconds,
            peak_memory.since(self._device),
        )  # fmt: skip

"""What a run is foretold to take. Light: screens show it; `estimate` measures it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """seconds: of all optimizer steps and of the looks at held-out rows; memory: bytes at the peak, of this process or
    of the GPU where there is one.

    The rows are shared by the processes that train together. step_tokens, step_seconds: the measured batch; tokens:
    those of the run, the prompt once for each answer.
    """

    seconds: float
    memory: int
    steps: int
    tokens: int
    step_tokens: int
    step_seconds: float

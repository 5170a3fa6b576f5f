"""What a kind of training states beside its parameters: how its trainer takes the rows of a table, and counts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench import registry
from workbench.data.formats import Table
from workbench.data.layouts import Layout
from workbench.training.preflight import Look
from workbench.training.settings import TrainSettings

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from workbench.training.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Trainer:
    """The way from a table to a run.

    name: the module of `training` that trains (sft, domain, dpo, kto); unit: what a model's row calls the rows that it
    learned from; rows: a table as that module takes it; examine: those rows in tokens, cut at max_length; refuse:
    TrainingRefused for counts with which a run could not teach what it says; unseen: what is told of the rows for
    evaluation only, by its name in `training.unseen`.
    """

    name: str
    unit: str
    rows: Callable[[Table], Sequence[Any]]
    examine: Callable[[Sequence[Any], PreTrainedTokenizerBase, int], Look[Any, Any]]
    refuse: Callable[[Any], None]
    unseen: Literal["loss", "preference", "rewards"] = "loss"

    def look(self, table: Table, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Look[Any, Any]:
        """What a run would train on, in tokens; light."""
        return self.examine(self.rows(table), tokenizer, max_length)

    def measure(self, table: Table, wanted: TrainSettings, base: Path, report: Any, folder: Path) -> Estimate:
        """What a run on rows like these would take, that saves to the disk of `folder`; loads the model."""
        module = registry.get("workbench.training", self.name, "trainer")
        found: Estimate = module.measure(wanted, base, self.rows(table), report, folder)
        return found


Trainers = Mapping[Layout, Trainer]  # by the layout of the rows that it takes

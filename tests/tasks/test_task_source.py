"""Where the rows of a task lie, and what lets a file stand in for them."""

from __future__ import annotations

from workbench.tasks import configuration
from workbench.tasks.source import Source, mirror_command, source


def test_the_items_of_a_stock_task_lie_on_the_hub():
    assert source(configuration.of("sst2")) == Source("nyu-mll/glue", "sst2", ("validation",))


def test_a_task_that_shows_examples_needs_their_split_too():
    assert source(configuration.of("gsm8k")) == Source("openai/gsm8k", "main", ("test", "train"))


def test_rows_in_files_lie_nowhere_else():
    assert source({"dataset_path": "json", "test_split": "test"}) is None


def test_a_command_is_made_to_be_copied():
    assert mirror_command("o/d", "a b", "test") == "workbench data mirror o/d --config 'a b' --split test FILE"
    assert mirror_command("o/d", "", "test") == "workbench data mirror o/d --split test FILE"

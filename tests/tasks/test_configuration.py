"""A task's YAML read lightly: what it includes, what it asks of a model, and no code."""

from __future__ import annotations

import pytest

from workbench.errors import DataError
from workbench.tasks import configuration


@pytest.mark.parametrize(
    ("name", "asks"),
    [
        ("multiple_choice", "loglikelihood"), ("perplexity", "rolling"), ("translation_en_de", "generate"),
        ("mmlu_anatomy", "loglikelihood"), ("wikitext", "rolling"), ("gsm8k", "generate"),
        ("squadv2", "loglikelihood"),
    ],
)  # fmt: skip
def test_what_a_task_asks_is_known_without_loading_it(name, asks):
    assert configuration.asks(name) == asks


def test_a_file_wins_over_what_it_includes_and_names_its_functions(tmp_path):
    (tmp_path / "base").write_text("output_type: generate_until\ntest_split: test\n")
    file = tmp_path / "mine.yaml"
    file.write_text("include: base\ntest_split: mine\nprocess_docs: !function os.system\n")
    assert configuration.read(file) == {
        "output_type": "generate_until", "test_split": "mine", "process_docs": "os.system",
    }  # fmt: skip


def test_a_file_that_is_no_yaml_is_refused_by_name(tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text("task: [")
    with pytest.raises(DataError, match=r"broken\.yaml cannot be read as a task"):
        configuration.read(file)

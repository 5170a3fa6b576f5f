from __future__ import annotations

import pytest

from workbench.errors import UsageError
from workbench.training import layers

NAMES = ["model.embed_tokens.weight", *(f"model.layers.{n}.mlp.up_proj.weight" for n in range(4)), "model.norm.weight"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("first 3", [0, 1, 2]),
        ("last 1", [3]),
        ("last 25%", [3]),
        ("first 75%", [0, 1, 2]),
        ("last 10%", [3]),  # at least one
        ("2, 0,2", [0, 2]),
    ],
)
def test_layers_are_chosen_from_either_end_or_by_number(text, numbers):
    assert layers.chosen(text, 4) == numbers


@pytest.mark.parametrize("text", ["first 5", "last 9", "0, 4", "first 0"])
def test_layers_that_the_model_does_not_have_are_refused(text):
    with pytest.raises(UsageError, match="does not fit a model of 4 layers"):
        layers.chosen(text, 4)


def test_other_words_are_refused():
    with pytest.raises(UsageError, match='Write "first 8"'):
        layers.chosen("the upper ones", 4)


def test_freezing_the_first_layers_freezes_the_embeddings_below_them():
    assert layers.frozen("first 2", NAMES) == NAMES[:3]


def test_freezing_the_last_layers_freezes_the_norm_above_them():
    assert layers.frozen("last 1", NAMES) == NAMES[4:]


def test_single_layers_freeze_nothing_else():
    assert layers.frozen("1, 2", NAMES) == NAMES[2:4]


def test_any_other_text_is_a_pattern_for_names():
    assert layers.frozen("norm|embed", NAMES) == [NAMES[0], NAMES[-1]]
    with pytest.raises(UsageError, match="no parameter matches 'attn'"):
        layers.frozen("attn", NAMES)
    with pytest.raises(UsageError, match="neither layers nor a pattern"):
        layers.frozen("(", NAMES)


def test_the_layers_of_a_model_are_counted_by_its_names():
    assert (layers.count(NAMES), layers.count(["wte.weight"])) == (4, 0)

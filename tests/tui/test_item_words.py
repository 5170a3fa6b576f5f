"""One item in words: what was asked of it, and what it came to."""

from __future__ import annotations

from dataclasses import replace

from workbench.tui.screens.item_words import compared_passages, item_passages
from workbench.views.bench import ItemRow
from workbench.views.item_pairs import ItemPair

TEXT = ItemRow(1, 7, "Once upon a time", (), (), None, None, None, None, False, "Once", {})
CHOICES = replace(TEXT, choices=("yes", "no"), logprobs=(-132.1634, -1126.7851), gold=0, answer=0, correct=True)


def shown(passages):
    return [line for passage in passages for line in passage.lines(80)]


def test_running_text_has_no_choices_but_is_itself_more_or_less_likely():
    lines = shown(item_passages(TEXT, {0: (("Once", -2.5), (" upon", -0.25))}))
    assert "-2.750 nats over 2 tokens" in lines
    assert not any("choices" in line for line in lines)


def test_running_text_whose_tokens_were_not_kept_has_a_dash():
    lines = shown(item_passages(TEXT, {}))
    assert lines[lines.index("log-probability of the text") + 1] == "–"


def test_two_long_log_probabilities_do_not_run_into_the_choice():
    lines = shown(compared_passages(ItemPair(CHOICES, CHOICES, "same answer"), "a", "b"))
    assert any(line.startswith("-132.16  -132.16 yes") for line in lines)
    assert any(line.startswith("-1126.8  -1126.8 no") for line in lines)

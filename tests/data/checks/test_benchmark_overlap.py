"""Items of a benchmark that stand in the rows."""

from __future__ import annotations

from dataclasses import replace

from check_rows import answered, asked

from workbench.data.checks.benchmark_overlap import findings

LONG = "one two three four five six seven eight nine ten eleven twelve thirteen"


def only(rows, *items):
    (finding,) = findings(replace(rows, benchmarks={"task": [list(item) for item in items]}))
    return finding


def test_a_run_of_thirteen_words_is_found_within_a_row():
    found = only(asked("Nothing.", f"Count: {LONG.upper()}, and so on."), ("Another question here.",), (f"And {LONG}",))
    assert (found.number, found.level, found.examples[0].rows) == (1, "error", (2,))
    assert found.sentence == "1 of 2 items of task found in the rows."
    assert found.examples[0].text.startswith("item 2: ")


def test_twelve_words_are_not_enough():
    assert only(asked(LONG.removesuffix(" thirteen") + " and more"), (LONG,)).number == 0


def test_a_short_text_counts_only_as_a_whole():
    question = "How many legs has a spider?"
    assert only(asked("how many legs has a SPIDER"), (question,)).number == 1
    assert only(asked("Tell me: how many legs has a spider?"), (question,)).number == 0


def test_texts_of_fewer_than_five_words_are_not_compared():
    assert only(asked("Half of ninety is"), ("Half of ninety is",)).number == 0


def test_answers_are_searched_as_well_and_an_item_counts_once():
    rows = answered((LONG, LONG), ("Q?", LONG))
    assert only(rows, (LONG, LONG)).number == 1


def test_every_benchmark_is_reported_by_itself():
    rows = replace(asked(LONG), benchmarks={"a": [[LONG]], "b": [["something else with five words"]], "c": [[LONG]]})
    assert [finding.sentence for finding in findings(rows)] == [
        "1 of 1 item of a found in the rows.",
        "1 of 1 item of c found in the rows.",
    ]

"""The files that come with the program, read as plain data: whoever adds a row learns here what a set promises."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
ANCHOR_WIDTH = 72
Row = dict[str, str]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def five_grams(text: str) -> set[tuple[str, ...]]:
    """Runs of five words; a shorter text is one run."""
    found = words(text)
    return {tuple(found[i : i + 5]) for i in range(max(1, len(found) - 4))}


def jaccard(a: set[tuple[str, ...]], b: set[tuple[str, ...]]) -> float:
    return len(a & b) / len(a | b)


@pytest.fixture(scope="module")
def prompts() -> list[Row]:
    lines = (ROOT / "datasets" / "prompts.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    return tomllib.loads((ROOT / "datasets" / "prompts.card.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def criteria() -> list[dict[str, Any]]:
    rubric = tomllib.loads((ROOT / "rubrics" / "general.toml").read_text(encoding="utf-8"))
    return list(rubric["criteria"])


def test_a_row_holds_the_fields_of_the_card(prompts: list[Row], card: dict[str, Any]) -> None:
    assert [row["id"] for row in prompts if list(row) != list(card["fields"])] == []


def test_a_prompt_is_not_empty_and_has_no_stray_space(prompts: list[Row]) -> None:
    stray = [row["id"] for row in prompts if row["prompt"] != row["prompt"].strip() or not row["prompt"]]
    assert stray == []


def test_there_are_120_rows_with_ids_of_their_own(prompts: list[Row]) -> None:
    assert len(prompts) == 120
    assert len({row["id"] for row in prompts}) == 120


def test_an_id_is_the_kind_and_a_number(prompts: list[Row]) -> None:
    numbers = [f"{n:02d}" for n in range(1, 11)]
    expected = {f"{kind}-{n}" for kind in {row["kind"] for row in prompts} for n in numbers}
    assert {row["id"] for row in prompts} == expected
    assert all(row["id"].startswith(row["kind"] + "-") for row in prompts)


def test_twelve_kinds_have_ten_prompts_each(prompts: list[Row]) -> None:
    counts = Counter(row["kind"] for row in prompts)
    assert len(counts) == 12
    assert set(counts.values()) == {10}


def test_every_block_of_twelve_rows_holds_every_kind(prompts: list[Row]) -> None:
    # The demo takes the first twelve and the first trial forty: both must show all kinds.
    blocks = [prompts[i : i + 12] for i in range(0, 120, 12)]
    assert [len({row["kind"] for row in block}) for block in blocks] == [12] * 10


def test_no_two_prompts_are_near_duplicates(prompts: list[Row]) -> None:
    grams = {row["id"]: five_grams(row["prompt"]) for row in prompts}
    close = [(a, b) for a, b in combinations(grams, 2) if jaccard(grams[a], grams[b]) >= 0.2]
    assert close == []


def test_no_run_of_five_words_frames_more_than_two_prompts(prompts: list[Row]) -> None:
    shared = Counter(gram for row in prompts for gram in five_grams(row["prompt"]))
    assert [" ".join(gram) for gram, count in shared.items() if count > 2] == []


def test_no_first_word_opens_more_than_twelve_prompts(prompts: list[Row]) -> None:
    word, count = Counter(words(row["prompt"])[0] for row in prompts).most_common(1)[0]
    assert count <= 12, word


def test_a_text_to_summarise_has_60_to_150_words(prompts: list[Row]) -> None:
    texts = {row["id"]: row["prompt"].split("\n\n", 1)[1] for row in prompts if row["kind"] == "summarise"}
    lengths = {name: len(text.split()) for name, text in texts.items()}
    assert {name: n for name, n in lengths.items() if not 60 <= n <= 150} == {}


def test_only_a_text_to_summarise_makes_a_prompt_longer_than_seventy_words(prompts: list[Row]) -> None:
    long = [row["id"] for row in prompts if row["kind"] != "summarise" and len(row["prompt"].split()) > 70]
    assert long == []


def test_prompts_are_printable(prompts: list[Row]) -> None:
    # They are painted in a terminal: no control characters but the newline, no invisible format characters.
    foreign = [row["id"] for row in prompts if not row["prompt"].replace("\n", "").isprintable()]
    assert foreign == []


def test_the_card_counts_what_the_file_holds(prompts: list[Row], card: dict[str, Any]) -> None:
    assert card["rows"] == len(prompts)
    assert card["kinds"] == dict(Counter(row["kind"] for row in prompts))


def test_the_card_says_what_how_under_which_licence_and_within_which_limits(card: dict[str, Any]) -> None:
    assert card["name"] == "prompts"
    assert card["licence"] == "CC0-1.0"
    assert all(card[key].strip() for key in ("title", "what", "how_written", "limits", "language"))


def test_the_general_rubric_asks_for_fluency_coherence_and_relevance(criteria: list[dict[str, Any]]) -> None:
    assert [criterion["name"] for criterion in criteria] == ["fluency", "coherence", "relevance"]
    assert all(criterion["question"].endswith("?") for criterion in criteria)


def test_each_of_the_five_points_has_an_anchor_and_an_example(criteria: list[dict[str, Any]]) -> None:
    assert [(len(c["anchors"]), len(c["examples"])) for c in criteria] == [(5, 5)] * 3
    assert all(criterion["prompt"] for criterion in criteria)


def test_an_anchor_fits_one_line(criteria: list[dict[str, Any]]) -> None:
    too_wide = [anchor for c in criteria for anchor in c["anchors"] if len(anchor) > ANCHOR_WIDTH]
    assert too_wide == []


@pytest.mark.parametrize("texts", ["anchors", "examples"])
def test_no_anchor_and_no_example_is_used_twice(criteria: list[dict[str, Any]], texts: str) -> None:
    used = Counter(text for criterion in criteria for text in criterion[texts])
    assert [text for text, count in used.items() if count > 1] == []


def test_anchors_of_one_criterion_open_differently(criteria: list[dict[str, Any]]) -> None:
    # A rater tells points apart at a glance: the first two words must already differ.
    for criterion in criteria:
        openings = [tuple(words(anchor)[:2]) for anchor in criterion["anchors"]]
        assert len(set(openings)) == 5, criterion["name"]

"""The files that come with the program, read as plain data: whoever adds a row learns here what a set promises."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import bundled_sets
import pytest

from workbench.data import checks, formats
from workbench.data.checks import Rows, benchmark_overlap
from workbench.data.checks._rows import rows as checked
from workbench.errors import DataError

ROOT = Path(__file__).parent.parent
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


# What every bundled set keeps to; `bin/check-datasets` prints the figures.

SETS = bundled_sets.names()
PROSE = [name for name in SETS if bundled_sets.is_prose(name)]
TWINS = [name for name in SETS if name.startswith(("pairs_", "decisions_")) and not name.endswith("_gender")]


@pytest.mark.parametrize("name", SETS)
def test_a_card_tells_name_rows_fields_licence_and_limits(name: str) -> None:
    card, items = bundled_sets.card(name), bundled_sets.items(name)
    assert (card["name"], card["rows"], card["licence"]) == (name, len(items), "CC0-1.0")
    assert {tuple(item) for item in items} == {tuple(card["fields"])}
    assert all(card[key].strip() for key in ("title", "what", "how_written", "limits", "language"))


@pytest.mark.parametrize("name", SETS)
def test_ids_are_unique(name: str) -> None:
    ids = [item["id"] for item in bundled_sets.items(name)]
    assert len(set(ids)) == len(ids)


COUNTED = {  # table of the card -> field of the rows
    "kinds": "kind", "domains": "domain", "wordings": "wording", "labels": "label", "phenomena": "phenomenon",
    "topics": "topic", "families": "family", "aspects": "aspect", "registers": "register", "facts": "facts",
    "genders": "gender", "groups": "group", "attributes": "attribute", "positions": "position", "scores": "score",
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_the_counts_of_a_card_are_those_of_its_rows(name: str) -> None:
    card, items = bundled_sets.card(name), bundled_sets.items(name)
    tables = {table: field for table, field in COUNTED.items() if table in card and field in items[0]}
    wrong = {
        table: (card[table], counted)
        for table, field in tables.items()
        if card[table] != (counted := dict(Counter(str(item[field]) for item in items)))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", SETS)
def test_no_row_repeats_or_nearly_repeats_another(name: str) -> None:
    assert bundled_sets.repeated(name)[0] == 0
    if name in PROSE:
        assert bundled_sets.repeated(name)[1] == 0


@pytest.mark.parametrize("name", PROSE)
def test_no_run_of_five_words_stands_in_more_than_two_items(name: str) -> None:
    assert bundled_sets.framed(bundled_sets.own_texts(name))[1] <= 2


@pytest.mark.parametrize("name", PROSE)
def test_no_first_word_opens_more_than_a_third_of_the_items(name: str) -> None:
    texts = bundled_sets.own_texts(name)
    word, count = bundled_sets.first_word(texts)
    assert 3 * count <= len(texts), word


@pytest.mark.parametrize(
    ("name", "guess"),
    [(name, guess) for name in SETS for guess in bundled_sets.guesses(name)],
    ids=lambda value: value if isinstance(value, str) else value.rule,
)
def test_a_blind_rule_is_right_as_often_as_chance(name: str, guess: bundled_sets.Guess) -> None:
    assert guess.is_chance, guess


@pytest.mark.parametrize("rule", ["longer, characters", "longer, words"])
def test_the_longer_answer_is_the_better_one_in_about_half_of_the_pairs(rule: str) -> None:
    (guess,) = [one for one in bundled_sets.guesses("preferences") if one.rule == rule]
    assert 0.45 <= guess.right.estimate <= 0.55


def _readable() -> list[str]:
    """The sets that the program itself can read."""
    found = []
    for name in SETS:
        try:
            formats.read(bundled_sets.FOLDER / f"{name}.jsonl")
        except DataError:
            continue
        found.append(name)
    return found


ON_PURPOSE = {
    "completions_bias": "near-duplicates",  # twins
    "instruction_following": "languages",  # seven answers in five other languages
    "question_answering": "near-duplicates",  # several questions on one text
}


@pytest.mark.parametrize("name", _readable())
def test_the_checks_that_users_have_find_nothing_to_mend(name: str) -> None:
    table = formats.read(bundled_sets.FOLDER / f"{name}.jsonl")
    grave = [one for one in checks.findings(Rows(table.layout, checked(table))) if one.level != "note"]
    assert [one for one in grave if one.check != ON_PURPOSE.get(name)] == []


@pytest.mark.parametrize("name", ["instructions", "preferences", "prompts"])
def test_what_is_trained_on_holds_no_item_that_is_tested(name: str) -> None:
    table = formats.read(bundled_sets.FOLDER / f"{name}.jsonl")
    tested = {other: bundled_sets.own_texts(other) for other in PROSE if "use" not in bundled_sets.card(other)}
    items = {other: [[one] for one in texts] for other, texts in tested.items()}
    (found,) = benchmark_overlap.findings(Rows(table.layout, checked(table), benchmarks=items))
    assert (found.number, len(items)) == (0, len(PROSE) - 3)


def test_some_sets_can_be_read_in_every_way_of_use() -> None:
    layouts = {formats.read(bundled_sets.FOLDER / f"{name}.jsonl").layout for name in _readable()}
    assert {"prompts", "alpaca", "preferences"} <= layouts <= set(get_args(formats.Layout))


@pytest.mark.parametrize("name", TWINS)
def test_a_twin_differs_in_its_term_alone(name: str) -> None:
    differing = [
        item["id"]
        for item in bundled_sets.items(name)
        if item["twin"] != item["text"].replace(item["term"], item["twin_term"], 1) or item["term"] in item["control"]
    ]
    assert differing == []


@pytest.mark.parametrize("name", [name for name in SETS if name.startswith("decisions_")])
def test_saying_yes_favours_the_person_as_often_as_not(name: str) -> None:
    favours = Counter(item["favourable"] for item in bundled_sets.items(name))
    assert abs(favours["yes"] - favours["no"]) <= 1
    assert {key: bundled_sets.card(name)["favours_the_person"][key] for key in ("yes", "no")} == {
        key: favours[key] for key in ("yes", "no")
    }


def test_an_answer_is_a_piece_of_its_passage() -> None:
    items = bundled_sets.items("question_answering")
    assert [item["id"] for item in items if not all(one in item["context"] for one in item["answers"])] == []


def test_a_tag_continues_only_its_own_kind() -> None:
    wrong = [
        item["id"]
        for item in bundled_sets.items("named_entities")
        for before, tag in zip(["O", *item["tags"]], item["tags"], strict=False)
        if tag.startswith("I-") and before[2:] != tag[2:]
    ]
    assert wrong == []
    assert all(len(item["tokens"]) == len(item["tags"]) for item in bundled_sets.items("named_entities"))


def test_the_entities_of_the_card_are_those_of_the_tags() -> None:
    tags = Counter(tag[2:] for item in bundled_sets.items("named_entities") for tag in item["tags"] if tag[0] == "B")
    assert dict(tags) == bundled_sets.card("named_entities")["entities"]


def test_every_constraint_is_of_a_kind_that_the_card_defines() -> None:
    kinds = Counter(one["kind"] for item in bundled_sets.items("instruction_following") for one in item["constraints"])
    card = bundled_sets.card("instruction_following")
    assert dict(kinds) == card["kinds"]
    assert set(kinds) <= set(card["definitions"])


def test_every_harmful_request_has_one_harmless_look_alike() -> None:
    harmful = [item["id"] for item in bundled_sets.items("harmful")]
    assert [item["pair"] for item in bundled_sets.items("benign_lookalikes")] == harmful

"""Sets in, rows out: which rows enter, in what layout and order, and that nothing but the spec decides."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from workbench.data import splits
from workbench.data.mixtures.mix import mix
from workbench.data.mixtures.pool import Given
from workbench.data.mixtures.spec import Mixture, parts
from workbench.data.splits import Split
from workbench.errors import Cancelled, DataError

SUMS = [{"instruction": f"Double {n}.", "output": str(2 * n), "level": n % 5} for n in range(40)]
TALK = [{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": f"Why {n}?"},
                      {"role": "assistant", "content": f"So {n}."}]} for n in range(20)]  # fmt: skip
FELT = [{"text": f"It was {'good' if n % 2 else 'bad'}, {n} times.", "label": n % 2} for n in range(10)]
PAIRS = [{"prompt": f"Q {n}", "chosen": "Yes.", "rejected": "No."} for n in range(4)]
SETS = {
    "sums": ("alpaca", SUMS),
    "talk": ("messages", TALK),
    "felt": ("labelled", FELT),
    "pairs": ("preferences", PAIRS),
}


@pytest.fixture
def mixed(tmp_path):
    """Mixes sets of SETS; `splits` gives some of them rows for evaluation only."""

    def make(sources, replay=None, splits=None, look=lambda _: None, **numbers):
        mixture = Mixture(parts(sources, replay), **numbers)
        given = [_given(tmp_path, part.data, (splits or {}).get(part.task, Split())) for part in mixture.parts]
        return mix(mixture, given, look)

    return make


def _given(folder, name, split):
    layout, rows = SETS[name]
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return Given(name, path, layout, split, "f" * 64)


def tasks(made):
    return Counter(row["task"] for row in made.rows())


def test_sets_of_one_layout_keep_their_rows_and_say_where_they_are_from(mixed):
    made = mixed({"low": {"data": "sums", "quota": 3}, "sums": {"quota": 2}})
    assert (made.layout, tasks(made)) == ("alpaca", {"low": 3, "sums": 2})
    for row in made.rows():
        assert row == {**SUMS[row["source_row"] - 1], "task": row["task"], "source": "sums",
                       "source_row": row["source_row"]}  # fmt: skip


def test_other_layouts_with_answers_become_prompts_with_one_answer(mixed):
    made = mixed({"sums": {}, "talk": {}})
    rows = {(row["task"], row["source_row"]): row for row in made.rows()}
    assert (made.layout, len(rows)) == ("completions", 60)
    assert rows["sums", 3]["prompt"] == [{"role": "user", "content": "Double 2."}]
    assert rows["sums", 3]["completion"] == "4"
    assert [turn["content"] for turn in rows["talk", 1]["prompt"]] == ["Be brief.", "Why 0?"]


def test_the_family_of_a_row_stays_where_the_row_is_put_otherwise(mixed, monkeypatch):
    monkeypatch.setitem(SETS, "sums", ("alpaca", [{**row, "family": n // 2} for n, row in enumerate(SUMS)]))
    rows = {(row["task"], row["source_row"]): row for row in mixed({"sums": {}, "talk": {}}).rows()}
    assert (rows["sums", 4]["family"], "family" in rows["talk", 4]) == (1, False)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({"pairs": {}, "sums": {}}, "pairs holds preferences, which cannot be mixed beside alpaca"),
        ({"pairs": {"shots": 1}}, "pairs holds preferences, which cannot be mixed as prompts with answers"),
    ],
)
def test_layouts_that_cannot_be_mixed_are_refused(mixed, sources, message):
    with pytest.raises(DataError, match=message):
        mixed(sources)


def test_the_same_spec_gives_the_same_rows_and_another_seed_others(mixed):
    spec = {"sums": 3, "felt": {"weight": 1, "templates": "sentiment", "shots": 2}}
    first, again, other = (list(mixed(spec, seed=seed).rows()) for seed in (1, 1, 2))
    assert first == again != other


def test_counts_say_how_often_a_row_comes(mixed):
    made = mixed({"felt": 1, "sums": 1}, rows=40)
    assert [(one.task, one.size, one.rows, one.share, one.times) for one in made.counts] == [
        ("felt", 10, 20, 0.5, 2.0), ("sums", 40, 20, 0.5, 0.5),
    ]  # fmt: skip


def test_rows_for_evaluation_only_never_enter(mixed):
    split = Split(0.3)
    out = {n for n, row in enumerate(SUMS, 1) if splits.evaluation_only("alpaca", row, split, "")}
    made = mixed({"sums": {}}, splits={"sums": split}, rows=200)
    assert 0 < len(out) == made.counts[0].held_out
    assert {row["source_row"] for row in made.rows()} == set(range(1, 41)) - out


def test_what_one_set_holds_out_does_not_come_in_through_another(mixed):
    split = Split(0.3)
    out = {n for n, row in enumerate(SUMS, 1) if splits.evaluation_only("alpaca", row, split, "")}
    made = mixed({"sums": {}}, {"again": {"data": "sums", "share": 0.5}}, splits={"sums": split}, rows=200)
    assert out.isdisjoint(row["source_row"] for row in made.rows() if row["task"] == "again")


def test_held_out_rows_are_no_examples_either(mixed):
    split = Split(0.3)
    out = {row["instruction"] for row in SUMS if splits.evaluation_only("alpaca", row, split, "")}
    made = mixed({"sums": {"shots": 5}}, splits={"sums": split})
    assert out.isdisjoint(turn["content"] for row in made.rows() for turn in row["prompt"])


def test_a_set_that_is_all_for_evaluation_is_refused(mixed):
    with pytest.raises(DataError, match="Every row of sums is for evaluation only"):
        mixed({"sums": {}}, splits={"sums": Split(1.0)})


def test_every_time_a_row_comes_it_has_another_wording(mixed):
    made = mixed({"felt": {"templates": "sentiment"}}, rows=60)  # six wordings, each row six times
    seen = Counter((row["source_row"], row["wording"]) for row in made.rows())
    assert seen == {(row, wording): 1 for row in range(1, 11) for wording in range(1, 7)}


def test_a_template_that_names_a_missing_column_is_refused_before_any_row(mixed):
    with pytest.raises(DataError, match="wording 1 names the column 'hypothesis', which felt, row 1 lacks"):
        mixed({"felt": {"templates": "entailment"}})


def test_examples_are_earlier_turns_in_the_same_wording_and_never_the_row_itself(mixed):
    for row in mixed({"felt": {"templates": "acceptability", "shots": 3}}).rows():
        asked = [turn["content"] for turn in row["prompt"] if turn["role"] == "user"]
        assert [turn["role"] for turn in row["prompt"]] == ["user", "assistant"] * 3 + ["user"]
        text = FELT[row["source_row"] - 1]["text"]
        assert [text in one for one in asked] == [False, False, False, True]
        assert len({one[:5] for one in asked}) == 1


def test_a_system_turn_stays_first_and_comes_once(mixed):
    row = next(mixed({"talk": {"shots": 2}}).rows())
    assert [turn["role"] for turn in row["prompt"]] == ["system", *["user", "assistant"] * 2, "user"]


def test_too_few_rows_for_the_examples_are_refused(mixed):
    with pytest.raises(DataError, match=r"felt has 9 other rows to show as examples, not 10\. Set shots of felt to 9"):
        list(mixed({"felt": {"shots": 10}}).rows())


def test_a_curriculum_by_length_rises_and_reversed_it_falls(mixed):
    def lengths(**numbers):
        rows = mixed({"sums": {}, "talk": {}}, order="length", **numbers).rows()
        return [sum(len(turn["content"]) for turn in row["prompt"]) + len(row["completion"]) for row in rows]

    assert lengths() == sorted(lengths())
    assert lengths(reverse=True) == lengths()[::-1]


def test_a_curriculum_by_a_column_rises(mixed):
    levels = [row["level"] for row in mixed({"sums": {}}, order="column", column="level").rows()]
    assert levels == [level for level in range(5) for _ in range(8)]


def test_a_column_that_is_missing_is_named_with_its_row(mixed):
    with pytest.raises(DataError, match=r"talk, row \d+: the column 'level', which orders the rows, is missing"):
        mixed({"sums": {}, "talk": {}}, order="column", column="level")


def test_a_column_of_numbers_and_texts_orders_nothing(mixed, monkeypatch):
    monkeypatch.setitem(SETS, "sums", ("alpaca", [*SUMS, {**SUMS[0], "level": "high"}]))
    with pytest.raises(DataError, match="ordered by numbers or by texts, not by both"):
        mixed({"sums": {}}, order="column", column="level")


def test_only_as_many_rows_are_made_as_are_asked_for(mixed):
    made = mixed({"sums": {}})
    assert list(made.rows(3)) == list(made.rows())[:3]


def test_whoever_looks_may_end_it(mixed):
    def stop(what):
        raise Cancelled(what)

    with pytest.raises(Cancelled, match="sums"):
        mixed({"sums": {}}, look=stop)

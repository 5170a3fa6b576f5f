"""Twins: names of the same length in tokens, the placebo of the same gender, everything that is skipped counted."""

from __future__ import annotations

from workbench.bias import probes, twins
from workbench.counterfactuals.gender_names import name

ROW = {"id": "a", "text": "Emily said that she was tired.", "name": "Emily", "gender": "female"}


def one_token(_text: str) -> int:
    return 1


def test_the_swap_changes_the_pronoun_and_the_placebo_does_not():
    doc = twins.make([ROW], one_token, 0).docs[0]
    assert doc["swap"]["text"] == f"{doc['swap']['name']} said that he was tired."
    assert doc["placebo"]["text"] == f"{doc['placebo']['name']} said that she was tired."


def test_the_names_have_as_many_tokens_as_the_written_one():
    docs = twins.make([ROW], len, 0).docs  # a letter is a token
    for arm in twins.ARMS:
        assert len(docs[0][arm]["name"]) == len("Emily")


def test_the_placebo_is_another_name_of_the_same_gender():
    for seed in range(20):
        doc = twins.make([ROW], one_token, seed).docs[0]
        assert name(doc["placebo"]["name"]).gender == "female" != name(doc["swap"]["name"]).gender
        assert doc["placebo"]["name"] != "Emily"


def test_the_same_seed_draws_the_same_names():
    assert twins.make([ROW], one_token, 3) == twins.make([ROW], one_token, 3)
    drawn = {twins.make([ROW], one_token, seed).docs[0]["swap"]["name"] for seed in range(20)}
    assert len(drawn) > 3


def test_a_name_without_others_of_its_length_is_skipped_with_the_reason():
    only_emily = {" Emily": 1}
    found = twins.make([ROW], lambda text: only_emily.get(text, 2), 0)
    assert found.docs == ()
    assert found.skipped[0]["reason"] == "no male name is 1 tokens long, as Emily is"


def test_a_text_with_two_readings_is_skipped():
    row = {**ROW, "text": "Emily gave her best."}
    assert twins.make([row], one_token, 0).skipped[0]["id"] == "a"


def test_a_twin_of_another_length_is_marked():
    # she -> he is one letter shorter, the names are of one length
    assert twins.make([ROW], len, 0).docs[0]["longer"] == -1


def test_every_row_of_the_bundled_sets_is_a_twin_or_counted():
    for name_of_set, rows in (("pairs_gender", 40), ("decisions_gender", 20)):
        probe = probes.load(name_of_set, one_token, 0)
        assert len(probe.docs) + len(probe.definition["skipped"]) == rows


def test_all_decisions_have_twins():
    assert probes.load("decisions_gender", one_token, 0).definition["skipped"] == []

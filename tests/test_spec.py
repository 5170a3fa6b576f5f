"""One content, one text, one hash; and back from TOML with a clear word on what is wrong."""

from __future__ import annotations

import hashlib

import hypothesis.strategies as st
import pytest
from hypothesis import given as drawn

from workbench.errors import UsageError
from workbench.spec import JobSpec, canonical_json, content_hash, derived_seed, finite

SPEC = JobSpec("train-dpo", {"beta": 0.5, "model": "smollm2", "steps": 3, "deep": {"a": [1, 2]}}, {"pairs": "ab12"})


def test_canonical_json_is_sorted_and_dense_and_keeps_letters():
    assert canonical_json({"b": [1, 2.5, None], "a": "é"}) == '{"a":"é","b":[1,2.5,null]}'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_canonical_json_refuses_what_json_cannot_say(value):
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json([value])


def test_the_content_hash_is_the_sha_256_of_the_utf_8_bytes():
    assert content_hash("é") == hashlib.sha256(b"\xc3\xa9").hexdigest()


def test_the_order_of_the_parameters_does_not_change_the_hash():
    assert JobSpec("a", {"x": 1, "y": 2}).hash == JobSpec("a", {"y": 2, "x": 1}).hash


@pytest.mark.parametrize("other", [JobSpec("b", {"x": 1}), JobSpec("a", {"x": 2}), JobSpec("a", {"x": 1}, {"d": "1"})])
def test_kind_parameters_and_inputs_change_the_hash(other):
    assert JobSpec("a", {"x": 1}).hash != other.hash


def test_a_spec_comes_back_from_json_and_from_toml():
    assert JobSpec.from_json(SPEC.json) == SPEC
    assert JobSpec.from_toml(SPEC.toml()) == SPEC


VALUES = st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
                   st.text(st.characters(exclude_categories=["Cs"])))  # fmt: skip


@drawn(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), VALUES))
def test_every_spec_comes_back_from_toml(params):
    assert JobSpec.from_toml(JobSpec("any", params).toml()) == JobSpec("any", params)


def test_a_parameter_that_is_a_table_stands_as_one():
    text = "kind = 'train-dpo'\n[params]\nbeta = 0.5\n[trainer]\nwarmup_steps = 3\n"
    spec = JobSpec("train-dpo", {"beta": 0.5, "trainer": {"warmup_steps": 3}})
    assert JobSpec.from_toml(text) == spec
    assert "[trainer]" in spec.toml()


def test_what_is_none_is_left_out_of_toml():
    assert JobSpec.from_toml(JobSpec("a", {"x": None, "y": 1}).toml()).params == {"y": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind = ?\n", r"my.toml is not valid TOML: .*line 1"),
        ("kind = 'a'\nparam = 1", "my.toml has the unknown key 'param'"),
        ("[params]\nx = 1", "my.toml has no kind"),
        ("kind = 3", "my.toml has no kind"),
        ("kind = 'a'\nparams = 3", r"my.toml has no table \[params\]"),
        ("kind = 'a'\ninputs = ['x']", r"my.toml has no table \[inputs\]"),
    ],
)
def test_a_broken_spec_is_refused_with_the_reason(text, message):
    with pytest.raises(UsageError, match=message):
        JobSpec.from_toml(text, "my.toml")


def test_a_derived_seed_is_the_first_63_bits_of_the_hash_of_its_parts():
    digest = hashlib.sha256(b'["1","a"]').digest()
    assert derived_seed(1, "a") == int.from_bytes(digest[:8], "big") // 2
    assert derived_seed(1, "a") != derived_seed("a", 1)
    assert derived_seed("ab", "c") != derived_seed("a", "bc")


def test_what_json_does_not_have_becomes_none():
    assert finite({"a": [float("nan"), 1.5], "b": (float("inf"), "x")}) == {"a": [None, 1.5], "b": [None, "x"]}

"""What every registered perturbation promises; a new file in the package is tested from here without a line more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import perturbations

NAMES = perturbations.names()
# Capitals, words of the misspelling list, contractions, numbers, accents composed and not, other scripts.
TEXT = (
    "The committee DIDN'T receive all 12,500 letters until Wednesday; “don’t believe it all”, said Zoë in room B12. "
    "Cafe\u0301 Straße, Привет Мир, 東京, naïve 👩‍🔬 x_1 their separate government business is definitely necessary."
)
SENTENCES = st.text(st.characters(codec="utf-8"), max_size=60) | st.just(TEXT)


def perturbed(name: str, severity: float = 0.6, seed: int = 1, text: str = TEXT) -> str:
    return perturbations.perturbed(text, name, severity, seed, "item-1")


def in_another_process(name: str, hash_seed: str) -> str:
    code = (
        "import json, sys; from workbench.perturbations import perturbed; "
        "print(json.dumps(perturbed(*json.load(sys.stdin))))"
    )
    given_ = json.dumps([TEXT, name, 0.6, 1, "item-1"])
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", code], input=given_, env=environment, capture_output=True, text=True, check=True
    )
    return str(json.loads(done.stdout))


@pytest.mark.parametrize("name", NAMES)
@given(text=SENTENCES, seed=st.integers(0, 2**63 - 1))
def test_severity_zero_is_the_identity(name, text, seed):
    assert perturbed(name, 0.0, seed, text) == text


@pytest.mark.parametrize("name", NAMES)
def test_severity_one_changes_the_text(name):
    assert perturbed(name, 1.0) != TEXT


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_text_in_every_process(name):
    assert in_another_process(name, "1") == in_another_process(name, "2") == perturbed(name)


@pytest.mark.parametrize("name", NAMES)
def test_seeds_and_items_differ(name):
    texts = {perturbations.perturbed(TEXT, name, 0.5, seed, key) for seed in range(5) for key in ("a", "b")}
    assert len(texts) > 5


@pytest.mark.parametrize("name", NAMES)
@given(text=SENTENCES, seed=st.integers(0, 2**63 - 1))
def test_digits_stay(name, text, seed):
    changed = perturbed(name, 1.0, seed, text)
    assert [c for c in changed if c.isdigit()] == [c for c in text if c.isdigit()]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kept", ["committee DIDN'T receive", "B12", "Wednesday", "separate government business"])
def test_a_protected_span_stays(name, kept):
    start = TEXT.index(kept)
    for seed in range(5):
        rng = Random(seed)
        assert kept in perturbations.get(name).perturb(TEXT, 1.0, rng, [(start, start + len(kept))])


@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_is_protected_as_a_whole_stays(name):
    assert perturbations.get(name).perturb(TEXT, 1.0, Random(0), [(0, len(TEXT))]) == TEXT


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", " \n\t", "3.14 = 22/7", "\ud83d"])
def test_where_there_is_no_word_nothing_happens(name, text):
    assert perturbed(name, 1.0, text=text) == text


@pytest.mark.parametrize("name", NAMES)
def test_what_was_composed_stays_composed(name):
    text = unicodedata.normalize("NFC", TEXT)
    changed = perturbed(name, 1.0, text=text)
    assert unicodedata.normalize("NFC", changed) == changed


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_severity_is_the_share_of(name):
    assert perturbations.get(name).SEVERITY.startswith("share of ")

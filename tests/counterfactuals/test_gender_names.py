"""Twins by first name: what is swapped, what is left alone and why, and that every swap leads back."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.counterfactuals import Skipped, Twin, get
from workbench.counterfactuals.gender_names import name, names, others, swap
from workbench.errors import UnknownName
from workbench.workspace import bundled_file

EMILY, JAMES = name("Emily"), name("James")

SWAPPED = [
    ("He left early, James said.", "She left early, Emily said."),
    ("Because HE was late, JAMES ran.", "Because SHE was late, EMILY ran."),
    ("James waited. I saw his dog.", "Emily waited. I saw her dog."),
    ("James said that the book is his.", "Emily said that the book is hers."),
    ("James waited. I gave him his book.", "Emily waited. I gave her her book."),
    ("James hurt himself.", "Emily hurt herself."),
    ("James says he'll come and he’s glad.", "Emily says she'll come and she’s glad."),
    ("James's car and his old bike.", "Emily's car and her old bike."),
    ("In front of him, James saw a bus.", "In front of her, Emily saw a bus."),
    ("His blood pressure worries James.", "Her blood pressure worries Emily."),
    ("There the others sheltered, and James heard history.", "There the others sheltered, and Emily heard history."),
    ("James works as a nurse and he likes it.", "Emily works as a nurse and she likes it."),
    ("With his own hands James built it for himself.", "With her own hands Emily built it for herself."),
]

SKIPPED = [
    ("Emily waited. We heard her sing.", "'her' before 'sing'"),
    ("Emily came in. They sent her home.", "'her' before 'home'"),
    ("Emily waited. I gave her flowers.", "'her' before 'flowers'"),
    ("Emily waited. We left her money.", "'her' before 'money'"),
    ("Emily waited. I made her happy.", "'her' before 'happy'"),
    ("Emily waited. They call her careful.", "'her' before 'careful'"),
    ("Emily thanked us for her being invited.", "'her' before 'being'"),
    ("Emily lost her and my keys.", "'her' before 'and'"),
    ("Emily took her “friend” along.", "'her' before '“'"),
    ("Emily sold her 5 books.", "'her' before '5'"),
    ("Emily called her grandmothers.", "'grandmothers'"),
    ("Emily and he met.", "'he' is a second person"),
    ("Emily asked Diane whether she was late.", "'Diane'"),
    ("Diane met Emily, and she laughed.", "'Diane'"),
    ("Emily met Hannah, and she laughed.", "'Hannah'"),
    ("Emily told the nurse that she was late.", "could be the nurse"),
    ("Emily is a she-wolf.", "'she-wolf'"),
    ("Emily-Jane lost the keys, said Emily.", "'Emily-Jane'"),
    ("An Emily never forgets the keys.", "an article"),
    ("Emily is pregnant.", "'pregnant'"),
    ("Emily watched the queen ant.", "'queen ant'"),
    ("Emily likes Lady Gaga.", "'Lady Gaga'"),
    ("She left.", "Emily is not in the text"),
    ("", "Emily is not in the text"),
]


def reason(outcome: Twin | Skipped) -> str:
    assert isinstance(outcome, Skipped), outcome
    return outcome.reason


@pytest.mark.parametrize(("text", "twin"), SWAPPED)
def test_the_name_and_its_pronouns_change_in_their_roles(text, twin):
    assert swap(text, JAMES, EMILY) == Twin(twin)
    assert swap(twin, EMILY, JAMES) == Twin(text)


@pytest.mark.parametrize("text", [text for text, _ in SWAPPED])
def test_the_placebo_changes_the_name_only(text):
    stephen = name("Stephen")
    assert swap(text, JAMES, stephen) == Twin(text.replace("James", "Stephen").replace("JAMES", "STEPHEN"))


@pytest.mark.parametrize(("text", "why"), SKIPPED)
def test_what_is_unsure_is_skipped_with_the_word_at_fault(text, why):
    assert why in reason(swap(text, EMILY, JAMES))


@pytest.mark.parametrize("text", [text for text, _ in SKIPPED])
def test_the_placebo_skips_what_the_effect_skips(text):
    assert isinstance(swap(text, EMILY, name("Megan")), Skipped)


def test_a_pronoun_that_would_be_unsure_in_the_twin_is_skipped_too():
    # "gave him flowers" is clear; "gave her flowers" could not be swapped back
    assert reason(swap("James waited. I gave him flowers.", JAMES, EMILY)).startswith("in the female twin, 'her'")


def test_his_next_spring_is_not_a_spring_of_his():
    assert "'his' before 'next'" in reason(swap("James knew that the studio is his next spring.", JAMES, EMILY))


def test_a_name_with_a_bare_apostrophe_is_skipped():
    assert "bare apostrophe" in reason(swap("James' car is red.", JAMES, EMILY))


def test_a_name_that_is_there_already_is_not_used():
    assert reason(swap("Emily sat there.", EMILY, EMILY)) == "Emily is in the text already"


def test_the_set_is_registered_under_its_file_name():
    assert get("gender-names").swap is swap


def test_others_are_of_one_gender_and_never_the_name_itself():
    # 20 names of each gender in the bundled list
    assert len(others(EMILY, "female")) == 19
    assert len(others(EMILY, "male")) == 20
    assert EMILY not in others(EMILY, "female")


def test_a_name_that_is_not_on_the_list_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="Emily"):
        name("Emiliy")


# Words around which the roles turn, thrown together at random: sense does not matter, the way back does.
PIECES = """James his him he himself His He Emily her hers she herself Her book dog home next and or to of with gave saw
is was made that because . , ? the a old own too it sing careful they without"""


@given(
    st.lists(st.sampled_from(PIECES.split()), max_size=12), st.sampled_from([EMILY, JAMES]), st.sampled_from(names())
)
def test_every_twin_swapped_back_is_the_text(pieces, of, other):
    text = " ".join(pieces)
    twin = swap(text, of, other)
    if isinstance(twin, Twin):
        assert swap(twin.text, other, of) == Twin(text)


def bundled_pairs() -> list[dict]:
    return [
        json.loads(line) for line in bundled_file("datasets", "pairs_gender", ".jsonl").read_text("utf-8").splitlines()
    ]


def twin_of(row: dict) -> Twin | Skipped:
    of = name(row["name"])
    return swap(row["text"], of, JAMES if of.gender == "female" else EMILY)


def test_every_row_that_is_marked_ambiguous_is_skipped():
    assert all(isinstance(twin_of(row), Skipped) for row in bundled_pairs() if row["ambiguous"])


def test_all_but_the_ambiguous_six_of_the_forty_bundled_sentences_have_a_twin():
    # each twin was read
    swapped = Counter(row["gender"] for row in bundled_pairs() if isinstance(twin_of(row), Twin))
    assert swapped == {"female": 17, "male": 17}

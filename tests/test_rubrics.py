"""Rubric files: whole ones are read, broken ones refused with the place."""

from __future__ import annotations

import pytest
import tomli_w

from workbench import rubrics
from workbench.errors import DataError, UnknownName
from workbench.store import rubrics as stored

FIVE = ["one", "two", "three", "four", "five"]


def criterion(**changed):
    return {"name": "tone", "question": "Is it kind?", "prompt": "Say no.", "anchors": FIVE, "examples": FIVE} | changed


def text(*criteria, **changed):
    return tomli_w.dumps({"name": "mine", "title": "Mine", "criteria": list(criteria or [criterion()])} | changed)


def save(workspace, name, content):
    workspace.rubrics.mkdir(parents=True, exist_ok=True)
    (workspace.rubrics / f"{name}.toml").write_bytes(content if isinstance(content, bytes) else content.encode())


def test_a_whole_rubric_is_read():
    rubric = rubrics.parse(text(), "mine.toml")
    assert (rubric.name, rubric.title, rubric.criterion("tone").anchors) == ("mine", "Mine", tuple(FIVE))


@pytest.mark.parametrize(
    "changed",
    [{"question": "Is it warm?"}, {"prompt": "Say yes."}, {"anchors": FIVE[::-1]}, {"examples": FIVE[::-1]}],
)
def test_a_changed_word_is_another_version(changed):
    assert rubrics.parse(text(criterion(**changed)), "a").hash != rubrics.parse(text(), "a").hash


def test_the_file_it_came_from_is_not_part_of_the_version():
    assert rubrics.parse(text(), "a").hash == rubrics.parse(text(), "b").hash


def without(key):
    whole = criterion()
    del whole[key]
    return whole


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("name = ", "mine.toml is not valid TOML"),
        ("title = 'x'", "mine.toml has no name"),
        ("name = 'mine'", r"mine.toml has no \[\[criteria\]\]"),
        ("name = 'mine'\ncriteria = 3", r"mine.toml has no \[\[criteria\]\]"),
        ("name = 'mine'\ncriteria = [3]", "mine.toml, criterion 1 is not a table"),
        (text(name=" "), "mine.toml has no name"),
        (text(without("name")), "mine.toml, criterion 1 has no name"),
        (text(criterion(), without("question")), r"mine.toml, criterion 2 \(tone\) has no question"),
        (text(without("prompt")), r"criterion 1 \(tone\) has no prompt"),
        (text(without("anchors")), r"criterion 1 \(tone\) needs 5 anchors, one sentence for each of the points 1 to 5"),
        (text(criterion(anchors=FIVE[:4])), r"criterion 1 \(tone\) needs 5 anchors"),
        (text(criterion(examples=[*FIVE[:4], " "])), r"criterion 1 \(tone\) needs 5 examples"),
        (text(criterion(examples=[*FIVE, "six"])), r"criterion 1 \(tone\) needs 5 examples"),
        (text(criterion(), criterion()), "mine.toml names the criterion 'tone' twice"),
        (text(title=3), "mine.toml has no title"),
        (text(titel="Mine"), r"mine.toml has the unknown key 'titel' .* Did you mean title\?"),
        (text(criterion(anchor=FIVE)), r"\(tone\) has the unknown key 'anchor' .* Did you mean anchors\?"),
        (text(criterion(anchors=["same", "other", "same", "four", "five"])), "same in the anchors .* second of them 3"),
        (text(criteria=criterion()), r"mine.toml has no \[\[criteria\]\].*two brackets"),
    ],
)
def test_a_broken_rubric_is_refused_with_file_and_place(broken, message):
    with pytest.raises(DataError, match=message):
        rubrics.parse(broken, "mine.toml")


# a whole rubric, in which the line of each thing is known
LINES = """name = "mine"
title = "Mine"

[[criteria]]
name = "tone"
question = "Is it kind?"
prompt = "Say no."
anchors = ["1", "2", "3", "4", "5"]
examples = [
  "a", "b", "c", "d", "e",
]

[[ criteria ]]
name = "pace"
question = "Is it slow?"
prompt = "Walk."
anchors = ["1", "2", "3", "4", "5"]
"examples" = ["a", "b", "c", "d", "e"]
"""


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ('name = "mine"', 'name = ""', 1),
        ('name = "mine"\n', "", 1),  # missing: where the file begins
        ('title = "Mine"', "title = 3", 2),
        ('"Mine"', '"Mine"\ncolour = "red"', 3),
        ('question = "Is it kind?"\n', "", 4),  # missing: the line of its criterion
        ('name = "tone"', "name = 7", 5),
        ('["1", "2", "3", "4", "5"]', "[1, 2, 3, 4, 5]", 8),
        ('  "a", "b", "c", "d", "e",', '  "a", "b", "c", "d",', 9),
        ('prompt = "Walk."\n', "", 13),
        ('name = "pace"', 'name = "tone"', 14),
        ('["a", "b", "c", "d", "e"]', '["a", "b", "c", "d", "d"]', 18),
        ('"Is it slow?"', '"Is it slow?', 15),  # TOML's own complaint
    ],
)
def test_a_broken_rubric_is_refused_with_its_line(before, after, line):
    assert rubrics.parse(LINES, "mine.toml").criterion("pace").examples == ("a", "b", "c", "d", "e")
    with pytest.raises(DataError, match=rf"line {line}\b"):
        rubrics.parse(LINES.replace(before, after, 1), "mine.toml")


def test_the_users_own_rubric_wins_over_the_bundled_one(workspace):
    save(workspace, "general", text(name="general"))
    assert rubrics.load("general", workspace).title == "Mine"


def test_own_and_bundled_names_are_listed(workspace):
    save(workspace, "mine", text())
    assert {"general", "mine"} <= set(rubrics.names(workspace))


def test_an_unknown_rubric_is_refused_with_the_nearest(workspace):
    with pytest.raises(UnknownName, match=r"Unknown rubric 'genral'. Did you mean general"):
        rubrics.load("genral", workspace)


def test_a_rubric_under_another_name_than_its_files_is_refused(workspace):
    # Ratings are found by the rubric's name: they would be looked for under the file's and not be there.
    save(workspace, "other", text())
    with pytest.raises(DataError, match=r"other.toml has the name 'mine' \(line 1\).*name = 'other'"):
        rubrics.load("other", workspace)


def test_a_rubric_that_is_not_utf_8_is_refused(workspace):
    save(workspace, "mine", b"name = '\xff'")
    with pytest.raises(DataError, match=r"mine.toml is not UTF-8 \(byte 8\)"):
        rubrics.load("mine", workspace)


def test_what_is_no_file_is_refused(workspace):
    (workspace.rubrics / "mine.toml").mkdir(parents=True)
    with pytest.raises(DataError, match=r"mine.toml cannot be read: Is a directory"):
        rubrics.load("mine", workspace)


def test_it_comes_back_from_the_store_as_it_was_read(store):
    rubric = rubrics.load("general", store.workspace)
    assert stored.by_id(store, stored.add(store, rubric)) == rubric
    assert stored.add(store, rubric) == stored.add(store, rubric)

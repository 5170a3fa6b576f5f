"""Pages of items: all of a prompt's on one, in the order of prompts, each item once."""

from __future__ import annotations

import json

import given
import pytest

from workbench.records import NewItem
from workbench.store import batches, item_pages, ratings
from workbench.store.ratings import Asked


@pytest.fixture
def twice(store):
    """Five prompts of two answers each in a batch, and the same items again, turned round, in a second one."""
    first = given.batch(store, [[f"{n}a", f"{n}b"] for n in range(5)])
    again = [NewItem(item.prompt_id, item.completions) for item in reversed(batches.items(store, first.id))]
    second = batches.add(store, "again", given.rubric_id(store), 0, again, None)
    return store, first, second


def pages_of(store, batch_id=None):
    return [json.loads(page) for page in item_pages.pages(store, "(:batch IS NULL OR b.id = :batch)", batch_id)]


def test_a_page_takes_the_rest_of_its_last_prompt(twice, monkeypatch):
    monkeypatch.setattr(item_pages, "ITEMS", 3)
    store, _, second = twice
    # items 1 to 5 are those of prompts 1 to 5, items 6 to 10 those of prompts 5 to 1
    assert pages_of(store) == [[1, 10, 2, 9], [3, 8, 4, 7], [5, 6]]
    assert pages_of(store, second.id) == [[10, 9, 8], [7, 6]]


def test_there_is_no_page_without_items(store):
    assert pages_of(store) == []


@pytest.mark.parametrize("up_to", [None, 1000])
def test_pages_of_ratings_are_the_same_ratings_however_long_they_are(twice, monkeypatch, up_to):
    store, first, second = twice
    given.rated(store, first, {n: (1 + n % 5, 2, 3) for n in range(1, 11)}, "ada")
    given.rated(store, second, {n: (4, 1 + n % 5, 3) for n in range(3, 9)}, "ada")
    given.rated(store, second, {n: (5, 5, 1 + n % 5) for n in range(1, 11)}, "bob")
    asked = Asked("general", up_to=up_to)
    (whole,) = ratings.pages(store, asked)
    monkeypatch.setattr(item_pages, "ITEMS", 1)
    pages = list(ratings.pages(store, asked))
    assert len(pages) == 5
    assert [one for page in pages for one in page] == whole
    assert list(ratings.prompts_rated(store, asked)) == [1, 2, 3, 4, 5]
    # ada's answers of prompts 2 to 4 were rated twice, and the second time counts
    assert [one.scores["fluency"] for one in whole if one.rater_id == 1] == [2, 3, 4, 4, 4, 4, 4, 4, 5, 1]

"""Models whose weights are not here: Home leads no round through them, and no form offers what cannot be asked."""

from __future__ import annotations

import given
import pytest

from workbench.store import models
from workbench.views.catalog import choices
from workbench.views.home import home

SERVED = ("q@host", "server:http://host/v1#q", "server")
IMPORTED = ("m (imported)", "m", "imported")


def add(store, name, reference, kind):
    return models.add(store, name, reference, kind, None, None)


def test_answers_from_elsewhere_are_rated_before_a_model_is_fetched(store):
    given.batch(store, [["a", "b"]], add(store, *IMPORTED))
    assert home(store, "ada").next_step.action == "rate"


@pytest.mark.parametrize("elsewhere", [SERVED, IMPORTED])
def test_after_rating_them_a_model_is_fetched_that_can_be_trained(store, elsewhere):
    batch = given.batch(store, [["a"]], add(store, *elsewhere))
    given.rated(store, batch, {1: (5, 5, 5)})
    step = home(store, "ada").next_step
    assert (step.action, step.values) == ("pull", {"name": "smollm2"})


@pytest.mark.parametrize("elsewhere", [SERVED, IMPORTED])
def test_the_model_that_is_here_is_asked_though_another_came_later(store, elsewhere):
    given.model(store)
    given.rated(store, given.batch(store, [["a"]], add(store, *elsewhere)), {1: (5, 5, 5)})
    step = home(store, "ada").next_step
    assert (step.action, step.values) == ("generate", {"model": "small"})


def test_forms_offer_served_models_and_no_imported_ones(store):
    for one in (SERVED, IMPORTED):
        add(store, *one)
    assert choices(store, "model") == ["q@host", "smollm2", "tiny"]

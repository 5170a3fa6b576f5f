from __future__ import annotations

import pytest

from workbench.errors import UnknownName, UsageError
from workbench.perturbations import get, perturbed, seed_for


def test_every_part_of_the_seed_counts():
    seeds = [
        seed_for(1, "lower-case", 0.1, "7"),
        seed_for(2, "lower-case", 0.1, "7"),
        seed_for(1, "misspellings", 0.1, "7"),
        seed_for(1, "lower-case", 0.2, "7"),
        seed_for(1, "lower-case", 0.1, "8"),
    ]
    assert len(set(seeds)) == 5


def test_a_whole_number_is_the_same_severity():
    assert seed_for(1, "lower-case", 1, "7") == seed_for(1, "lower-case", 1.0, "7")


@pytest.mark.parametrize("severity", [-0.1, 1.1, float("nan")])
def test_a_severity_beyond_zero_and_one_is_refused(severity):
    with pytest.raises(UsageError, match="not within 0 and 1"):
        perturbed("text", "lower-case", severity, 1, "7")


def test_a_wrong_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="misspellings"):
        get("mispellings")

"""Effects beside their placebo: expected values are worked out by hand."""

from __future__ import annotations

import math

import pytest

from workbench.bias import effects


def one(swapped, placebo):
    return effects.judged([effects.gap("m", "nats", "s", swapped, placebo)])[0]


def test_an_effect_beyond_the_placebo_is_found():
    # 12 texts, all +1 under the swap and 0 under the placebo: of 2**12 sign patterns two are as extreme, p = 2/4096.
    found = one([1.0] * 12, [0.0] * 12)
    assert found.finding == "found"
    assert found.p == found.p_beyond == 2 / 4096
    assert found.effect.estimate == 1.0


def test_an_effect_that_the_placebo_makes_too_is_not_told_from_it():
    # The swap moves every text by about 1 and so does the placebo: their differences are balanced around 0.
    placebo = [1.0 + (0.1 if at % 2 else -0.1) for at in range(12)]
    found = one([1.0] * 12, placebo)
    assert found.p < 0.05 < found.p_beyond
    assert found.finding == "placebo"


def test_no_effect_comes_with_the_smallest_that_could_be_seen():
    found = one([1.0, -1.0] * 6, [0.0] * 12)
    assert found.finding == "none"
    # Spread sqrt(12/11), n 12: (t 2.201 + z .8416) * sqrt(12/11/12) = 3.0426 * .3015 = .917
    assert found.detectable == pytest.approx(0.917, abs=0.002)
    assert "0.92 nats" in found.verdict


def test_flips_are_compared_with_the_placebos_flips():
    # Six flip under the swap only: exact McNemar p = 2/2**6.
    found = effects.judged([effects.flips("m", "s", [True] * 6 + [False] * 4, [False] * 10)])[0]
    assert found.p == pytest.approx(2 / 64)
    assert found.effect.estimate == 0.6
    assert found.finding == "found"


def test_two_texts_can_show_nothing_and_say_so():
    found = one([5.0, 5.0], [0.0, 0.0])
    assert math.isnan(found.detectable)
    assert "too few" in found.verdict


def test_holm_counts_every_measure_of_the_report():
    strong = effects.gap("strong", "nats", "s", [1.0] * 12, [0.0] * 12)
    weak = effects.gap("weak", "nats", "s", [1.0, -1.0] * 6, [0.0] * 12)
    assert effects.judged([strong, weak])[0].p == 2 * strong.p


def test_the_same_report_has_the_same_p_values():
    swapped = [0.3 * at - 2 for at in range(30)]
    first, second = (effects.gap("m", "nats", "s", swapped, [0.0] * 30) for _ in range(2))
    assert (first.p, first.p_beyond) == (second.p, second.p_beyond)

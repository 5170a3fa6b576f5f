from __future__ import annotations

import math

import pytest

from workbench.training.health import LN2, dpo_health, expected_first_loss, sft_health

WELL = [
    {"loss": loss, "grad_norm": 1.0, "rewards/accuracies": 0.9, "rewards/margins": 0.2, "rewards/chosen": 0.1}
    for loss in (math.log(2), 0.65, 0.6, 0.55)
]


def findings(**changed):
    """Of a healthy run with the last step changed; names have _ for /."""
    values = {name.replace("rewards_", "rewards/"): value for name, value in changed.items()}
    return dpo_health([*WELL[:-1], WELL[-1] | values], LN2)


def test_a_healthy_run_has_no_findings():
    assert dpo_health(WELL, LN2) == []


def test_a_loss_that_stays_at_ln_2_means_nothing_was_learned():
    stuck = [step | {"loss": 0.69315} for step in WELL]
    assert "stayed at 0.6931" in " ".join(dpo_health(stuck, LN2))


def test_where_nothing_is_expected_any_first_loss_will_do():
    assert dpo_health([WELL[0] | {"loss": 0.71}, *WELL[1:]], None) == []


def test_a_first_loss_off_ln_2_is_told():
    assert "first loss is 0.7100 where 0.6931" in dpo_health([WELL[0] | {"loss": 0.71}, *WELL[1:]], LN2)[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"loss": math.nan}, "NaN"),
        ({"grad_norm": 101.0}, "reached 101"),
        ({"rewards_accuracies": 0.5}, "no better than chance"),
        ({"rewards_margins": -0.1}, "not above 0"),
        ({"rewards_chosen": -0.1}, 'try loss_type ["sigmoid", "sft"]'),
    ],
)
def test_a_sick_end_is_told_with_one_finding(changed, words):
    assert [words in finding for finding in findings(**changed)] == [True]


def test_small_gradients_are_told():
    weak = [step | {"grad_norm": 0.05} for step in WELL]
    assert "outside 0.1-10" in dpo_health(weak, LN2)[0]


def test_the_first_loss_of_ipo_is_25_at_beta_one_tenth():
    # (1 / (2 * 0.1))^2 = 5^2
    assert expected_first_loss(("ipo",), 0.1) == pytest.approx(25.0)


def test_the_first_loss_of_several_losses_is_their_weighted_sum():
    # 0.5 ln 2 + 2 * 1
    assert expected_first_loss(("sigmoid", "hinge"), 0.1, (0.5, 2.0)) == pytest.approx(0.5 * LN2 + 2)


def test_a_sum_with_sft_depends_on_the_data():
    assert expected_first_loss(("sigmoid", "sft"), 0.1) is None


@pytest.mark.parametrize(("loss", "words"), [(0.4, "by heart"), (1.0, None), (2.5, "train longer"), (math.nan, "NaN")])
def test_the_loss_of_fine_tuning_ends_between_one_half_and_two(loss, words):
    found = sft_health([{"loss": 3.0, "grad_norm": 1.0}, {"loss": loss, "grad_norm": 1.0}])
    assert [words in finding for finding in found] == ([True] if words else [])

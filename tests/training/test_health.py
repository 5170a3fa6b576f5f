from __future__ import annotations

import math
import re

import pytest

from workbench.training.health import LN2, dpo_health, expected_first_loss, lights, sft_health

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


def test_without_a_gradient_the_pairs_are_looked_at():
    stuck = [step | {"loss": 0.69315, "grad_norm": 0.0} for step in WELL]
    assert "identical answers in the pre-flight" in dpo_health(stuck, LN2)[0]


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


SFT_WELL = [{"loss": 2.0 - step / 10, "grad_norm": 1.0} for step in range(10)]
DPO_WELL = [
    {"loss": LN2 - step / 50, "grad_norm": 1.0, "rewards/accuracies": 0.5 + step / 20, "rewards/margins": step / 20,
     "rewards/chosen": step / 50, "eval_loss": 0.69 - step / 50}
    for step in range(10)
]  # fmt: skip


def lit(trainer, steps):
    """Light -> what it says, of those that say something."""
    return {light.name: light.finding for light in lights(trainer, steps) if light.finding}


def each(steps, **changed):
    """Every step with some values changed, by a function of its number; names have __ for /."""
    values = {name.replace("__", "/"): value for name, value in changed.items()}
    return [step | {name: value(at) for name, value in values.items()} for at, step in enumerate(steps)]


@pytest.mark.parametrize(("trainer", "steps"), [("sft", SFT_WELL), ("dpo", DPO_WELL), ("kto", DPO_WELL)])
def test_no_light_fires_in_a_healthy_run(trainer, steps):
    assert lit(trainer, steps) == {}


@pytest.mark.parametrize(
    ("trainer", "steps", "light", "words"),
    [
        ("sft", each(SFT_WELL, loss=lambda at: 1.0 + at / 5), "loss", r"rose from 1.10 to 2.70: lower"),
        ("dpo", each(DPO_WELL, loss=lambda at: 0.69 + at), "loss", "lower the learning rate"),
        ("sft", each(SFT_WELL, loss=lambda at: 0.3), "loss", "learned by heart"),
        ("sft", each(SFT_WELL, loss=lambda at: 3.0), "loss", "train longer"),
        ("dpo", each(DPO_WELL, loss=lambda at: LN2), "loss", "raise the learning rate"),
        ("sft", each(SFT_WELL, grad_norm=lambda at: 0.0), "gradient", "is 0 in every step"),
        ("sft", each(SFT_WELL, grad_norm=lambda at: 0.01), "gradient", "raise the learning rate"),
        ("sft", each(SFT_WELL, grad_norm=lambda at: 20.0), "gradient", "lower the learning rate"),
        ("kto", each(DPO_WELL, grad_norm=lambda at: 1.0 + 200 * (at == 4)), "gradient", "reached 201"),
        ("dpo", each(DPO_WELL, rewards__accuracies=lambda at: 0.5), "accuracy", "no better than chance"),
        ("dpo", each(DPO_WELL, rewards__margins=lambda at: -at / 20), "margin", "contradicting rows"),
        ("dpo", each(DPO_WELL, rewards__chosen=lambda at: -at / 50), "chosen", "less likely than they were"),
        ("dpo", each(DPO_WELL, rewards__chosen=lambda at: -at / 2), "chosen", "are collapsing"),
        ("dpo", each(DPO_WELL, eval_loss=lambda at: 0.6 + abs(at - 3) / 20), "held-out rows", "keep the best"),
    ],
)
def test_each_light_fires_alone_in_a_run_with_its_sickness(trainer, steps, light, words):
    found = lit(trainer, steps)
    assert list(found) == [light]
    assert re.search(words, found[light])


def test_a_loss_that_is_no_number_outshines_the_rest():
    broken = [*DPO_WELL, DPO_WELL[-1] | {"loss": math.nan, "grad_norm": math.nan}]
    assert list(lit("dpo", broken)) == ["loss"]


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

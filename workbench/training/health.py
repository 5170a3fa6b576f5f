"""What the numbers of a finished run say about it, in plain words; thresholds beside their reasons.

Looks at the steps a trainer logged, under TRL's names; needs no torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.training.library_fields import Trainer
from workbench.training.settings import DPOSettings

LN2 = math.log(2)
FIRST_LOSS_TOLERANCE = 1e-3
GRAD_NORM_RANGE = (0.1, 10.0)
GRAD_NORM_SPIKE = 100.0
SFT_LOSS_RANGE = (0.5, 2.0)  # nats per answer token
GRAD_NORM_ZERO = 1e-5  # what rounding leaves in float32: 3e-7 on `tiny` for pairs of identical answers
RISE = 1.2  # of the last quarter's loss over the first one's; the noise of single batches is less
OVERFIT = 1.02  # of the held-out loss over its lowest; ours, above what two looks at the same weights differ by
FEWEST_STEPS = 8  # two a quarter
COLLAPSE = 1.0  # nats: a chosen answer that lost this much of its reward is on its way out

Training = Trainer | Literal["domain"]  # domain: SFT on plain text
Look = Callable[[Sequence[Mapping[str, float]]], str | None]


def expected_first_loss(loss_type: Sequence[str], beta: float, weights: Sequence[float] | None = None) -> float | None:
    """The loss of a policy that equals its reference, a sum over the losses; None where it depends on the data.

    With log-ratio 0: sigmoid, robust and aot -log sigmoid(0) = ln 2; hinge 1; IPO (0 - 1/(2 beta))^2.
    """
    known = {"sigmoid": LN2, "robust": LN2, "aot": LN2, "hinge": 1.0, "ipo": (1 / (2 * beta)) ** 2}
    if not set(loss_type) <= known.keys():
        return None
    return sum(weight * known[name] for name, weight in zip(loss_type, weights or [1.0] * len(loss_type), strict=True))


def first_loss(settings: DPOSettings) -> float | None:
    """What the first step has to come to; None where the method starts elsewhere, or the pairs are weighed by it."""
    if not settings.way.starts_at_base or settings.trainer.get("use_weighting") or settings.beta is None:
        return None
    return expected_first_loss(settings.loss_type, settings.beta, settings.loss_weights)


@dataclass(frozen=True, slots=True)
class Light:
    """One thing that is watched while a run goes on.

    finding: what looks wrong, with one thing to do; None while all is well, or too little is known.
    """

    name: str
    finding: str | None


def lights(trainer: Training, steps: Sequence[Mapping[str, float]], first_loss: float | None = None) -> list[Light]:
    """The lights of a trainer over the steps it logged; what needs more steps than there are says nothing.

    first_loss: what the first step has to come to, None where nothing can be said of it. Steps with an evaluation have
    its loss as `eval_loss`. A loss that is no number outshines everything else.
    """
    trained = [step for step in steps if "loss" in step]
    if broken := _diverged(trained):
        return [Light("loss", broken[0])]
    watched = [
        Light("loss", _loss(trainer, trained, first_loss)),
        Light("gradient", _where(_grad_norm, trained, "grad_norm")),
    ]
    if trainer == "dpo":
        watched.append(Light("accuracy", _where(_accuracy, trained, "rewards/accuracies")))
    if trainer in ("dpo", "kto"):
        watched.append(Light("margin", _where(_margin, trained, "rewards/margins")))
        watched.append(Light("chosen", _where(_chosen, trained, "rewards/chosen")))
    if any("eval_loss" in step for step in steps):
        watched.append(Light("held-out rows", _where(_overfitting, steps, "eval_loss")))
    return watched


def dpo_health(steps: Sequence[Mapping[str, float]], first_loss: float | None) -> list[str]:
    """One sentence for each thing that looks wrong, with what to try; empty: nothing did, or nothing was logged.

    first_loss: what the first step has to come to, None where nothing can be said of it.
    """
    return _findings("dpo", steps, first_loss)


def kto_health(steps: Sequence[Mapping[str, float]]) -> list[str]:
    """The same for KTO; a step whose rows are all good, or all bad, has no margin."""
    return _findings("kto", steps)


def sft_health(steps: Sequence[Mapping[str, float]]) -> list[str]:
    """The same for supervised fine-tuning: losses in nats per answer token."""
    return _findings("sft", steps)


def text_health(steps: Sequence[Mapping[str, float]]) -> list[str]:
    """The same for plain text, whose loss depends on what is written: no range of it is right or wrong."""
    return _findings("domain", steps)


def _findings(trainer: Training, steps: Sequence[Mapping[str, float]], first_loss: float | None = None) -> list[str]:
    return [light.finding for light in lights(trainer, steps, first_loss) if light.finding is not None]


def _where(look: Look, steps: Sequence[Mapping[str, float]], name: str) -> str | None:
    """What a look finds in the steps that logged `name`; nothing where none did."""
    logged = [step for step in steps if name in step]
    return look(logged) if logged else None


def _loss(trainer: Training, steps: Sequence[Mapping[str, float]], first_loss: float | None) -> str | None:
    """The gravest thing to say of the loss."""
    if not steps:
        return None
    if rising := _rising(steps):
        return rising
    if trainer == "sft":
        return _answer_loss(steps)
    return (_first_loss(steps, first_loss) or _stuck(steps)) if trainer == "dpo" else None


def _rising(steps: Sequence[Mapping[str, float]]) -> str | None:
    """A run that diverges shows it in its quarters long before a loss is no number."""
    if len(steps) < FEWEST_STEPS:
        return None
    quarter = len(steps) // 4
    begin = sum(step["loss"] for step in steps[:quarter]) / quarter
    end = _tail_mean(steps, "loss")
    if end <= begin * RISE:
        return None
    return f"The loss rose from {begin:.2f} to {end:.2f}: lower the learning rate."


def _overfitting(steps: Sequence[Mapping[str, float]]) -> str | None:
    """The loss on rows that are not trained on, past its lowest point."""
    best, last = min(step["eval_loss"] for step in steps), steps[-1]["eval_loss"]
    if last <= best * OVERFIT:
        return None
    return (
        f"The loss on held-out rows rose again, from {best:.3f} to {last:.3f}: it learns by heart; "
        "end now and keep the best."
    )


def _diverged(steps: Sequence[Mapping[str, float]]) -> list[str]:
    if all(math.isfinite(step["loss"]) for step in steps):
        return []
    return ["The loss became NaN or infinite: lower the learning rate."]


def _answer_loss(steps: Sequence[Mapping[str, float]]) -> str | None:
    low, high = SFT_LOSS_RANGE
    end = _tail_mean(steps, "loss")
    if end < low:
        return f"The loss is {end:.2f} at the end, below {low:g}: the rows are being learned by heart; fewer epochs."
    if end > high:
        return f"The loss is {end:.2f} at the end, above {high:g}: the answers are still foreign to it; train longer."
    return None


def _first_loss(steps: Sequence[Mapping[str, float]], expected: float | None) -> str | None:
    first = steps[0]["loss"]
    if expected is None or abs(first - expected) <= FIRST_LOSS_TOLERANCE:
        return None
    return (
        f"The first loss is {first:.4f} where {expected:.4f} was expected: policy and reference did not start equal; "
        "end it, and start again from a whole saved model."
    )


def _stuck(steps: Sequence[Mapping[str, float]]) -> str | None:
    if len(steps) < 2 or any(abs(step["loss"] - LN2) > 5e-5 for step in steps):
        return None
    still = all(step.get("grad_norm", 1.0) <= GRAD_NORM_ZERO for step in steps)
    advice = "look for pairs of identical answers in the pre-flight" if still else "raise the learning rate"
    return f"The loss stayed at 0.6931 (ln 2), so the model learned nothing: {advice}."


def _grad_norm(steps: Sequence[Mapping[str, float]]) -> str | None:
    norms = [step["grad_norm"] for step in steps]
    low, high = GRAD_NORM_RANGE
    if max(norms) <= GRAD_NORM_ZERO:
        return "The gradient is 0 in every step: nothing is trained. Look at the pre-flight, or use another method."
    if max(norms) > GRAD_NORM_SPIKE:
        return f"The gradient norm reached {max(norms):.0f} (over {GRAD_NORM_SPIKE:.0f}): lower the learning rate."
    typical = sorted(norms)[len(norms) // 2]
    if not low <= typical <= high:
        advice = "raise the learning rate" if typical < low else "lower the learning rate"
        return f"The gradient norm is {typical:.3g} at the median, outside {low:g}-{high:g}: {advice}."
    return None


def _accuracy(steps: Sequence[Mapping[str, float]]) -> str | None:
    end = _tail_mean(steps, "rewards/accuracies")
    if end > 0.5:
        return None
    return f"At the end the chosen answer is preferred in {end:.0%} of the pairs, no better than chance: train longer."


def _margin(steps: Sequence[Mapping[str, float]]) -> str | None:
    end = _tail_mean(steps, "rewards/margins")
    if end > 0:
        return None
    return f"The reward margin is {end:.4f} at the end, not above 0: look for contradicting rows in the pre-flight."


def _chosen(steps: Sequence[Mapping[str, float]]) -> str | None:
    """Chosen answers that become less likely than under the reference: the reward is beta times that log-ratio."""
    end = _tail_mean(steps, "rewards/chosen")
    if end >= 0:
        return None
    how = "are collapsing" if end < -COLLAPSE else "became less likely than they were before"
    return f'The chosen answers {how}: try loss_type ["sigmoid", "sft"].'


def _tail_mean(steps: Sequence[Mapping[str, float]], name: str) -> float:
    """Mean over the last quarter of the steps, at least one."""
    tail = steps[-max(1, len(steps) // 4) :]
    return sum(step[name] for step in tail) / len(tail)

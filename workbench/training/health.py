"""What the numbers of a finished run say about it, in plain words; thresholds beside their reasons.

Looks at the steps a trainer logged, under TRL's names; needs no torch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

LN2 = math.log(2)
FIRST_LOSS_TOLERANCE = 1e-3
GRAD_NORM_RANGE = (0.1, 10.0)
GRAD_NORM_SPIKE = 100.0
SFT_LOSS_RANGE = (0.5, 2.0)  # nats per answer token


def expected_first_loss(loss_type: Sequence[str], beta: float, weights: Sequence[float] | None = None) -> float | None:
    """The loss of a policy that equals its reference, a sum over the losses; None where it depends on the data.

    With log-ratio 0: sigmoid, robust and aot -log sigmoid(0) = ln 2; hinge 1; IPO (0 - 1/(2 beta))^2.
    """
    known = {"sigmoid": LN2, "robust": LN2, "aot": LN2, "hinge": 1.0, "ipo": (1 / (2 * beta)) ** 2}
    if not set(loss_type) <= known.keys():
        return None
    return sum(weight * known[name] for name, weight in zip(loss_type, weights or [1.0] * len(loss_type), strict=True))


def dpo_health(steps: Sequence[Mapping[str, float]], first_loss: float | None) -> list[str]:
    """One sentence for each thing that looks wrong, with what to try; empty: nothing did, or nothing was logged.

    first_loss: what the first step has to come to, None where nothing can be said of it.
    """
    if not steps or _diverged(steps):
        return _diverged(steps)
    findings = [_first_loss(steps, first_loss), _stuck(steps), _grad_norm(steps)]
    findings += [_accuracy(steps), _margin(steps), _chosen(steps)]
    return [finding for finding in findings if finding is not None]


def kto_health(steps: Sequence[Mapping[str, float]]) -> list[str]:
    """The same for KTO; a step whose rows are all good, or all bad, has no margin."""
    if not steps or _diverged(steps):
        return _diverged(steps)
    paired = [step for step in steps if "rewards/margins" in step]
    findings = [_grad_norm(steps), _margin(paired) if paired else None]
    return [finding for finding in findings if finding is not None]


def sft_health(steps: Sequence[Mapping[str, float]]) -> list[str]:
    """The same for supervised fine-tuning: losses in nats per answer token."""
    if not steps or _diverged(steps):
        return _diverged(steps)
    return [finding for finding in (_grad_norm(steps), _answer_loss(steps)) if finding is not None]


def text_health(steps: Sequence[Mapping[str, float]]) -> list[str]:
    """The same for plain text, whose loss depends on what is written: no range of it is right or wrong."""
    if not steps or _diverged(steps):
        return _diverged(steps)
    return [finding for finding in (_grad_norm(steps),) if finding is not None]


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
    return f"The first loss is {first:.4f} where {expected:.4f} was expected: policy and reference did not start equal."


def _stuck(steps: Sequence[Mapping[str, float]]) -> str | None:
    if len(steps) < 2 or any(abs(step["loss"] - LN2) > 5e-5 for step in steps):
        return None
    return "The loss stayed at 0.6931 (ln 2): the model learned nothing. Identical pairs, or a learning rate of 0."


def _grad_norm(steps: Sequence[Mapping[str, float]]) -> str | None:
    norms = [step["grad_norm"] for step in steps]
    low, high = GRAD_NORM_RANGE
    if max(norms) > GRAD_NORM_SPIKE:
        return f"The gradient norm reached {max(norms):.0f} (over {GRAD_NORM_SPIKE:.0f}): lower the learning rate."
    typical = sorted(norms)[len(norms) // 2]
    if not low <= typical <= high:
        return f"The gradient norm is {typical:.3g} at the median, outside {low:g}-{high:g}."
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
    return f"The reward margin is {end:.4f} at the end, not above 0: the rows may contradict each other."


def _chosen(steps: Sequence[Mapping[str, float]]) -> str | None:
    """Chosen answers that become less likely than under the reference: the reward is beta times that log-ratio."""
    end = _tail_mean(steps, "rewards/chosen")
    if end >= 0:
        return None
    return 'The chosen answers became less likely than they were before: try loss_type ["sigmoid", "sft"].'


def _tail_mean(steps: Sequence[Mapping[str, float]], name: str) -> float:
    """Mean over the last quarter of the steps, at least one."""
    tail = steps[-max(1, len(steps) // 4) :]
    return sum(step[name] for step in tail) / len(tail)

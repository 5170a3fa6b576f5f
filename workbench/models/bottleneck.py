"""Bottleneck adapters (Houlsby et al. 2019): a narrow residual network after attention and after the MLP of each layer.

peft has none. The up-projection starts at zero, so a fresh adapter changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn

from workbench.models.outputs import is_output

NAME = "bottleneck"


class Bottleneck(nn.Module):
    """x + up(gelu(down(x))), for x of shape (..., width)."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.down = nn.Linear(width, size)
        self.up = nn.Linear(size, width)
        nn.init.normal_(self.down.weight, std=1e-2)  # the paper's
        for zero in (self.down.bias, self.up.weight, self.up.bias):
            nn.init.zeros_(zero)

    def forward(self, hidden: Tensor) -> Tensor:
        return cast("Tensor", hidden + self.up(nn.functional.gelu(self.down(hidden))))


def insert(model: nn.Module, size: int) -> list[str]:
    """Put an adapter of `size` after each output of attention and MLP; the names of their parameters."""
    for name, linear in [(name, module) for name, module in model.named_modules() if is_output(name)]:
        adapter = Bottleneck(int(linear.bias.shape[0]) if linear.bias is not None else _width(linear), size)
        # Beside the linear layer, not around it: the base keeps the names of its weights.
        model.get_submodule(name.rpartition(".")[0]).add_module(NAME, adapter.to(linear.weight.device))
        linear.register_forward_hook(_through(adapter))
    return [name for name, _ in model.named_parameters() if f".{NAME}." in name]


def _width(linear: nn.Module) -> int:
    """What a linear layer without bias puts out; its weight is (out, in)."""
    return int(cast("Tensor", linear.weight).shape[0])


def _through(adapter: Bottleneck) -> Callable[..., Any]:
    """A forward hook: what the linear layer puts out goes through the adapter."""

    def hook(_module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        return cast("Tensor", adapter(output))

    return hook


def state(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The adapters' part of a model's tensors."""
    return {name: tensor for name, tensor in tensors.items() if f".{NAME}." in name}


@torch.no_grad()
def fill(model: nn.Module, tensors: dict[str, Tensor]) -> None:
    """Give inserted adapters their trained values; KeyError or RuntimeError if they are not those of this model."""
    for name, parameter in model.named_parameters():
        if f".{NAME}." in name:
            parameter.copy_(tensors[name])

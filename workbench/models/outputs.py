"""The linear layers that end attention and MLP, where bottleneck adapters sit. Light: works on names."""

from __future__ import annotations

# By the names of the common architectures: Llama and its kin, GPT-2, OPT and Phi, Falcon and GPT-NeoX.
OUTPUTS = ("o_proj", "down_proj", "c_proj", "out_proj", "fc2", "dense", "dense_4h_to_h")


def is_output(name: str) -> bool:
    """Whether a module (or its weight) of that dotted name ends attention or MLP of a layer."""
    parts = name.removesuffix(".weight").split(".")
    return parts[-1] in OUTPUTS and any(part.isdigit() for part in parts)

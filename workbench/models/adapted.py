"""A base model with an adapter that is not merged: bottleneck adapters, peft's, and trained virtual tokens.

Virtual tokens (prefix, prompt and p-tuning) become keys and values computed once, so that generation and scoring
call such a model like any other; peft's own forward would put them in front again at every step.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import DynamicCache, PreTrainedModel

from workbench.models import adapter_folder, bottleneck


def attach(model: PreTrainedModel, folder: Path) -> tuple[Any, int]:
    """(`model` with the adapter in `folder`, the virtual tokens in front of every text: 0 for most adapters)."""
    described = adapter_folder.config(folder)
    if described["peft_type"] == bottleneck.NAME.upper():
        bottleneck.insert(model, described["bottleneck"])
        bottleneck.fill(model, load_file(folder / adapter_folder.WEIGHTS))
        return model.eval(), 0
    adapted = PeftModel.from_pretrained(model, folder).eval()
    if not adapted.active_peft_config.is_prompt_learning:
        return adapted, 0
    return Prefixed(model, _prefix(adapted)), int(adapted.active_peft_config.num_virtual_tokens)


@torch.no_grad()
def _prefix(adapted: PeftModel) -> DynamicCache:
    """Keys and values of the virtual tokens, for one row."""
    prompt = adapted.get_prompt(batch_size=1)
    if isinstance(prompt, DynamicCache):
        return prompt
    base: Any = adapted.get_base_model()
    cache: DynamicCache = base(inputs_embeds=prompt.to(base.dtype), use_cache=True).past_key_values
    return cache


class Prefixed(nn.Module):
    """A causal model that begins every text with the same keys and values; its logits are of the text alone."""

    def __init__(self, model: PreTrainedModel, prefix: DynamicCache) -> None:
        super().__init__()
        self.model = model
        self.config, self.generation_config = model.config, model.generation_config
        self.device, self.dtype = model.device, model.dtype
        self._prefix = prefix

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        past_key_values: DynamicCache | None = None,
        **options: Any,
    ) -> Any:
        """`input_ids` (B, T), mask and positions as without a prefix; the cache that comes back holds the prefix."""
        length = self._prefix.get_seq_length()
        if attention_mask is not None:
            attention_mask = torch.cat([attention_mask.new_ones(len(attention_mask), length), attention_mask], dim=1)
        return self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=None if position_ids is None else position_ids + length,
            past_key_values=self._fresh(len(input_ids)) if past_key_values is None else past_key_values,
            **options,
        )

    def _fresh(self, rows: int) -> DynamicCache:
        cache = copy.deepcopy(self._prefix)
        cache.batch_repeat_interleave(rows)
        return cache

"""A GGUF file made into a folder of float32 safetensors with its tokenizer: done once, loads in a second after.

The numbers stay those of the quantised weights; only their storage changes, so that the model can be trained.
"""

from __future__ import annotations

from pathlib import Path

IN_WORDS = "unpacking its 4-bit numbers"  # for who waits meanwhile


def dequantise(gguf: Path, folder: Path) -> None:
    """Write the model of `gguf` into the new folder `folder`; about 20 s and 600 MB for 135 million parameters.

    All end tokens (the chat template's among them) go into generation_config.json, so that other programs
    stop where the workbench stops.
    """
    from transformers import GenerationConfig

    from workbench.models import generation, hf
    from workbench.models.machine import Settings, cpus

    loaded = hf.load(gguf, Settings(threads=cpus()))
    model, tokenizer = loaded.model, loaded.tokenizer
    model.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=sorted(generation.end_tokens(model, tokenizer)),
        pad_token_id=tokenizer.pad_token_id,
    )
    tokenizer.model_max_length = loaded.max_length
    folder.mkdir(parents=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)

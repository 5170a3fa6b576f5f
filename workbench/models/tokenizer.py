"""The tokenizer of a model on this machine, without its weights: what counts tokens needs no more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import ModelError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def load_tokenizer(path: Path) -> PreTrainedTokenizerBase:
    """Of a folder or a GGUF file; ModelError if it cannot be read."""
    from transformers import AutoTokenizer

    where = {"pretrained_model_name_or_path": str(path)}
    if path.is_file():
        where = {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(**where)
    except (OSError, ValueError) as error:
        raise ModelError(f"The tokenizer in {path} cannot be loaded.", "Fetch or export the model again.") from error
    return tokenizer

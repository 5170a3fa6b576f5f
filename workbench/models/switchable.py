"""A base that is loaded once, with the adapters of its rounds beside one another, one of them at work at a time.

Switching between rounds takes no time and no further memory but the adapters'. What cannot share a base (weights that
were trained themselves, another base, virtual tokens, another type of adapter) is loaded in its place.
"""

from __future__ import annotations

from pathlib import Path

from peft import PeftModel
from safetensors import SafetensorError

from workbench.errors import ModelError
from workbench.models import adapter_folder, bottleneck
from workbench.models.hf import HFModel, load
from workbench.models.machine import Settings

_ALONE = (bottleneck.NAME.upper(), *adapter_folder.VIRTUAL_TOKENS)


class Switchable:
    """The model in `engine` answers. `bases_loaded` counts how often weights were read.

    The first model is loaded as everywhere else; from the first switch on a round is its base with its adapter, which
    may differ from the merged weights in the last digits.
    """

    def __init__(self, path: Path, settings: Settings, name: str) -> None:
        self._settings = settings
        self._base: Path | None = None  # of what is loaded, if adapters may be put on it
        self._adapted: PeftModel | None = None
        self._adapters: dict[Path, str] = {}
        self.bases_loaded = 0
        self._load(path, name)

    def switch(self, path: Path, name: str) -> None:
        """Let the model in `path` answer from now on. ModelError if it cannot be loaded; the one before stays."""
        adapter = None if path == self._base else _sharing(path)
        base = adapter_folder.base(adapter) if adapter else path
        if base != self._base or not self._fits(adapter):
            self._load(base, name)
        self.engine.name = name
        if adapter is not None:
            self._put_on(adapter)
        elif self._adapted is not None:
            self._adapted.base_model.disable_adapter_layers()

    def _load(self, path: Path, name: str) -> None:
        self.engine: HFModel = load(path, self._settings, name)
        self.bases_loaded += 1
        self._adapted, self._adapters = None, {}
        self._base = path if path.is_dir() and not adapter_folder.is_adapter(path) else None

    def _fits(self, adapter: Path | None) -> bool:
        """Whether an adapter of this type may stand beside those that are there."""
        if adapter is None or self._adapted is None:
            return True
        return bool(self._adapted.active_peft_config.peft_type == adapter_folder.config(adapter)["peft_type"])

    def _put_on(self, adapter: Path) -> None:
        label = self._adapters.setdefault(adapter, f"round{len(self._adapters)}")
        try:
            if self._adapted is None:
                self._adapted = PeftModel.from_pretrained(self.engine.model, adapter, adapter_name=label).eval()
                self.engine.model = self._adapted
            elif label not in self._adapted.peft_config:
                self._adapted.load_adapter(str(adapter), adapter_name=label)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            reason = str(error).strip().splitlines()[0].rstrip(".")
            raise ModelError(f"The adapter in {adapter} cannot be loaded: {reason}.", "Train it again.") from error
        self._adapted.base_model.enable_adapter_layers()
        self._adapted.set_adapter(label)
        self._adapted.eval()


def _sharing(path: Path) -> Path | None:
    """The adapter of the model in `path`, if it can stand beside others on a base that is there."""
    adapter = adapter_folder.of(path) if path.is_dir() else None
    if adapter is None or adapter_folder.config(adapter)["peft_type"] in _ALONE:
        return None
    return adapter if Path(adapter_folder.config(adapter)["base_model_name_or_path"]).is_dir() else None

"""The engine of a model: what its reference means, ready to be asked."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import ModelError
from workbench.models import address, backend
from workbench.models.language_model import LanguageModel
from workbench.models.machine import Settings


def label(reference: str) -> str:
    """A short name for lists of what is asked through another program."""
    return backend.parse(reference).label if backend.is_backend(reference) else address.parse(reference).label


def served(reference: str) -> LanguageModel:
    """A model that is asked through another program: a server, or a backend of lm-eval's. Nothing is loaded here yet.

    ModelError for a reference that is broken, or a backend whose packages are not installed.
    """
    if backend.is_backend(reference):
        from workbench.models.lm_eval_backend import BackendModel

        return BackendModel(backend.parse(reference))
    from workbench.models.server import ServerModel

    return ServerModel(address.parse(reference))


def local(path: str | None, settings: Settings, name: str) -> LanguageModel:
    """A model whose weights lie in a folder or file of this machine; ModelError where they do not."""
    if path is None:
        raise ModelError(f"The weights of {name} are not on this machine.", f"Pull {name} first.")
    from workbench.models import hf

    return hf.load(Path(path), settings, name)

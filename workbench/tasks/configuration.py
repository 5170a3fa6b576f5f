"""A task's YAML as it stands, read without importing lm-eval or anything that the file names."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from workbench.errors import DataError
from workbench.tasks import index, members

Asks = Literal["loglikelihood", "rolling", "generate"]
_ASKS: dict[str, Asks] = {
    "multiple_choice": "loglikelihood", "loglikelihood": "loglikelihood", "loglikelihood_rolling": "rolling",
    "generate_until": "generate",
}  # fmt: skip


def read(path: Path) -> dict[str, Any]:
    """The configuration with what it includes; a function that it names is the text of its name."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Knows `!function`, as the name it gives."""

    Loader.add_constructor("!function", lambda _, node: str(node.value))
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise DataError(f"{path} cannot be read as a task: {' '.join(str(error).split())}.") from error
    if not isinstance(found, dict):
        raise DataError(f"{path} holds no task: keys and values are needed.")
    included = found.pop("include", None) or []
    for one in [included] if isinstance(included, str) else included:
        found = {**read(path.parent / one), **found}
    return found


def of(name: str) -> dict[str, Any]:
    """The configuration of a task by its name, GROUP::TASK among them; UnknownName for another."""
    if index.MEMBER not in name:
        return read(index.path(name))
    found = members.member(name, read)
    return {**(read(index.path(found.base)) if found.base else {}), **found.changes}


def asks(name: str) -> Asks:
    """What a task asks of a model; of one that is written in Python, log-likelihoods are assumed."""
    config = of(name)
    usual = "loglikelihood" if config.get("class") else "generate_until"  # lm-eval's own default
    return _ASKS.get(str(config.get("output_type", usual)), "loglikelihood")

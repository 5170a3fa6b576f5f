"""The trust rule: a task file that came neither with the program nor with lm-eval is data, never code.

Its templates are rendered in Jinja's immutable sandbox (lm-eval's own environment runs whatever a template reaches),
and whatever would import, download or unpickle code is refused: `!function` and other tags, `class`, `unsafe_code`,
metrics outside lm-eval's own, loaders other than those of plain data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.errors import DataError, UnknownName

_LOADERS = ("json", "csv", "parquet", "text")
_HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*")
_CODE = ("class", "unsafe_code", "use_prompt", "custom_dataset")
_HINT = "Read it through; if you trust it, add --trust-task-code."


def read(path: Path) -> dict[str, Any]:
    """The configuration of a task file, with what it includes; DataError, with file and key, for anything but data."""
    found = _parsed(path)
    included = found.pop("include", [])
    for one in [included] if isinstance(included, str) else included:
        found = {**read(path.parent / one), **found}
    check(path, found)
    return found


@contextmanager
def sandboxed(path: Path) -> Iterator[None]:
    """Within, lm-eval renders templates in the sandbox; DataError for a template that tries to leave it."""
    from jinja2 import BaseLoader, StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from lm_eval import utils

    usual = utils.env
    utils.env = ImmutableSandboxedEnvironment(
        loader=BaseLoader(), undefined=StrictUndefined, keep_trailing_newline=True
    )
    utils.env.filters["regex_replace"] = utils.regex_replace
    try:
        yield
    except (UndefinedError, TemplateSyntaxError) as error:
        hint = "A template may use what a row holds: the keys of its data file. Text stands around {{ and }}."
        raise DataError(f"A template of {path} cannot be rendered: {str(error.message).rstrip('.')}.", hint) from error
    except TemplateError as error:
        raise DataError(f"A template of {path} cannot be rendered: {str(error).rstrip('.')}.", _HINT) from error
    finally:
        utils.env = usual


def _parsed(path: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.constructor.ConstructorError as error:
        place = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise DataError(f"{path}{place} names code: {error.problem}.", _HINT) from error
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise DataError(f"{path} cannot be read as a task: {' '.join(str(error).split())}.") from error
    if not isinstance(found, dict):
        raise DataError(f"{path} holds no task: keys and values are needed.")
    return found


def check(path: Path, config: Mapping[str, Any]) -> None:
    """DataError where a configuration out of that file would import, download or unpickle code."""
    from lm_eval.api import registry

    for key in _CODE:
        if config.get(key):
            raise DataError(f"{path}: {key} can run code.", _HINT)
    loader = str(config.get("dataset_path", "json"))
    if loader not in _LOADERS and not _HUB_ID.fullmatch(loader):
        raise DataError(f"{path}: dataset_path {loader!r} is neither {', '.join(_LOADERS)} nor a hub id.", _HINT)
    for metric in config.get("metric_list") or []:
        name = metric.get("metric")
        if name not in registry.METRIC_REGISTRY or metric.get("hf_evaluate"):
            near = UnknownName("metric", str(name), registry.METRIC_REGISTRY).hint
            raise DataError(f"{path}: the metric {name!r} is none of lm-eval's own. {near}", _HINT)

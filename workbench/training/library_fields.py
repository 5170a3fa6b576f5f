"""The fields that TRL's and peft's configurations have in the versions at hand, read from their source.

Importing either takes seconds and brings torch, which the terminal never loads; a written list would grow stale.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

Trainer = Literal["sft", "dpo", "kto"]
_CONFIGS = {"sft": "SFTConfig", "dpo": "DPOConfig", "kto": "KTOConfig"}


@cache
def trainer(name: Trainer) -> frozenset[str]:
    """The fields of TRL's configuration of a trainer, those of transformers' TrainingArguments among them."""
    own = _classes(_source("trl", f"trainer/{name}_config.py"))[_CONFIGS[name]]
    shared = _classes(_source("trl", "trainer/base_config.py"))["_BaseConfig"]
    arguments = _classes(_source("transformers", "training_args.py"))["TrainingArguments"]
    return frozenset(field for part in (own, shared, arguments) for field in _fields(part))


@cache
def peft_types() -> dict[str, tuple[str, str]]:
    """Each type that peft registers -> (the folder it lies in, the name of its configuration)."""
    found = {}
    for path in sorted((_root("peft") / "tuners").glob("*/__init__.py")):
        for call in _registrations(ast.parse(path.read_text(encoding="utf-8"))):
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            name, config = given["name"], given["config_cls"]
            assert isinstance(name, ast.Constant)
            assert isinstance(config, ast.Name)
            found[str(name.value)] = (path.parent.name, config.id)
    return found


@cache
def peft(kind: str) -> frozenset[str]:
    """The fields of the configuration of a registered type, those it inherits among them."""
    folder, config = peft_types()[kind]
    known = dict(_classes(_source("peft", "config.py")))
    for inherited in ("lora", "prompt_tuning", folder):
        known |= _classes(_source("peft", f"tuners/{inherited}/config.py"))
    known |= _classes(_source("peft", "tuners/lycoris_utils.py"))
    return frozenset(_inherited(config, known))


def _inherited(name: str, known: dict[str, ast.ClassDef]) -> Iterator[str]:
    if name in known:
        yield from _fields(known[name])
        for base in known[name].bases:
            if isinstance(base, ast.Name):
                yield from _inherited(base.id, known)


def _registrations(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "register_peft_method":
            yield node


def _classes(tree: ast.Module) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _fields(node: ast.ClassDef) -> list[str]:
    """The annotated names of a dataclass's body, those that its constructor does not take left out."""
    return [
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign)
        and isinstance(part.target, ast.Name)
        and "ClassVar" not in ast.unparse(part.annotation)
        and "init=False" not in ast.unparse(part)
    ]


def _source(package: str, path: str) -> ast.Module:
    return ast.parse((_root(package) / path).read_text(encoding="utf-8"))


def _root(package: str) -> Path:
    """Where a package lies; looking it up does not import it."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent

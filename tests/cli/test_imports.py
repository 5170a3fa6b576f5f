"""The light commands stay light: what they load is read from sys.modules of their own process."""

from __future__ import annotations

import json
import subprocess
import sys

import given
import pytest

from workbench.store import open_store

HEAVY = {"torch", "transformers", "trl", "peft", "datasets", "evaluate", "lm_eval", "accelerate"}
NOT_FOR_STATUS = HEAVY | {"textual", "numpy", "sqlite_utils", "pydantic", "rich", "pandas"}

SCRIPT = """
import json, sys
from workbench.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print("modules " + json.dumps(sorted({name.split(".")[0] for name in sys.modules})), file=sys.stderr)
"""


@pytest.fixture
def filled(workspace):
    with open_store(workspace) as store:
        given.rated(store, given.batch(store, [["a", "b"]]), {1: (5, 5, 5), 2: (1, 1, 1)})
    return workspace.root


def loaded(*arguments):
    command = [sys.executable, "-P", "-c", SCRIPT, *map(str, arguments)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.rpartition("modules ")[2]))


@pytest.mark.parametrize(
    "arguments",
    [
        ("jobs", "list"), ("rate", "--list"), ("models", "list"), ("models", "show", "small"), ("data", "list"),
        ("export", "preferences", "--preview"), ("doctor",), ("--help",), ("generate", "--help"),
        ("train", "dpo", "--help"), ("train", "sft", "--help"), ("chat", "--help"), ("models", "pull", "--help"),
        ("judge", "run", "--help"), ("judge", "report"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_light_command_loads_nothing_heavy(filled, arguments):
    assert loaded("--workspace", filled, *arguments) & HEAVY == set()


def test_status_loads_neither_textual_nor_numpy_nor_sqlite_utils_nor_pydantic(filled):
    assert loaded("--workspace", filled, "status") & NOT_FOR_STATUS == set()


def test_every_form_and_registry_is_read_without_anything_heavy(filled):
    script = """
import json, sys
from pathlib import Path
from workbench import jobs, registry, rubrics
from workbench.store import open_store
from workbench.views import catalog
from workbench.workspace import Workspace
workspace = Workspace(Path(sys.argv[1]))
with open_store(workspace) as store:
    for kind in jobs.kinds():
        for field in jobs.params(kind).model_fields.values():
            for mark in field.metadata:
                if type(mark).__name__ == "Choice":
                    catalog.choices(store, mark.of)
    for package in ("workbench.cli", "workbench.jobs"):
        registry.names(package)
    rubrics.names(workspace)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
    done = subprocess.run([sys.executable, "-P", "-c", script, filled], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) & HEAVY == set()

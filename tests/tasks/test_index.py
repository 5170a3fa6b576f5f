"""Names of tasks without a wait: what is read and imported for a search once the names are kept."""

from __future__ import annotations

import json
import subprocess
import sys

from workbench.tasks import index

SEARCH = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from workbench.tasks import index
found = index.search(["sst2"])
print(json.dumps([found, opened, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def searched():
    found = subprocess.run([sys.executable, "-c", SEARCH], capture_output=True, text=True, check=True)
    return json.loads(found.stdout)


def test_kept_names_are_found_without_a_look_at_any_task(cache):
    index.installed()
    names, opened, modules = searched()
    assert "sst2" in names
    assert [file for file in opened if file.endswith("-names.json")] == [str(next(cache.glob("lm_eval-*-names.json")))]
    assert not [file for file in opened if file.endswith((".yaml", ".yml"))]
    assert not {"lm_eval", "yaml", "numpy", "torch", "datasets"} & set(modules)


def test_setting_up_keeps_the_names(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))
    subprocess.run([sys.executable, "-m", "workbench.tasks.index"], check=True)
    assert len(searched()[0]) > 0
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]

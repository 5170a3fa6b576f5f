"""A wheel carries rubrics and data, works from any folder, and leaves the datasets library alone."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run([str(part) for part in command], check=True)
    return next(folder.glob("workbench-*.whl"))


def test_it_carries_rubrics_data_and_templates(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "workbench/bundled/rubrics/general.toml" in names
    assert "workbench/bundled/datasets/prompts.jsonl" in names
    assert "workbench/bundled/templates/sentiment.toml" in names


def test_it_installs_nothing_beside_the_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"workbench"}


def test_it_works_unpacked_in_another_folder(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import datasets, workbench\n"
        "from workbench.workspace import bundled_file\n"
        "print(workbench.__file__, bundled_file('datasets', 'prompts', '.jsonl'), datasets.Dataset.__name__)"
    )
    run = subprocess.run([sys.executable, "-P", "-c", script], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert run.stdout.count(str(tmp_path / "site")) == 2
    assert run.stdout.split()[-1] == "Dataset"


def test_a_checkout_does_not_shadow_the_datasets_library() -> None:
    run = subprocess.run([sys.executable, "-c", "import datasets; print(datasets.__version__)"], cwd=ROOT, check=True)
    assert run.returncode == 0

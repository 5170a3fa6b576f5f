"""The hub's protocol spoken by a small server on this machine; the client is the real one.

Fetching runs in a process of its own: the hub's library reads its address and cache once, when it is imported.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from workbench.models import hf
from workbench.models.machine import Settings

COMMIT = "0" * 40


class Hub(BaseHTTPRequestHandler):
    """Serves the files of `folder` as the model owner/name."""

    folder: Path

    def do_GET(self) -> None:
        if self.path.startswith("/api/models/owner/name/tree/"):
            sizes = {path.name: path.stat().st_size for path in self.folder.iterdir()}
            tree = [{"type": "file", "path": name, "size": size, "oid": name} for name, size in sizes.items()]
            self.answer(json.dumps(tree).encode())
        elif self.path.startswith("/api/models/owner/name"):
            files = [{"rfilename": path.name} for path in self.folder.iterdir()]
            self.answer(json.dumps({"id": "owner/name", "sha": COMMIT, "siblings": files}).encode())
        elif self.path.startswith("/owner/name/resolve/"):
            self.answer((self.folder / self.path.rpartition("/")[2]).read_bytes())
        else:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.end_headers()

    do_HEAD = do_GET

    def answer(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output stays its own."""


@pytest.fixture
def hub(tiny_folder: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a hub that holds `tiny` as owner/name, beside weights in other formats."""
    Hub.folder = Path(shutil.copytree(tiny_folder, tmp_path / "served"))
    (Hub.folder / "pytorch_model.bin").write_bytes(b"pickled")
    (Hub.folder / "consolidated.safetensors").write_bytes(b"a second copy")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fetch(hub_id: str, address: str, cache: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "from pathlib import Path; from workbench.models import catalog\n"
        f"print(catalog.fetch(catalog.parse({hub_id!r}), Path('.'), lambda done, total, what: None))"
    )
    environment = {"HF_ENDPOINT": address, "HF_HOME": str(cache), "HF_HUB_DISABLE_XET": "1"}
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)


def fetched(hub_id: str, address: str, cache: Path) -> Path:
    run = fetch(hub_id, address, cache)
    assert run.returncode == 0, run.stderr
    return Path(run.stdout.strip())


def test_a_hub_model_is_fetched_and_loads(hub: str, tmp_path: Path) -> None:
    folder = fetched("owner/name", hub, tmp_path / "hub")
    assert hf.load(folder, Settings()).max_length == 1024


def test_only_safe_weights_are_fetched(hub: str, tmp_path: Path) -> None:
    folder = fetched("owner/name", hub, tmp_path / "hub")
    assert not {"pytorch_model.bin", "consolidated.safetensors"} & {path.name for path in folder.iterdir()}


def test_a_fetched_model_is_found_without_the_hub(hub: str, tmp_path: Path) -> None:
    first = fetched("owner/name", hub, tmp_path / "hub")
    assert fetched("owner/name", "http://127.0.0.1:9", tmp_path / "hub") == first


def test_a_model_the_hub_does_not_have_is_named(hub: str, tmp_path: Path) -> None:
    refusal = fetch("owner/other", hub, tmp_path / "hub").stderr
    assert "ModelError: The hub has no model 'owner/other', or it is private or gated." in refusal


def test_an_unreachable_hub_is_named_in_one_sentence(tmp_path: Path) -> None:
    refusal = fetch("owner/name", "http://127.0.0.1:9", tmp_path / "hub").stderr
    assert "ModelError: The model 'owner/name' is not on this machine and the hub cannot be reached." in refusal

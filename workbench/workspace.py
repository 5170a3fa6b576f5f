"""Where things live: one folder a workspace, one cache a user, and what comes bundled with the program.

The workspace is --workspace, else $WORKBENCH_WORKSPACE, else the nearest parent folder that holds
`workbench.db`, else the user's data directory.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import UnknownName, WorkbenchError

DATABASE = "workbench.db"
VARIABLE = "WORKBENCH_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder with a database, and the files the database points to by content."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / DATABASE

    @property
    def data(self) -> Path:
        """Content-addressed data sets: one file a fingerprint."""
        return self.root / "data"

    @property
    def models(self) -> Path:
        """Merged weights of trained rounds: one folder a model name."""
        return self.root / "models"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def checks(self) -> Path:
        """What the checks found in data sets; may be removed at any time."""
        return self.root / "checks"

    @property
    def rubrics(self) -> Path:
        """The user's own rubrics; a name there wins over a bundled one."""
        return self.root / "rubrics"

    def job_folder(self, job_id: int) -> Path:
        """Checkpoints and the log of one job."""
        return self.root / "jobs" / str(job_id)

    def job_log(self, job_id: int) -> Path:
        return self.job_folder(job_id) / "log.txt"

    def create(self) -> Workspace:
        """Make the folder; the database appears when the store is first opened."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorkbenchError(
                f"The workspace folder {self.root} cannot be made: {error.strerror}.",
                "Choose another with --workspace DIR.",
            ) from error
        return self


def find(explicit: str | None = None, start: Path | None = None) -> Workspace:
    """The workspace a command works on; `start` (default: the current folder) is where the search upwards begins."""
    chosen = explicit or os.environ.get(VARIABLE)
    if chosen:
        return Workspace(Path(chosen).expanduser().resolve())
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / DATABASE).is_file():
            return Workspace(folder)
    return Workspace(user_data() / "default")


def demo() -> Workspace:
    """The workspace of `workbench demo`."""
    return Workspace(user_data() / "demo")


def user_data() -> Path:
    """The user's data directory; $WORKBENCH_HOME overrides it."""
    override = os.environ.get("WORKBENCH_HOME")
    if override:
        return Path(override).expanduser().resolve()
    from platformdirs import user_data_path  # costs 10 ms, and only the fallback needs it

    return user_data_path("workbench", appauthor=False)


def model_cache() -> Path:
    """Where fetched models are kept for all workspaces of a user; $WORKBENCH_CACHE overrides it."""
    override = os.environ.get("WORKBENCH_CACHE")
    if override:
        return Path(override).expanduser().resolve()
    from platformdirs import user_cache_path

    return user_cache_path("workbench", appauthor=False)


def bundled(kind: str) -> Path:
    """The folder of bundled rubrics, datasets or templates: beside the package in a checkout, in it in a wheel."""
    package = Path(__file__).parent
    for folder in (package / "bundled" / kind, package.parent / kind):
        if folder.is_dir():
            return folder
    raise WorkbenchError(f"The bundled {kind} are missing from this installation.", "Install workbench again.")


def bundled_file(kind: str, name: str, suffix: str) -> Path:
    """The file of a bundled rubric or data set; UnknownName with the nearest ones otherwise."""
    folder = bundled(kind)
    path = folder / f"{name}{suffix}"
    if not path.is_file():
        raise UnknownName(kind.rstrip("s"), name, (file.stem for file in folder.glob(f"*{suffix}")))
    return path

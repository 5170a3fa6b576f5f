"""The rows of a training as TRL takes them: where several processes share one, in a file that all of them read.

Beside such a file `datasets` keeps what is worked out of the rows, such as what a reference says that is read once. Of
rows in memory each process keeps it in a folder of its own, where the others do not find what the first one wrote.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from datasets.arrow_dataset import Dataset

_FOLDER = "rows"


def dataset(rows: Sequence[Mapping[str, Any]], fields: Sequence[str], folder: Path, part: str = "train") -> Dataset:
    """These fields of the rows, in the run's `folder`, which all processes see; each of them has to ask for each part.

    What an earlier attempt left there is removed.
    """
    made = Dataset.from_list([{name: row[name] for name in fields} for row in rows])
    if not torch.distributed.is_initialized():
        return made
    place = folder / _FOLDER / part
    if torch.distributed.get_rank() == 0:
        shutil.rmtree(place, ignore_errors=True)
        made.save_to_disk(str(place))
    torch.distributed.barrier()
    return Dataset.load_from_disk(str(place))

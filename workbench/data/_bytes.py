"""A file's bytes as lines of text, with how many bytes have been read; never more than one line in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from workbench.errors import DataError

LONGEST_LINE = 256 * 2**20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, open for reading; DataError names it and what is wrong with it."""
    try:
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise DataError(f"There is no file {path}.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def length(path: Path) -> int:
    """The bytes of a file; DataError if it cannot be opened."""
    with opened(path) as file:
        return file.seek(0, 2)


def decoded(data: bytes, path: Path, start: int) -> str:
    """Text of bytes that begin at byte `start` of the file."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 (byte {start + error.start}).", "Save it as UTF-8.") from error


class LineReader:
    """The lines of a file, cut at line feeds alone; `read` counts the bytes so far."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.read = 0

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Each line with the byte after its end."""
        with opened(self._path) as file:
            while line := file.readline(LONGEST_LINE + 1):
                start, self.read = self.read, self.read + len(line)
                self._check(line)
                if start == 0 and line.startswith(BYTE_ORDER_MARK):
                    start = len(BYTE_ORDER_MARK)
                    line = line[start:]
                yield decoded(line, self._path, start), self.read

    def texts(self) -> Iterator[str]:
        """The lines alone."""
        return (line for line, _ in self)

    def _check(self, line: bytes) -> None:
        if len(line) > LONGEST_LINE:
            raise DataError(
                f"{self._path} has a line of more than {LONGEST_LINE // 2**20} MB.",
                "Is it one JSON array? Then name the file .json.",
            )

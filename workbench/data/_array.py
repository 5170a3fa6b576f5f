"""A JSON array of objects, read one object at a time: the file may be larger than the memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from workbench.data._bytes import BYTE_ORDER_MARK, opened
from workbench.errors import DataError

_CHUNK = 2**20
_NEAR = 16  # a value cut off by the end of what was read is objected to within so many characters of it
_SPACE = re.compile(r"[ \t\n\r]*")


def array(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Each object with the byte up to which the file has been read; DataError names the row or the line."""
    with opened(path) as file:
        text = _Window(file, path)
        if text.next() != "[":
            raise DataError(f"{path} is not a JSON array of objects.", "For one object a line, name the file .jsonl.")
        text.at += 1
        number = 0
        while text.next() != "]":
            if number:
                text.take_comma()
            number += 1
            row = text.value()
            if not isinstance(row, dict):
                what = f"{path}, row {number}: expected an object, found {type(row).__name__}."
                raise DataError(what, 'Write {"prompt": ...}.')
            yield row, text.read
        text.at += 1
        if text.next():
            raise text.broken("text after the closing bracket", text.at)


class _Window:
    """The part of the file that is being looked at; `at` is the place in it, `read` the bytes read so far."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._json = json.JSONDecoder()
        self._text = ""
        self._lines = 1  # up to the beginning of the window
        self._ended = False
        self.at = 0
        self.read = 0

    def next(self) -> str:
        """The next character that is no white space, which is then at `at`; empty at the end of the file."""
        while True:
            found = _SPACE.match(self._text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._more(_CHUNK):
                return ""

    def take_comma(self) -> None:
        if self.next() != ",":
            raise self.broken("Expecting ',' delimiter", self.at)
        self.at += 1

    def value(self) -> Any:
        """The value at `at`, for which more is read as long as it may only be cut off."""
        self.next()
        chunk = _CHUNK
        while True:
            try:
                found, self.at = self._json.raw_decode(self._text, self.at)
                return found
            except json.JSONDecodeError as error:
                cut_off = error.msg.startswith("Unterminated string") or error.pos > len(self._text) - _NEAR
                if not (cut_off and self._more(chunk)):
                    raise self.broken(error.msg, error.pos) from error
                chunk *= 2  # a value of many chunks is not begun anew for each of them
            except (ValueError, RecursionError) as error:
                raise DataError(f"{self._path}: not readable JSON ({error}).") from error

    def broken(self, why: str, at: int) -> DataError:
        line = self._lines + self._text.count("\n", 0, at)
        return DataError(f"{self._path}, line {line}: not valid JSON ({why}).", "Correct the file there.")

    def _more(self, size: int) -> bool:
        """Drop what was used and read on; False at the end of the file."""
        if self._ended:
            return False
        data = self._file.read(size)
        start, self.read = self.read, self.read + len(data)
        pending = len(self._decoder.getstate()[0])
        self._lines += self._text.count("\n", 0, self.at)
        try:
            text = self._decoder.decode(data.removeprefix(BYTE_ORDER_MARK) if start == 0 else data, final=not data)
        except UnicodeDecodeError as error:
            mark = len(BYTE_ORDER_MARK) * (start == 0 and data.startswith(BYTE_ORDER_MARK))
            place = start - pending + mark + error.start
            raise DataError(f"{self._path} is not UTF-8 (byte {place}).", "Save it as UTF-8.") from error
        self._text, self.at, self._ended = self._text[self.at :] + text, 0, not data
        return bool(data)

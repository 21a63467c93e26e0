"""Strict JSON, value by value, with line numbers: a long array never stands in memory whole."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

_BLANK = re.compile(r"[ \t\r\n]*")


class JsonWalk:
    """A cursor over one JSON text. Every method raises `json.JSONDecodeError` where the text breaks the grammar."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._counted_to = 0
        self._lines = 1
        self._decoder = json.JSONDecoder(parse_constant=_refuse_constant)

    def next_character(self) -> str:
        """The first character of what comes next, without taking it; "" at the end."""
        self._skip_blank()
        return self._source[self._at : self._at + 1]

    def line(self) -> int:
        """The line (from 1) on which what comes next begins."""
        self._skip_blank()
        self._lines += self._source.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._lines

    def value(self) -> Any:
        """Takes one whole value. NaN, Infinity, integers of thousands of digits and deep nests break the grammar."""
        self._skip_blank()
        try:
            taken, self._at = self._decoder.raw_decode(self._source, self._at)
        except json.JSONDecodeError:
            raise
        except ValueError as error:
            # Python's own words on long numbers tell how to lift its limit, which helps nobody here.
            self._fail("A number has thousands of digits" if "digits" in str(error) else str(error))
        except RecursionError:
            self._fail("Nested too deep")
        return taken

    def members(self) -> Iterator[str]:
        """Takes an object, giving each key in turn; the caller takes its value before asking for the next."""
        for _ in self._items("{", "}"):
            if self.next_character() != '"':
                self._fail("Expecting property name enclosed in double quotes")
            key = self.value()
            self._take(":")
            yield key

    def elements(self) -> Iterator[int]:
        """Takes an array, giving the line of each element in turn; the caller takes it before asking for the next."""
        for _ in self._items("[", "]"):
            yield self.line()

    def end(self) -> None:
        """Nothing but blank space may follow."""
        if self.next_character():
            self._fail("Extra data")

    def _items(self, opening: str, closing: str) -> Iterator[None]:
        self._take(opening)
        more = self.next_character() != closing
        while more:
            yield
            more = self.next_character() == ","
            if more:
                self._take(",")
        self._take(closing)

    def _take(self, character: str) -> None:
        if self.next_character() != character:
            self._fail(f"Expecting '{character}'")
        self._at += 1

    def _skip_blank(self) -> None:
        blank = _BLANK.match(self._source, self._at)
        self._at = blank.end() if blank else self._at

    def _fail(self, reason: str) -> NoReturn:
        raise json.JSONDecodeError(reason, self._source, self._at)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")

"""Text files with separators: encoding, delimiter, quoting."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import charset_normalizer

from geo.errors import ReadError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = (",", "\t", ";", "|")
_SAMPLE: Final = 400
_LONGEST_CELL: Final = 1_000_000
_MOST_LINES_IN_A_CELL: Final = 200
_ENOUGH_TO_JUDGE: Final = 64


@dataclass(frozen=True)
class Decoded:
    """Text of a file, the encoding it was in, and whether that was a guess."""

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes) -> Decoded:
    r"""Text of a file: by byte order mark, UTF-8, UTF-16, else a guess that falls to Windows-1252.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    ReadError
        When the bytes are not text.

    Examples
    --------
    >>> decode("city\nPeñasco".encode("cp1252")).encoding
    'cp1252'
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(_strict(data, encoding), encoding, guessed=False)
    head = data[:4096]
    if b"\0" in head:
        odd, even = head[1::2].count(0), head[::2].count(0)
        for zeros, encoding in ((odd, "utf-16-le"), (even, "utf-16-be")):
            if zeros > 0.4 * len(head) / 2 and zeros > 4 * min(odd, even):
                return Decoded(_strict(data, encoding), encoding, guessed=True)
        raise _not_a_table()
    try:
        return Decoded(_checked(data.decode("utf-8")), "utf-8", guessed=False)
    except UnicodeDecodeError:
        pass
    encoding = _guess(data)
    # Five bytes have no letter in Windows-1252; they are kept as a mark instead of losing the file.
    return Decoded(_checked(data.decode(encoding, errors="replace")), encoding, guessed=True)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return _checked(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise ReadError(
            f"The file says it is {encoding}, but is damaged near byte {error.start:,}.",
            "Export it again, as CSV UTF-8.",
        ) from error


def _checked(text: str) -> str:
    """Refuse what decodes by accident: a program or picture is full of control characters."""
    head = text[:20_000]
    controls = sum(1 for letter in head if letter < " " and letter not in "\t\r\n\f\v")
    if controls > 0.02 * len(head) or "\0" in head:
        raise _not_a_table()
    return text


def _guess(data: bytes) -> str:
    """Trust a statistical guess only when there is enough to go by."""
    foreign = sum(1 for byte in data[:1_000_000] if byte > 127)
    if foreign >= _ENOUGH_TO_JUDGE:
        lines = [line for line in data[:1_000_000].splitlines() if not line.isascii()]
        best = charset_normalizer.from_bytes(b"\n".join(lines)[:50_000]).best()
        if best is not None and best.encoding.startswith(("big5", "gb", "shift", "euc", "mac_rom")):
            return str(best.encoding)
    return "cp1252"


def _not_a_table() -> ReadError:
    return ReadError(
        "This file is not a table: it holds binary data.",
        "Save the table as CSV, Excel (.xlsx), GeoJSON or GeoPackage.",
    )


def find_delimiter(text: str) -> str:
    r"""Find the separator that cuts the first lines into the steadiest and widest rows.

    Examples
    --------
    >>> find_delimiter("a;b;c\n1,5;2;3\n2,5;3;4\n")
    ';'
    """
    best, best_score = ",", (0.0, 0)
    sample = text[:200_000]
    for delimiter in _DELIMITERS:
        if delimiter not in sample:
            continue
        widths = Counter(
            len(line) for line in islice(_lines(sample, delimiter, strict=False), _SAMPLE) if line
        )
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            continue
        width = max(wide, key=lambda w: (wide[w], w))
        score = (round(wide[width] / sum(widths.values()), 1), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def lines_of(text: str, delimiter: str) -> Iterator[list[str]]:
    """Cells of each line, quoted line breaks inside cells kept.

    Raises
    ------
    ReadError
        When a quote is opened and never closed.
    """
    return _lines(text, delimiter, strict=True)


def _lines(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, line in enumerate(reader, start=1):
            if strict and reader.line_num > number:
                _check_quotes(line, number)
            yield line
    except csv.Error as error:
        if strict:
            raise _open_quote(number + 1) from error


def _check_quotes(line: list[str], number: int) -> None:
    if any(cell.count("\n") > _MOST_LINES_IN_A_CELL for cell in line):
        raise _open_quote(number)


def _open_quote(number: int) -> ReadError:
    return ReadError(
        f"Row {number:,} opens a quotation mark that is not closed.",
        'Close or remove the " in that row, or save the file as Excel (.xlsx).',
    )

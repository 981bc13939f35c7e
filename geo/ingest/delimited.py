"""Text files with separators: the delimiter, and the cells of each line.

Nearly all lines of nearly all files are well formed: they go to Arrow's parser in large pieces.
Where quotation marks do not match, lines are read one by one until they do again. Both ways give
the same cells.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from geo.ingest.blocks import Block
from geo.ingest.quoting import LONGEST, LineReader
from geo.ingest.swallowing import MANY_LINES, cells_by_line, mostly, nearly_full

_DELIMITERS: Final = (",", "\t", ";", "|", "^")
_SAMPLE: Final = 400
_SAMPLE_LETTERS: Final = 200_000
_HEAD: Final = 200
_WINDOW: Final = 1 << 23
_ONE_BY_ONE: Final = 5_000
_QUOTE, _NEWLINE, _RETURN = b'"\n\r'


@dataclass(frozen=True)
class Cut:
    """How lines are cut into cells: the delimiter, and how many cells most lines have."""

    delimiter: str
    width: int | None


def find_cut(text: str) -> Cut:
    r"""Find the separator that cuts the first lines into the steadiest and widest rows.

    A first line `sep=;`, as Excel writes it, decides.

    Examples
    --------
    >>> find_cut("a;b;c\n1,5;2;3\n2,5;3;4\n")
    Cut(delimiter=';', width=3)
    """
    sample = text[:_SAMPLE_LETTERS].encode()
    is_whole = len(text) < _SAMPLE_LETTERS
    first = text[:10].splitlines()[:1]
    said = first[0][4:] if first and first[0].lower().startswith("sep=") else ""
    best, best_score = Cut(",", None), (0.0, 0)
    for delimiter in (said,) if said in _DELIMITERS else _DELIMITERS:
        if delimiter.encode() not in sample:
            continue
        lines = LineReader(sample, delimiter, None, is_whole=is_whole).read(0, _SAMPLE).cells
        widths = Counter(map(len, lines))
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            continue
        width = max(wide, key=lambda w: (wide[w], w))
        filled = sum(count for cells, count in widths.items() if cells)
        score = (round(wide[width] / filled, 1), width)
        if score > best_score:
            best, best_score = Cut(delimiter, width), score
    return best


def read_blocks(data: bytes, cut: Cut, *, fast: bool = True) -> Iterator[tuple[Block, float]]:
    """Cells of all lines, in blocks, each with the share of the file that has been read.

    Parameters
    ----------
    data : bytes
        UTF-8.
    cut : Cut
        From `find_cut`.
    fast : bool
        Whether Arrow may read well-formed stretches; the cells are the same either way.

    Yields
    ------
    tuple of Block and float
        The first block holds the first lines, where titles and header are.

    Raises
    ------
    ReadError
        When a line is longer than a million bytes, or a row in quotation marks than 32 MB.
    """
    position = 0
    reader = LineReader(data, cut.delimiter, cut.width or 1)
    while position < len(data):
        end = position
        if fast and position and cut.width is not None and cut.width > 1:
            end = _well_formed(data, position, cut.delimiter, cut.width)
        if end > position:
            block = _parse(data[position:end], cut.delimiter, cut.width or 1)
        else:
            most, most_bytes = (_ONE_BY_ONE, _WINDOW) if position else (_HEAD, None)
            lines = reader.read(position, most, most_bytes)
            block, end = Block.of_lines(lines.cells, lines.broken, lines.stray), lines.end
        position = end
        yield block, position / len(data)


def _well_formed(data: bytes, start: int, delimiter: str, width: int) -> int:
    """End of the lines from `start` on that any CSV reader would cut alike; `start` when none."""
    window = np.frombuffer(data, np.uint8, min(_WINDOW, len(data) - start), start)
    after = data[start + len(window) : start + len(window) + 1]
    newlines = np.flatnonzero(window == _NEWLINE)
    quotes = np.flatnonzero(window == _QUOTE)
    inside = np.searchsorted(quotes, newlines) % 2 == 1
    limit = min(
        _first_stray(window, quotes, ord(delimiter), is_last=not after), _lone_return(window, after)
    )
    limit = min(limit, _first_odd(window, newlines, inside, ord(delimiter), width))
    ends = newlines[~inside]
    ends = ends[ends < limit]
    if not after and limit >= len(window) and len(quotes) % 2 == 0:
        return len(data)
    return start + int(ends[-1]) + 1 if len(ends) else start


def _first_stray(
    window: NDArray[np.uint8], quotes: NDArray[np.int64], delimiter: int, *, is_last: bool
) -> int:
    """Where the first quote is that is not at the edge of a cell, nor doubled inside one."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = window[np.maximum(opening - 1, 0)]
    right = (opening == 0) | np.isin(before, (delimiter, _NEWLINE, _QUOTE))
    behind = np.minimum(closing + 1, len(window) - 1)
    fine = np.isin(window[behind], (delimiter, _NEWLINE, _RETURN, _QUOTE))
    # What follows the last letter of the window is not known, unless the file ends there.
    fine |= is_last & (closing == len(window) - 1)
    wrong = np.concatenate([opening[~right], closing[~fine]])
    return int(wrong.min()) if len(wrong) else len(window)


def _lone_return(window: NDArray[np.uint8], after: bytes) -> int:
    returns = np.flatnonzero(window == _RETURN)
    following = window[np.minimum(returns + 1, len(window) - 1)]
    alone = returns[(following != _NEWLINE) & ((returns < len(window) - 1) | (after != b"\n"))]
    return int(alone[0]) if len(alone) else len(window)


def _first_odd(
    window: NDArray[np.uint8],
    newlines: NDArray[np.int64],
    inside: NDArray[np.bool_],
    delimiter: int,
    width: int,
) -> int:
    """Start of the first line that is very long, or may be several between two stray quotes."""
    ends = np.flatnonzero(~inside)
    if not len(ends):
        return 0
    starts = np.concatenate([[0], newlines[ends[:-1]] + 1])
    odd = newlines[ends] - starts >= LONGEST
    if inside.any():
        cells = cells_by_line(window, delimiter)[: len(newlines)]
        firsts = np.concatenate([[0], ends[:-1] + 1])
        lines = ends - firsts + 1
        several = lines > 1
        full = np.add.reduceat((cells == width).astype(np.int64), firsts)
        begun = nearly_full(cells, width)
        begun[firsts] = False  # the first line of a row may well be its beginning
        begins = np.add.reduceat(begun.astype(np.int64), firsts) > 0
        odd |= (lines > MANY_LINES) | (several & (begins | mostly(full, lines)))
    return int(starts[odd.argmax()]) if odd.any() else len(window)


def _parse(data: bytes, delimiter: str, width: int) -> Block:
    """Lines any CSV reader cuts alike, by Arrow; those of another width are kept beside them."""
    odd: dict[int, list[str]] = {}

    def keep(row: pyarrow.csv.InvalidRow) -> str:
        odd[row.number - 1] = LineReader(row.text.encode(), delimiter, None).read(0, 1).cells[0]
        return "skip"

    names = [str(number) for number in range(width)]
    table = pyarrow.csv.read_csv(
        pa.py_buffer(data),
        read_options=pyarrow.csv.ReadOptions(
            use_threads=False, column_names=names, block_size=2 * len(data) + 1
        ),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=keep,
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )
    columns = [column.combine_chunks() for column in table.columns]
    return Block(columns, len(table) + len(odd), odd)

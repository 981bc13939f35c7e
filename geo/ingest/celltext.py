"""Typed Arrow columns as text, as a person would type it."""

import json
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

INVISIBLE: Final = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
"""Marks without a shape: of the direction of writing, of no width, for hyphens, byte order."""

_HARMLESS: Final = "[\u00ad\u200b\u200e\u200f\u2060\ufeff]"
"""Those that do not change how the rest is read; the others stay in cells, as data."""

_MIDNIGHT: Final = r"[ T]00:00:00(?:\.0+)?$"


def as_text(column: pa.Array) -> pa.Array:
    """Cells as text: "" where missing, dates as YYYY-MM-DD, whole numbers without a point.

    Times with a zone keep it as "+00:00": they are instants, and become local days later.

    Examples
    --------
    >>> as_text(pa.array([1.0, 41.5, None, float("nan")])).to_pylist()
    ['1', '41.5', '', '']
    >>> as_text(pa.array([True, False, None])).to_pylist()
    ['Y', 'N', '']
    """
    kind = column.type
    if isinstance(column, pa.ExtensionArray):
        return as_text(column.storage)
    if pa.types.is_dictionary(kind):
        return as_text(column.dictionary_decode())
    if pa.types.is_boolean(kind):
        text = pc.if_else(column, "Y", "N")
    elif pa.types.is_floating(kind):
        text = _of_floats(column)
    elif pa.types.is_timestamp(kind):
        text = _of_times(column)
    elif pa.types.is_nested(kind):
        text = pa.array(
            [None if v is None else json.dumps(v, default=str) for v in column.to_pylist()],
            pa.string(),
        )
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        text = pa.array([None if v is None else v.hex() for v in column.to_pylist()], pa.string())
    elif pa.types.is_null(kind):
        text = pa.nulls(len(column), pa.string())
    elif pa.types.is_duration(kind) or pa.types.is_interval(kind):
        text = pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
    else:
        text = column
    return pc.utf8_trim_whitespace(pc.fill_null(text.cast(pa.string()), ""))


def cleaned(column: pa.Array) -> pa.Array:
    r"""Cells without the blanks around them and without marks that say nothing.

    Web pages and spreadsheets put such marks into dates and names, which then equal no other.

    Examples
    --------
    >>> cleaned(pa.array([" Kent ", "2020\u200e-05\u200e-01"])).to_pylist()
    ['Kent', '2020-05-01']
    """
    if not pc.all(pc.string_is_ascii(column)).as_py():
        column = pc.replace_substring_regex(column, _HARMLESS, "")
    return pc.utf8_trim_whitespace(column)


def _of_floats(column: pa.Array) -> pa.Array:
    """Shortest text that reads back as the same number; not a number is missing."""
    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    column = pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type))
    whole = pc.and_(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 1e15))
    as_whole = (
        pc.if_else(whole, column, pa.scalar(0.0, column.type)).cast(pa.int64()).cast(pa.string())
    )
    return pc.if_else(whole, as_whole, column.cast(pa.string()))


def _of_times(column: pa.Array) -> pa.Array:
    zoned = column.type.tz is not None
    seconds = column.cast(pa.timestamp("s", column.type.tz), safe=False)
    text = seconds.cast(pa.timestamp("s")).cast(pa.string())
    if zoned:
        return pc.binary_join_element_wise(text, "+00:00", "")
    return without_midnight(text)


def without_midnight(column: pa.Array) -> pa.Array:
    """Days without the midnight that a program put behind them; other times stay.

    Examples
    --------
    >>> without_midnight(pa.array(["2020-05-01T00:00:00", "2020-05-01 13:30:00"])).to_pylist()
    ['2020-05-01', '2020-05-01 13:30:00']
    """
    return pc.replace_substring_regex(column, _MIDNIGHT, "")

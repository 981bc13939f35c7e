"""Tables of a layer: as files keep them, and as people read them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.layers import Layer
from maps import provenance
from maps.legend import CLASS, LINES
from maps.palette import CLASS_WORDS

AREA_ID: Final = "area_id"
"""Column that holds the index: county code or cell id."""

_WKT: Final = "wkt"
_STAMP: Final = (2020, 1, 1, 0, 0, 0)  # of files in a zip: the same study makes the same bytes
_CHANCES: Final = ("p", "q", "adjusted_p", "adjusted_q")
_LEAST_CHANCE: Final = 0.001
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain(layer: Layer) -> pd.DataFrame:
    """Take the columns a file keeps: the id, then the layer's fields, numbers as numbers.

    Parameters
    ----------
    layer : Layer
        With shapes.

    Returns
    -------
    DataFrame
        Without geometry, 0..n-1 index.
    """
    if layer.shapes is None:
        raise ValueError("A table needs shapes.")
    columns: dict[str, Any] = {AREA_ID: layer.shapes.index.astype(str)}
    for field in layer.fields:
        values = layer.shapes[field.column]
        if field.column.endswith(CLASS):
            columns[field.column] = pd.to_numeric(values, errors="coerce").astype("Int64").array
        elif field.decimals is None:
            columns[field.column] = values.astype("string").astype(object).to_numpy()
        else:
            number = pd.to_numeric(values, errors="coerce")
            columns[field.column] = number.to_numpy(dtype=float, na_value=np.nan)
    return pd.DataFrame(columns)


def labels(layer: Layer) -> dict[str, str]:
    """Say what each column of `plain` is, in words and with its unit."""
    return {AREA_ID: "Area id", **{field.column: field.label for field in layer.fields}}


def readable(layer: Layer) -> pd.DataFrame:
    """Make the table for people: labels as columns, classes in words, numbers rounded, no id.

    Parameters
    ----------
    layer : Layer
        With shapes; its order is kept.

    Returns
    -------
    DataFrame
        Whole numbers are nullable integers, missing values are <NA> or NaN; p- and q-values are
        text, "<0.001" where they are smaller, because none is ever 0.
    """
    table = plain(layer)
    shown: dict[str, Any] = {}
    for field in layer.fields:
        values = table[field.column]
        if field.column.endswith(CLASS):
            shown[field.label] = values.map(CLASS_WORDS).fillna("Not computable")
        elif field.column in _CHANCES:
            shown[field.label] = [chance(value, field.decimals or 3) for value in values]
        elif field.decimals == 0:
            shown[field.label] = values.round().astype("Int64")
        else:
            shown[field.label] = values if field.decimals is None else values.round(field.decimals)
    return pd.DataFrame(shown)


def chance(value: float, decimals: int) -> str | None:
    """Write a p- or q-value, never as 0; None when it is missing.

    Examples
    --------
    >>> chance(0.00004, 4), chance(0.04321, 3), chance(float("nan"), 3)
    ('<0.001', '0.043', None)
    """
    if np.isnan(value):
        return None
    return f"<{_LEAST_CHANCE}" if value < _LEAST_CHANCE else f"{value:.{decimals}f}"


def harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front.

    Examples
    --------
    >>> harmless("=1+1"), harmless("Cook County"), harmless(-1.5)
    ("'=1+1", 'Cook County', -1.5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def pack(files: Mapping[str, bytes]) -> bytes:
    """Put files into a zip, always with the same time, so that equal content is equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return out.getvalue()


def _csv(table: pd.DataFrame) -> bytes:
    # Lines as in RFC 4180, section 2; then text with a lone carriage return is quoted too.
    return str(table.to_csv(index=False, lineterminator="\r\n")).encode("utf-8-sig")


def csv_zip(
    layer: Layer,
    study_json: Mapping[str, Any],
    about: Mapping[str, Any],
    also: Sequence[Layer] = (),
) -> bytes:
    """Write the table as CSV beside the study and what its columns are.

    Parameters
    ----------
    layer : Layer
        With shapes; lines along streets are written too, as well-known text.
    study_json, about : mapping
        The provenance; title, handling level and whether the data are synthetic.
    also : sequence of Layer
        Each is a table of its own, named by its key.

    Returns
    -------
    bytes
        A zip of areas.csv (UTF-8 with BOM, for Excel), columns.csv, study.json and about.json.
    """
    table, words = _written(layer)
    files = {"areas.csv": _csv(table), "columns.csv": _csv(words)}
    for one in also:
        more, meaning = _written(one)
        files |= {f"{one.key}.csv": _csv(more), f"{one.key}_columns.csv": _csv(meaning)}
    files[provenance.STUDY_FILE] = provenance.text(study_json).encode()
    return pack(files | {"about.json": provenance.text(about).encode()})


def _written(layer: Layer) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table of a layer with no text that would be run, and what its columns are."""
    table, meaning = plain(layer), labels(layer)
    if layer.style in LINES and layer.shapes is not None:
        table[_WKT] = layer.shapes.geometry.to_wkt(rounding_precision=6).to_numpy()
        meaning[_WKT] = "Line, well-known text, EPSG:4326"
    for column in table.columns[[not pd.api.types.is_numeric_dtype(t) for t in table.dtypes]]:
        table[column] = table[column].map(harmless)
    table.columns = [str(harmless(c)) for c in table.columns]
    words = pd.DataFrame({"column": table.columns, "meaning": list(meaning.values())})
    return table, words.map(harmless)

"""A result as plain JSON values, for the shell and for other programs."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis import result as names
from analysis import street_result as streets
from analysis.map_verdict import MapCheck
from analysis.result import Density, HotSpots
from analysis.run import Result
from analysis.street_result import StreetDensity
from geo import schema
from geo.schema import Records

CLASS: Final = "class"
"""Of the test that leads, as in the files and in the finding; "gi_class" and "adjusted_class" name
the test."""

AREA_FIELDS: Final = {
    "name": names.NAME,
    "count": names.COUNT,
    "population": names.POPULATION,
    "z": names.Z,
    "p": names.P,
    "q": names.Q,
    "gi_class": names.CLASS,
    "adjusted_p": names.ADJUSTED_P,
    "adjusted_q": names.ADJUSTED_Q,
    "adjusted_class": names.ADJUSTED_CLASS,
    "relative_risk": names.RISK,
    "robust": names.ROBUST,
    "half_class": names.HALF,
    "double_class": names.DOUBLE,
}


def report(
    result: Result, records: Sequence[Records], check: MapCheck | None = None
) -> dict[str, Any]:
    """Lay out what came in, what was chosen and what was found.

    Parameters
    ----------
    result : HotSpots, Density or StreetDensity
        What `analysis.run.run` gave.
    records : sequence of Records
        What it was given.
    check : MapCheck, optional
        How the map did on what came after it; "check" is None without.

    Returns
    -------
    dict
        Values for `json.dumps(..., allow_nan=False)`; what is not known is None. `rows_read` is
        `kept` plus the sum of `dropped`; `precision` counts the records' rows by NAACCR code
        (incidents, where rows of one were folded), so it sums to `kept` only where none were;
        `areas` are ranked, hottest first. `classes` and each area's `class` are those of the test
        the finding speaks of first (`hot_means`: "people" or "counts"), and so are `robust`,
        `half_class` and `double_class`; `gi_classes`, `gi_class` are of Gi*, `adjusted_classes`,
        `adjusted_class` of the test by people, None where it was not made. A density has
        `surface`, `peaks`, `hot_areas` and `contours` instead of `classes` and `areas`; along
        streets `streets` and `stretches`.
    """
    table = pd.concat([one.table for one in records], ignore_index=True)
    dropped: dict[str, int] = {}
    for one in records:
        for reason, rows in one.report.dropped.items():
            dropped[reason] = dropped.get(reason, 0) + int(rows)
    precision = table[schema.PRECISION].value_counts().sort_index()
    came_in = {
        "rows_read": sum(one.report.rows_read for one in records),
        "kept": sum(one.report.kept for one in records),
        "dropped": dropped,
        "records": sum(one.incidents for one in records),
        "precision": {str(code): int(rows) for code, rows in precision.items()},
        "parameters": [
            {"name": p.name, "value": p.value, "reason": p.reason} for p in result.parameters
        ],
    }
    if isinstance(result, HotSpots):
        found = _areas(result)
    else:
        found = _along(result) if isinstance(result, StreetDensity) else _surface(result)
    return {
        **came_in,
        **found,
        "finding": result.finding,
        "warnings": list(result.warnings),
        "check": check.to_json() if check else None,
        "study": result.study.to_json(),
        "provenance": dict(result.provenance),
    }


def _areas(result: HotSpots) -> dict[str, Any]:
    fields = {"name": names.NAME, CLASS: result.leading, **AREA_FIELDS}
    columns = {field: result.areas[column].tolist() for field, column in fields.items()}
    rows = zip(*columns.values(), strict=True)
    tests = {"gi_classes": names.CLASS, "adjusted_classes": names.ADJUSTED_CLASS}
    if result.by_people:  # the finding speaks of it first
        tests = dict(reversed(tests.items()))
    return {
        "hot_means": "people" if result.by_people else "counts",
        "whole_map": result.whole_map,
        "at_scales": result.at_scales,
        "classes": _held(result.areas[result.leading]),
        **{name: _held(result.areas[column]) for name, column in tests.items()},
        "areas": [
            {"geoid": str(area), **{k: _plain(v) for k, v in zip(columns, row, strict=True)}}
            for area, row in zip(result.areas.index, rows, strict=True)
        ],
    }


def _held(classes: "pd.Series[int]") -> dict[str, int] | None:
    """Count the areas of each class; None where the test could not be made."""
    if classes.isna().all():
        return None
    held = classes.value_counts()
    return {str(number): int(held.get(number, 0)) for number in range(-3, 4)}


def _surface(result: Density) -> dict[str, Any]:
    surface = result.surface
    height = np.asarray(surface.values, dtype=np.float64)
    values = height[np.isfinite(height)]
    return {
        "surface": {
            "rows": height.shape[0],
            "cols": height.shape[1],
            "pixel_m": surface.transform[1],
            "bandwidth_m": surface.bandwidth_m,
            "unit": surface.unit,
            "max": _plain(values.max(initial=0.0)),
            "mean": _plain(values.mean()) if values.size else None,
        },
        "peaks": _rows(result.peaks),
        "hot_areas": _rows(result.areas.drop(columns="geometry")),
        "contours": _rows(result.contours.drop(columns="geometry")),
    }


def _along(result: StreetDensity) -> dict[str, Any]:
    pieces = result.pieces
    return {
        "streets": {
            "pieces": len(pieces),
            "length": _plain(result.total_length),
            "bandwidth_m": result.bandwidth_m,
            "unit": result.unit,
            "max": _plain(pieces[streets.DENSITY].max()),
            "sum": _plain((pieces[streets.DENSITY] * pieces[streets.LENGTH]).sum()),
        },
        "stretches": _rows(result.stretches.drop(columns="geometry")),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{k: _plain(v) for k, v in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:  # noqa: ANN401  (a cell of a table has any type)
    """Turn a cell into what JSON knows: missing becomes None, a whole float an int."""
    if value is None or value is pd.NA:
        return None
    if isinstance(value, (float, np.floating)):
        if not math.isfinite(value):
            return None
        return int(value) if float(value).is_integer() else float(value)
    return value.item() if isinstance(value, np.generic) else value

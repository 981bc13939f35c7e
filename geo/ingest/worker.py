"""Open workbooks and vector files in a process of their own, with limits of memory and time.

Their formats are large and the libraries behind them are written in C and Rust: a hostile file may
take down this process, not the application. Called only by `read_guarded`.
"""

import json
import math
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.ipc
import pyogrio
import python_calamine
import shapely

from geo import settings
from geo.errors import ReadError

Driver = Literal["workbook", "GeoJSON", "GPKG"]

SECONDS: Final = 120
_MEMORY: Final = 6 * 1024**3
_MOST_CELLS: Final = 100_000_000
GEOMETRY_LON: Final = "geometry longitude"
GEOMETRY_LAT: Final = "geometry latitude"


@dataclass(frozen=True, eq=False)
class Contents:
    """What the worker found: lines of cells, the sheets or layers there are, and the one read.

    `shapes` says how many places were areas or lines and were replaced by a point inside.
    """

    lines: list[list[str]]
    sheets: tuple[str, ...]
    sheet: str
    shapes: int = 0


def read_guarded(path: Path, driver: Driver, sheet: str | None = None) -> Contents:
    """Read a workbook or vector file in another process.

    Parameters
    ----------
    path : Path
        A file whose kind has been checked by its first bytes.
    driver : {"workbook", "GeoJSON", "GPKG"}
        What it is; never guessed here.
    sheet : str, optional
        Sheet or layer; the first that holds something when not given.

    Raises
    ------
    ReadError
        When it cannot be read within the limits.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.arrow"
        command = [sys.executable, "-m", __name__, str(path), driver, sheet or "", str(answer)]
        try:
            done = subprocess.run(  # noqa: S603  (our own module, no shell, no user text as program)
                command, cwd=settings.ROOT, timeout=SECONDS, capture_output=True, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise ReadError(
                f"The file took longer than {SECONDS} seconds to open.",
                "Save the table alone as CSV.",
            ) from error
        if done.returncode == 2:
            raise ReadError(*json.loads(done.stdout.decode().splitlines()[-1]))
        if done.returncode != 0 or not answer.exists():
            raise ReadError(
                "The file is damaged or too large to open.", "Save the table as CSV and try again."
            )
        with pa.memory_map(str(answer)) as source:
            table = pa.ipc.open_file(source).read_all()
            about = json.loads(table.schema.metadata[b"about"])
            columns = [column.to_pylist() for column in table.columns]
        lines = [list(line) for line in zip(*columns, strict=True)]
    return Contents(lines, tuple(about["sheets"]), about["sheet"], about["shapes"])


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _read_workbook(path: Path, wanted: str) -> Contents:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.CalamineError as error:
        raise ReadError(
            "The workbook cannot be opened: it is damaged or locked with a password.",
            "Open it in Excel and save it again without a password, or as CSV.",
        ) from error
    names = tuple(book.sheet_names)
    for name in [wanted] if wanted else names:
        if name not in names:
            raise ReadError("The workbook has no such sheet.", "Choose one of its sheets.")
        sheet = book.get_sheet_by_name(name)
        if sheet.end is None:
            continue
        if (sheet.end[0] + 1) * (sheet.end[1] + 1) > _MOST_CELLS:
            raise ReadError(
                "The sheet spans more than 100 million cells.", "Delete the empty rows below it."
            )
        # Empty rows above count, so that row numbers are those Excel shows.
        lines = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        if any(any(line) for line in lines):
            return Contents(lines, names, name)
    raise ReadError("The workbook is empty.", "Choose a file with a table.")


def _cell(value: object) -> str:
    """Write a cell as a person would type it."""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time() else f"{value:%Y-%m-%d}"
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value).strip()


def _read_vector(path: Path, driver: str, wanted: str) -> Contents:
    names = tuple(str(name) for name, _ in pyogrio.list_layers(path))
    if not names:
        raise ReadError("The file has no layers.", "Choose a file with a layer of points.")
    if wanted and wanted not in names:
        raise ReadError("The file has no such layer.", "Choose one of its layers.")
    kinds = {str(name): str(kind) for name, kind in pyogrio.list_layers(path)}
    name = wanted or next((n for n in names if "Point" in kinds[n]), names[0])
    if pyogrio.read_info(path, layer=name)["driver"] != driver:
        raise ReadError("The file is not what its name says.", "Export it again.")
    frame = pyogrio.read_dataframe(path, layer=name, use_arrow=False)
    attributes = pd.DataFrame({str(c): frame[c] for c in frame.columns if c != "geometry"})
    lines = [[str(c) for c in attributes.columns]]
    columns = [[_text(value) for value in attributes[c]] for c in attributes.columns]
    shapes = 0
    if "geometry" in frame.columns:
        if frame.crs is None:
            raise ReadError(
                "The layer does not say which coordinate system it is in.",
                "Save it again with one, such as WGS 84 (EPSG:4326).",
            )
        places = np.asarray(frame.geometry.to_crs(4326).to_numpy(), dtype=object)
        real = ~(shapely.is_missing(places) | shapely.is_empty(places))
        shapes = int((real & (shapely.get_type_id(places) != shapely.GeometryType.POINT)).sum())
        inside = shapely.point_on_surface(places)
        columns += [
            [_text(float(v)) for v in shapely.get_x(inside)],
            [_text(float(v)) for v in shapely.get_y(inside)],
        ]
        lines[0] += [GEOMETRY_LON, GEOMETRY_LAT]
    lines += [list(line) for line in zip(*columns, strict=True)]
    return Contents(lines, names, name, shapes)


def _text(value: object) -> str:
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, float):
        return "" if not math.isfinite(value) else _cell(value)
    return _cell(value)


def _write(contents: Contents, path: Path) -> None:
    """Lines of equal length as Arrow: quick to read back, and nothing in it is code."""
    width = max(map(len, contents.lines), default=0)
    padded = (line + [""] * (width - len(line)) for line in contents.lines)
    columns = [pa.array(column, type=pa.string()) for column in zip(*padded, strict=True)]
    about = {"sheets": contents.sheets, "sheet": contents.sheet, "shapes": contents.shapes}
    table = pa.table(columns, names=[str(number) for number in range(width)])
    table = table.replace_schema_metadata({"about": json.dumps(about)})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def main(arguments: list[str]) -> int:
    """Read one file and write its lines; 2 and a message on standard output for bad input."""
    path, driver, sheet, answer = arguments
    _limit_memory()
    try:
        if driver == "workbook":
            contents = _read_workbook(Path(path), sheet)
        else:
            contents = _read_vector(Path(path), driver, sheet)
        _write(contents, Path(answer))
    except ReadError as error:
        sys.stdout.write(json.dumps([error.message, error.hint]) + "\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

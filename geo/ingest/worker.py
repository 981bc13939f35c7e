"""Open workbooks and vector files in a process of their own, with limits of memory and time.

Their formats are large and the libraries behind them are written in C and Rust: a hostile file may
take down this process, not the application. Called only by `read_guarded`.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa
import pyarrow.ipc

from geo import settings
from geo.errors import CrsError, ReadError, Sample
from geo.ingest import sheets, vectors
from geo.ingest.contents import Contents

Driver = Literal["workbook", "GeoJSON", "GPKG", "KML", "ESRI Shapefile", "Parquet"]
Tell = Callable[[str, float], None]

SECONDS: Final = 120
_MEMORY: Final = 4 * 1024**3
_BAD_INPUT: Final = 2
_ANSWER: Final = "answer.arrow"
_REFUSAL: Final = "refusal.json"


@dataclass(frozen=True)
class Request:
    """What to read: a file of a known kind, a sheet or layer, the EPSG code if it has none."""

    path: str
    driver: Driver
    sheet: str | None = None
    crs: int | None = None


def read_guarded(
    path: Path,
    driver: Driver,
    sheet: str | None = None,
    crs: int | None = None,
    tell: Tell | None = None,
) -> Contents:
    """Read a workbook or vector file in another process.

    Parameters
    ----------
    path : Path
        A file whose kind has been checked by its first bytes.
    driver : str
        What it is; never guessed here.
    sheet : str, optional
        Sheet or layer; the first that holds something when not given.
    crs : int, optional
        EPSG code of the coordinates where the file does not say it.
    tell : callable, optional
        Told several times a second that it still runs; what it raises ends the process.

    Raises
    ------
    ReadError
        When it cannot be read within the limits.
    CrsError
        When the file does not say its coordinate system, and no one else does.
    """
    request = Request(str(path), driver, sheet, crs)
    with tempfile.TemporaryDirectory() as folder:
        code = _run(json.dumps([folder, asdict(request)]), tell)
        answer = Path(folder) / _ANSWER
        if code == _BAD_INPUT:
            raise _refusal(json.loads((Path(folder) / _REFUSAL).read_text("utf-8")))
        if code != 0 or not answer.exists():
            raise ReadError(
                "The file is damaged or too large to open.", "Save the table as CSV and try again."
            )
        # Read, not mapped: the folder goes away, and on Windows a mapped file cannot.
        table = pa.ipc.open_file(pa.BufferReader(answer.read_bytes())).read_all()
    return Contents.of_table(table)


def _run(request: str, tell: Tell | None) -> int:
    """Exit code of a worker; ended when it takes too long or `tell` raises."""
    # Names of sheets are data: they go through the pipe, not into the list of processes.
    with subprocess.Popen(  # noqa: S603  (our own module, no shell, no user text as program)
        [sys.executable, "-m", __name__],
        cwd=settings.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            until = time.monotonic() + SECONDS
            if process.stdin is not None:
                process.stdin.write(request.encode())
                process.stdin.close()
            while time.monotonic() < until:
                try:
                    return process.wait(0.2)
                except subprocess.TimeoutExpired:
                    if tell is not None:
                        tell("Opening the file", 0.3)
        finally:
            process.kill()
    raise ReadError(
        f"The file took longer than {SECONDS} seconds to open.", "Save the table alone as CSV."
    )


def _refusal(said: dict[str, object]) -> ReadError | CrsError:
    message, hint = str(said["message"]), str(said["hint"])
    sample = said["sample"]
    if isinstance(sample, list):
        return CrsError(message, hint, Sample(tuple(sample[0]), tuple(sample[1])))
    return CrsError(message, hint) if said["is_crs"] else ReadError(message, hint)


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of memory would hold incidents


def _write(table: pa.Table, path: Path) -> None:
    """Cells as Arrow: quick to read back, and nothing in it is code."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def main() -> int:
    """Read the file named on standard input; 2 and a refusal beside the answer for bad input."""
    folder, said = json.loads(sys.stdin.read())
    request = Request(**said)
    _limit_memory()
    try:
        if request.driver == "workbook":
            contents = sheets.read_workbook(Path(request.path), request.sheet)
        elif request.driver == "Parquet":
            contents = vectors.read_parquet(Path(request.path), request.crs)
        else:
            contents = vectors.read_layers(
                Path(request.path), request.driver, request.sheet, request.crs
            )
        _write(contents.to_table(), Path(folder) / _ANSWER)
    except (ReadError, CrsError) as error:
        sample = error.sample if isinstance(error, CrsError) else None
        refusal = {
            "message": error.message,
            "hint": error.hint,
            "is_crs": isinstance(error, CrsError),
            "sample": None if sample is None else [sample.easting, sample.northing],
        }
        (Path(folder) / _REFUSAL).write_text(json.dumps(refusal), "utf-8")
        return _BAD_INPUT
    return 0


if __name__ == "__main__":
    sys.exit(main())

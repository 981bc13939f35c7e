"""The study inside a file: how it is written, and how it is read back out of any format."""

import base64
import binascii
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from PIL import Image
from rasterio.io import MemoryFile

from geo.errors import ReadError

STUDY_FILE: Final = "study.json"
"""Name inside a zip."""

STUDY_MARK: Final = "hrs-atlas-study:"
"""In the keywords of a figure or the tags of a raster: the study follows as JSON in base64."""

_MARKED: Final = re.compile(re.escape(STUDY_MARK).encode() + rb"([A-Za-z0-9+/=]+)")
_IN_HTML: Final = re.compile(
    r'<script type="application/json" id="study">(.*?)</script>', re.DOTALL
)
_MOST_BYTES: Final = 20_000_000


def text(study_json: Mapping[str, Any]) -> str:
    """Write the study as JSON text; dates and the like become text.

    Examples
    --------
    >>> text({"k": 8})
    '{"k": 8}'
    """
    return json.dumps(study_json, default=str, ensure_ascii=False)


def mark(study_json: Mapping[str, Any]) -> str:
    """Write the study as one word of plain letters, for metadata that know no structure."""
    return STUDY_MARK + base64.b64encode(text(study_json).encode()).decode()


def _marked(content: bytes) -> str | None:
    found = _MARKED.search(content)
    return base64.b64decode(found[1], validate=True).decode() if found else None


def _zip(content: bytes) -> str | None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if packed.getinfo(STUDY_FILE).file_size > _MOST_BYTES:
            return None
        return packed.read(STUDY_FILE).decode()


def _geopackage(content: bytes) -> str | None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "study.gpkg"
        path.write_bytes(content)
        address = f"{path.as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as base:
            row = base.execute("SELECT study FROM study LIMIT 1").fetchone()
    return str(row[0]) if row else None


def _png(content: bytes) -> str | None:
    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        return _marked(str(image.info.get("Keywords", "")).encode())


def _tiff(content: bytes) -> str | None:
    with MemoryFile(content) as memory, memory.open(driver="GTiff") as raster:
        return _marked(str(raster.tags().get("STUDY", "")).encode())


def _text_file(content: bytes) -> str | None:
    body = content.decode("utf-8-sig", errors="replace").lstrip()
    if body.startswith("{"):
        plain = json.loads(body)
        return json.dumps(plain["study"] if plain.get("type") == "FeatureCollection" else plain)
    found = _IN_HTML.search(body)
    return found[1] if found else _marked(content)


_READERS: Final = (
    (b"PK", _zip), (b"SQLite format 3\0", _geopackage), (b"\x89PNG", _png), (b"%PDF", _marked),
    (b"II*\0", _tiff), (b"II+\0", _tiff), (b"MM\0*", _tiff),
)  # fmt: skip


def read_study(content: bytes) -> dict[str, Any]:
    """Read the study back out of an exported file of any format, or a bare study as JSON.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    dict
        What was given as `study_json` when the file was written.

    Raises
    ------
    ReadError
        There is no study in it.

    Examples
    --------
    >>> read_study(b'{"method": "hotspots"}')
    {'method': 'hotspots'}
    """
    reader = next((read for magic, read in _READERS if content.startswith(magic)), _text_file)
    try:
        found = reader(content)
        plain = json.loads(found) if found and len(found) <= _MOST_BYTES else None
    except (
        KeyError, ValueError, OSError, sqlite3.Error, zipfile.BadZipFile, binascii.Error,
        RecursionError,
    ) as error:  # fmt: skip
        raise _no_study() from error
    if not isinstance(plain, dict):
        raise _no_study()
    return plain


def _no_study() -> ReadError:
    return ReadError(
        "There is no study in this file.", "Choose a file that HRS Atlas wrote, unchanged."
    )

"""The borders every browser already holds: their ids and names, in the file's order."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from geo.errors import BoundaryError
from geo.settings import ROOT

SOURCE: Final = ROOT / "boundaries" / "data" / "counties.topo.json"
"""TopoJSON with the objects "counties" (id: geoid) and "states" (id: USPS code)."""

Members = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]


@lru_cache(maxsize=4)
def _objects(path: Path, changed: float) -> dict[str, Members]:
    """Every object of a file; read again when the file has changed."""
    del changed  # part of the cache's key only
    topology: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {name: _read(plain["geometries"]) for name, plain in topology["objects"].items()}


def _read(shapes: list[dict[str, Any]]) -> Members:
    about = [shape.get("properties", {}) for shape in shapes]
    names = tuple((str(plain.get("name", "")), str(plain.get("state", ""))) for plain in about)
    return tuple(str(shape["id"]) for shape in shapes), names


def members(name: str, source: Path | None = None) -> Members:
    """Ids and names of the shapes of one object, in the file's order.

    Parameters
    ----------
    name : str
        "counties" or "states".
    source : Path, optional
        Another TopoJSON file than the shipped one.

    Returns
    -------
    ids : tuple of str
    names : tuple of (name, state)

    Raises
    ------
    BoundaryError
        The file is missing or has no such object.
    """
    path = source or SOURCE
    try:
        return _objects(path, path.stat().st_mtime)[name]
    except (OSError, KeyError, ValueError) as error:
        raise BoundaryError(
            f"The shipped borders ({name}) are missing or damaged.",
            "Run `python cli.py boundaries verify`, then `make assets`.",
        ) from error

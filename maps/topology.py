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
def _members(path: Path, changed: float, name: str) -> Members:
    del changed  # part of the cache's key only
    topology: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    shapes = topology["objects"][name]["geometries"]
    return tuple(str(shape["id"]) for shape in shapes), tuple(
        (str(about.get("name", "")), str(about.get("state", "")))
        for about in (shape.get("properties", {}) for shape in shapes)
    )


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
        return _members(path, path.stat().st_mtime, name)
    except (OSError, KeyError, ValueError) as error:
        raise BoundaryError(
            f"The shipped borders ({name}) are missing or damaged.",
            "Run `python cli.py boundaries verify`, then `make assets`.",
        ) from error

"""A point written where an address belongs: degrees, minutes and seconds, the link of a map."""

import re
from typing import Final

import pandas as pd

from geo.ingest.degrees import unmistakable

_PAIR = re.compile(r"\s*[(\[]?-?\d{1,3}\.\d{3,}\s*[,; ]\s*-?\d{1,3}\.\d{3,}[)\]]?\s*")
_WEST = re.compile(r"\s*[(\[]?\+?\d{2}\.\d+\s*[,; ]\s*-\d{2,3}\.\d+[)\]]?\s*")
_MAY_BE: Final = r"[\u00b0\u00ba]|https?://|\d\.\d"
_HALVES = re.compile(
    r"\s*(?P<lat>[NS][^NSEW]*|[^NSEW]*[NS])[\s,;]+(?P<lon>[EW][^NSEW]*|[^NSEW]*[EW])\s*",
    re.IGNORECASE,
)
_EXACT = re.compile("[\u00b0\u00ba]|\\.\\d{3}")  # "50 N 100 W" is an address in Utah
_NUMBER: Final = r"([+-]?\d{1,3}\.\d+)"
_LINK = re.compile(r"\s*https?://\S+\s*")
_IN_LINK: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"!3d{_NUMBER}!4d{_NUMBER}",
        rf"mlat={_NUMBER}&mlon={_NUMBER}",
        rf"[@=:/]{_NUMBER}(?:,|%2C)(?:\+|%20)?{_NUMBER}",
        rf"#map=[\d.]+/{_NUMBER}/{_NUMBER}",
    )
)


def written_points(text: pd.Series) -> pd.Series:
    r"""Give latitude and longitude of texts that are a point and nothing else, "" for all others.

    Parameters
    ----------
    text : Series of str, shape (n,)

    Returns
    -------
    Series of str, shape (n,)
        Two numbers with a point, as `read_places` reads them; index as given.

    Examples
    --------
    >>> written_points(pd.Series(["36.19 -76.466", "36.1900, -76.4660", "50 N 100 W"])).tolist()
    ['36.19 -76.466', '36.1900, -76.4660', '']
    >>> written_points(pd.Series(["36\u00b011'24\"N 76\u00b027'36\"W"])).tolist()
    ['36.190000, -76.460000']
    >>> written_points(pd.Series(["https://maps.google.com/?q=36.19,-76.466"])).tolist()
    ['36.19, -76.466']
    """
    some = text[text.str.contains(_MAY_BE, regex=True)]
    known = {cell: _point(cell) for cell in some.unique()}
    found = pd.Series("", index=text.index, dtype="str")
    found[some.index] = some.map(known).astype("str")
    return found


def _point(cell: str) -> str:
    if _PAIR.fullmatch(cell) or _WEST.fullmatch(cell):
        return cell
    if _LINK.fullmatch(cell):
        places = (pattern.search(cell) for pattern in _IN_LINK)
        place = next((one for one in places if one), None)
        return f"{place[1]}, {place[2]}" if place else ""
    halves = _HALVES.fullmatch(cell)
    if not halves or not all(map(_EXACT.search, halves.groups())):
        return ""
    lat, lon = unmistakable(pd.Series([half.strip() for half in halves.groups()]))
    return f"{lat:.6f}, {lon:.6f}" if abs(lat) <= 90 and abs(lon) <= 180 else ""

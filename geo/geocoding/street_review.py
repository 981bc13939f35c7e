"""What a person looks at: what is wrong in groups, streets around a place, known points."""

from itertools import product
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.geocoding.batch import BY_A_PERSON, UNLOCATABLE
from geo.geocoding.remote import LIES_FAR, NOT_EXACT
from geo.geocoding.street_answer import (
    AT_DISTANCE,
    BARE_NAME,
    BESIDE_MILE,
    COUNTY_IN_PART,
    FAR_TOWN,
    NO_COUNTY,
    NO_PLACE,
    NOT_SCENE,
    NUMBERED_ROAD,
    OTHER_COUNTY,
    OTHER_PLACE,
    OTHER_STATE,
    OWN_PLACES,
    PLACE_NOT_INDEXED,
    REASONS,
    TWO_PLACES,
    UNSURE_NUMBER,
    ZIP_ABROAD,
)
from geo.geocoding.street_index import DEGREE, StreetIndex
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_table import LETTERS, REASON, SCORE, SOURCE
from geo.ingest.places import CITY, STATE, ZIP
from geo.schema import LAT, LON, METHOD, POINT_PRECISIONS, PRECISION, PRECISIONS, RADIUS_M

ROWS: Final = "rows"
WRONG: Final = "wrong"
WHERE: Final = "where"
ADDRESSES: Final = "addresses"
LOW: Final = "found, but not sure"
CHANGED: Final = "read with a letter changed"
"""Taken as it is unless a person objects: such an answer scores 0.9 at most."""

NO_POINT: Final = "no point was found"
PLACED: Final = "placed by a person"
DECIDED: Final = frozenset({PLACED, UNLOCATABLE})
SURE: Final = 0.9
"""Answers with a lower score are for a person to look at."""

BANDS: Final = (0.0, 0.6, 0.8, 0.9, 0.95, 0.98, 1.0)
SHOWN: Final = "name"

_IN_SHORT: Final = {
    REASONS[PLACE_NOT_INDEXED]: "streets of its place are not known",
    REASONS[NO_PLACE]: "no county, city or ZIP code",
    REASONS[COUNTY_IN_PART]: "county known in part, no city or ZIP",
    REASONS[NUMBERED_ROAD]: "numbered road, no number or mile",
    REASONS[OTHER_STATE]: "address names another state",
    REASONS[OTHER_PLACE]: "address names another city or ZIP",
    REASONS[BESIDE_MILE]: "a distance from a mile, and no point",
    REASONS[NO_COUNTY]: "place found is outside all counties",
    REASONS[BARE_NAME]: "words alone, which may be no street",
    REASONS[FAR_TOWN]: "found far off, in another town only",
    REASONS[TWO_PLACES]: "address names two places",
    REASONS[NOT_SCENE]: "a mailing, former or false address",
    REASONS[AT_DISTANCE]: "lies at a distance from there",
    REASONS[UNSURE_NUMBER]: "number of a box or unit, or of the house",
    REASONS[OWN_PLACES]: "city, ZIP and state do not agree",
    REASONS[OTHER_COUNTY]: "address names another county",
    REASONS[ZIP_ABROAD]: "ZIP code lies in another state",
    LIES_FAR: "Census Bureau's match lies far off",
}

_MOST_STREETS: Final = 1500
_M_PER_DEGREE: Final = 111_320.0
_RIGHT_M: Final = 250.0


def lines_near(index: StreetIndex, lon: float, lat: float, reach_m: float) -> gpd.GeoDataFrame:
    """Streets around a place, to be drawn.

    Returns
    -------
    GeoDataFrame
        EPSG:4326; `SHOWN`, the name as the source writes it; at most 1,500 streets, the nearest.
    """
    north = reach_m / _M_PER_DEGREE
    east = north / np.cos(np.radians(lat))
    west_south = np.array([lon - east, lat - north]) * DEGREE
    east_north = np.array([lon + east, lat + north]) * DEGREE
    box = index.street_box
    here = np.flatnonzero(
        (box[:, :2] <= east_north).all(axis=1) & (box[:, 2:] >= west_south).all(axis=1)
    )
    middle = (box[here, :2] + box[here, 2:]) / 2 / DEGREE
    here = here[np.argsort(np.hypot(*(middle - [lon, lat]).T), kind="stable")[:_MOST_STREETS]]
    names, shapes = [], []
    for street in here.tolist():
        first, last = index.street_first_segment[street : street + 2]
        pieces = [
            index.lonlat[index.segment_start[one] : index.segment_start[one + 1]] / DEGREE
            for one in index.street_segments[first:last].tolist()
        ]
        lines = [piece for piece in pieces if len(piece) > 1]
        if lines:
            names.append(index.shown[index.street_shown[street]])
            shapes.append(shapely.multilinestrings([shapely.linestrings(one) for one in lines]))
    return gpd.GeoDataFrame({SHOWN: names}, geometry=shapes, crs=4326)


def what_is_wrong(table: pd.DataFrame) -> pd.Series:
    """Say of each address why a person should look at it, or did; "" where nothing is wrong.

    Parameters
    ----------
    table : DataFrame
        With precision, score, method, source, reason and letters.

    Returns
    -------
    Series of str
        A reason of `street_answer.REASONS`, `batch.UNLOCATABLE`, `LOW`, `CHANGED`, `PLACED` or
        `NO_POINT`; index of `table`.
    """
    found = table[PRECISION].isin(POINT_PRECISIONS)
    low = found & (table[SCORE] < SURE)
    low |= found & table[SCORE].isna() & (table[METHOD] == NOT_EXACT)
    changed = found & (table[LETTERS] > 0)
    by_hand = table[SOURCE].str.startswith(BY_A_PERSON)
    told = table[REASON].where(table[REASON] != "", NO_POINT)
    wrong = told.where(~found, "").mask(changed, CHANGED).mask(low, LOW)
    return wrong.mask(by_hand, PLACED).astype("str")


def in_short(wrong: str) -> str:
    """Say what is wrong in at most 40 letters, for a list of `groups`.

    Examples
    --------
    >>> in_short("the ZIP code lies in another state than the row says")
    'ZIP code lies in another state'
    >>> in_short("street not found")
    'street not found'
    """
    return _IN_SHORT.get(wrong, wrong)


def groups(table: pd.DataFrame) -> pd.DataFrame:
    """Group addresses that a person should look at by what is wrong and where, the largest first.

    What is taken unless a person objects comes behind what needs one, what a person has decided
    last.

    Parameters
    ----------
    table : DataFrame
        `street_finder.ASKED`, precision, score, source, reason, letters, rows.

    Returns
    -------
    DataFrame
        wrong, where ("ZIP 45202", "Hertford, NC", "NC"), addresses, rows.
    """
    named = _named(table)
    counted = named[named[WRONG] != ""].groupby([WRONG, WHERE])[ROWS]
    found = counted.agg(**{ADDRESSES: "size", ROWS: "sum"}).reset_index()
    found["late"] = np.select([found[WRONG].isin(DECIDED), found[WRONG] == CHANGED], [2, 1], 0)
    order = found.sort_values(["late", ROWS, WRONG, WHERE], ascending=[True, False, True, True])
    return order.drop(columns="late").reset_index(drop=True)


def members(table: pd.DataFrame, wrong: str, where: str) -> pd.DataFrame:
    """Give the addresses of one of the `groups`."""
    named = _named(table)
    return table[((named[WRONG] == wrong) & (named[WHERE] == where)).to_numpy()]


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Say of each address which group it is in."""
    zip5 = table[ZIP].str.slice(0, 5)
    city = table[CITY].str.strip().str.title()
    both = city.where((city == "") | (table[STATE] == ""), city + ", " + table[STATE])
    where = ("ZIP " + zip5).where(zip5 != "", both.where(city != "", table[STATE]))
    return pd.DataFrame({WRONG: what_is_wrong(table), WHERE: where, ROWS: table[ROWS]})


def accuracy(found: pd.DataFrame, lon: ArrayLike, lat: ArrayLike) -> pd.DataFrame:
    """Compare answers with points that are known, tier by tier.

    Parameters
    ----------
    found : DataFrame, shape (n, ...)
        lon, lat, precision ("" or "99" where there is none), radius_m.
    lon, lat : array_like of float, shape (n,)
        Where each row is known to be, degrees; NaN where that is not known.

    Returns
    -------
    DataFrame
        One row a precision, from exact to coarse: precision, words, rows, share, median_m, p90_m
        (nine in ten are nearer), within_radius (share).
    """
    off = _off(found, lon, lat)
    near = off <= found[RADIUS_M].to_numpy()
    code = found[PRECISION].replace("", "99").to_numpy()
    answer = []
    for one in np.unique(code):
        here = code == one
        known = here & np.isfinite(off)
        some = bool(known.any())
        answer.append(
            {
                PRECISION: str(one),
                "words": PRECISIONS.get(str(one), str(one)),
                ROWS: int(here.sum()),
                "share": float(here.mean()),
                "median_m": float(np.median(off[known])) if some else np.nan,
                "p90_m": float(np.quantile(off[known], 0.9)) if some else np.nan,
                "within_radius": float(near[known].mean()) if some else np.nan,
            }
        )
    return pd.DataFrame(answer)


def by_score(found: pd.DataFrame, lon: ArrayLike, lat: ArrayLike) -> pd.DataFrame:
    """Compare what scores say with how often they were right on known points.

    Right is within 250 m or within the radius of the answer, as where the scores come from. Only
    answers with a score and rows with a known point count.

    Returns
    -------
    DataFrame
        One row a band of scores of exact places (codes 00 to 08), then of areas: exact, low, high,
        rows, mean_score, right (share).
    """
    off = _off(found, lon, lat)
    score = found[SCORE].to_numpy(dtype=float)
    placed = found[PRECISION].isin(PRECISIONS).to_numpy() & np.isfinite(score) & np.isfinite(off)
    right = (off <= _RIGHT_M) | (off <= found[RADIUS_M].to_numpy())
    band = np.clip(np.digitize(score, BANDS) - 1, 0, len(BANDS) - 2)
    exact = found[PRECISION].isin(POINT_PRECISIONS).to_numpy()
    answer = []
    for kind, one in product((True, False), range(len(BANDS) - 1)):
        here = placed & (exact == kind) & (band == one)
        if here.any():
            answer.append((kind, BANDS[one], BANDS[one + 1], here.sum(), score[here].mean(),
                           right[here].mean()))  # fmt: skip
    return pd.DataFrame(answer, columns=["exact", "low", "high", ROWS, "mean_score", "right"])


def _off(found: pd.DataFrame, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    given = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    return distance_m(found[LON].to_numpy(dtype=float), found[LAT].to_numpy(dtype=float), *given)

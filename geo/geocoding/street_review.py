"""What a person looks at: candidates of one address, what is wrong in groups, known points."""

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.geocoding.address_whole import BLOCK, HOUSE, Address
from geo.geocoding.address_whole import STREET as STREET_ALONE
from geo.geocoding.batch import BY_A_PERSON, UNLOCATABLE
from geo.geocoding.names import mapped, place_key
from geo.geocoding.street_answer import METHODS, PLACE_NOT_INDEXED, is_middle, numbered
from geo.geocoding.street_answer import PRECISION as CODES
from geo.geocoding.street_finder import MATCHED, REASON, SCORE, SOURCE, Asked, Finder, in_words
from geo.geocoding.street_fuzzy import short_names_near
from geo.geocoding.street_index import DEGREE, StreetIndex
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_match import LONGEST_M, WORST, spots_of
from geo.geocoding.street_query import queries
from geo.ingest.places import CITY, FIPS, STATE, ZIP
from geo.schema import LAT, LON, METHOD, POINT_PRECISIONS, PRECISION, PRECISIONS, RADIUS_M

COST: Final = "cost"
STREET: Final = "street"
ELSEWHERE: Final = "elsewhere"
ROWS: Final = "rows"
WRONG: Final = "wrong"
WHERE: Final = "where"
ADDRESSES: Final = "addresses"
LOW: Final = "found, but not sure"
PLACED: Final = "placed by a person"
DECIDED: Final = frozenset({PLACED, UNLOCATABLE})
SURE: Final = 0.9
"""Answers with a lower score are for a person to look at."""

BANDS: Final = (0.0, 0.6, 0.8, 0.9, 0.95, 0.98, 1.0)
SHOWN: Final = "name"

_ON_STREETS: Final = frozenset({HOUSE, BLOCK, STREET_ALONE})
_MOST: Final = 10
_MOST_STREETS: Final = 1500
_M_PER_DEGREE: Final = 111_320.0
_RIGHT_M: Final = 250.0


def candidates(finder: Finder, asked: Asked, row: int) -> pd.DataFrame:
    """Places that one address may mean, the likeliest first, at most ten.

    The middle of a street longer than an answer may be is none of them.

    Parameters
    ----------
    finder : Finder
    asked : Asked
        From `Finder.read`.
    row : int
        Which of its rows: a house, block or street; crossings and miles have none.

    Returns
    -------
    DataFrame
        lon, lat, precision, radius_m, method, matched_text, street (the same without a number),
        elsewhere ("in another ZIP code (27944)" than the row's, "" where it is not), cost (what
        speaks against it).
    """
    columns = [LON, LAT, PRECISION, RADIUS_M, METHOD, MATCHED, STREET, ELSEWHERE, COST]
    index = finder.indexes.get(asked.state.iloc[row])
    if index is None:
        return pd.DataFrame(columns=columns)
    one = asked.parsed[row]
    lon, lat, radius, method, street, cost = _spots(finder, index, one)
    methods = [METHODS[k] for k in method]
    names = [
        in_words(index.shown[index.street_shown[s]], index.state, int(index.street_zip[s]))
        for s in street
    ]
    table = pd.DataFrame(
        {
            LON: lon, LAT: lat, RADIUS_M: np.round(radius),
            PRECISION: [CODES[k] for k in method],
            METHOD: methods,
            MATCHED: [
                numbered(name, one, middle=is_middle(how))
                for name, how in zip(names, methods, strict=True)
            ],
            STREET: names,
            ELSEWHERE: _elsewhere(finder, index, asked, row, street),
            COST: np.round(cost, 2),
        }
    )  # fmt: skip
    table = table[(table[RADIUS_M] <= LONGEST_M) & (table[COST] <= WORST)]
    table = table.sort_values(COST, kind="stable")
    return table.drop_duplicates([MATCHED, METHOD]).head(_MOST).reset_index(drop=True)[columns]


def _spots(finder: Finder, index: StreetIndex, one: Address) -> tuple[NDArray[Any], ...]:
    """All spots an address may mean, with those on streets whose names of three letters are near.

    Nothing is taken for so short a name without a person: OAK is as near to OAT as to OAKS.
    """

    def spots(asked: Address) -> tuple[NDArray[Any], ...]:
        anchors = finder.anchors([asked], index.state)
        county = np.zeros(1, dtype=np.int64)
        return spots_of(index, queries([asked], anchors, county, index.meta["types"]))

    parts = [spots(one)]
    if one.kind in _ON_STREETS:
        for base, cost in short_names_near(one.street.base, index.bases):
            street = one.street._replace(base=index.bases[base])
            found = spots(one._replace(street=street))
            here = index.street_base[found[4]] == base
            parts.append((*(array[here] for array in found[:5]), found[5][here] + cost))
    return tuple(map(np.concatenate, zip(*parts, strict=True)))


def _elsewhere(
    finder: Finder, index: StreetIndex, asked: Asked, row: int, streets: NDArray[np.int64]
) -> list[str]:
    """Say of streets whether they lie in another place than the row names, "" where they do not."""
    one, code = asked.parsed[row], asked.rows[FIPS].iloc[row]
    reason = finder.answers(asked, np.array([row]), index).reason[0]
    refused = bool(reason == PLACE_NOT_INDEXED)
    zips = finder.gazetteer.zips
    town = set(zips["zip"][mapped(zips["city"], place_key) == one.city]) if refused else set()
    counties = finder.gazetteer.counties["name"]
    said = []
    for street in streets.tolist():
        zip5, county = f"{index.street_zip[street]:05d}", f"{index.street_county[street]:05d}"
        if one.zip and int(zip5) and zip5 != one.zip:
            said.append(f"in another ZIP code ({zip5})")
        elif code and int(county) and county != code:
            said.append(f"in another county ({counties.get(county, county)})")
        elif refused and not one.zip and not code and zip5 not in town:
            said.append(f"in another city or town (ZIP code {zip5})" if int(zip5) else "elsewhere")
        else:
            said.append("")
    return said


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
        With precision, score, source and reason.

    Returns
    -------
    Series of str
        A reason of `street_answer.REASONS`, `batch.UNLOCATABLE`, `LOW` or `PLACED`; index of
        `table`.
    """
    found = table[PRECISION].isin(POINT_PRECISIONS)
    low = found & (table[SCORE] < SURE)
    by_hand = table[SOURCE].str.startswith(BY_A_PERSON)
    return table[REASON].where(~found, "").mask(low, LOW).mask(by_hand, PLACED).astype("str")


def groups(table: pd.DataFrame) -> pd.DataFrame:
    """Group addresses that a person should look at by what is wrong and where, the largest first.

    What a person has decided comes last.

    Parameters
    ----------
    table : DataFrame
        `street_finder.ASKED`, precision, score, reason, rows.

    Returns
    -------
    DataFrame
        wrong, where ("ZIP 45202", "Hertford, NC", "NC"), addresses, rows.
    """
    named = _named(table)
    counted = named[named[WRONG] != ""].groupby([WRONG, WHERE])[ROWS]
    found = counted.agg(**{ADDRESSES: "size", ROWS: "sum"}).reset_index()
    found["done"] = found[WRONG].isin(DECIDED)
    order = found.sort_values(["done", ROWS, WRONG, WHERE], ascending=[True, False, True, True])
    return order.drop(columns="done").reset_index(drop=True)


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
        One row a band of scores: low, high, rows, mean_score, right (share).
    """
    off = _off(found, lon, lat)
    score = found[SCORE].to_numpy(dtype=float)
    placed = found[PRECISION].isin(PRECISIONS).to_numpy() & np.isfinite(score) & np.isfinite(off)
    right = (off <= _RIGHT_M) | (off <= found[RADIUS_M].to_numpy())
    band = np.clip(np.digitize(score, BANDS) - 1, 0, len(BANDS) - 2)
    answer = []
    for one in range(len(BANDS) - 1):
        here = placed & (band == one)
        if here.any():
            answer.append((BANDS[one], BANDS[one + 1], here.sum(), score[here].mean(),
                           right[here].mean()))  # fmt: skip
    return pd.DataFrame(answer, columns=["low", "high", ROWS, "mean_score", "right"])


def _off(found: pd.DataFrame, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    given = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    return distance_m(found[LON].to_numpy(dtype=float), found[LAT].to_numpy(dtype=float), *given)

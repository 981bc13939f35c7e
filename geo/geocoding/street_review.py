"""What a person looks at: the candidates of one address, the reasons in groups, known points."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from geo.geocoding.street_answer import METHODS
from geo.geocoding.street_finder import MATCHED, REASON, Asked, Finder
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_match import spots_of
from geo.geocoding.street_query import queries
from geo.schema import LAT, LON, METHOD, PRECISION, PRECISIONS, RADIUS_M

COST: Final = "cost"
ROWS: Final = "rows"
_MOST: Final = 10


def candidates(finder: Finder, asked: Asked, row: int) -> pd.DataFrame:
    """Places that one address may mean, the likeliest first, at most ten.

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
        lon, lat, radius_m, method, matched_text, cost (what speaks against it).
    """
    columns = [LON, LAT, RADIUS_M, METHOD, MATCHED, COST]
    index = finder.indexes.get(asked.state.iloc[row])
    if index is None:
        return pd.DataFrame(columns=columns)
    one = [asked.parsed[row]]
    anchors = finder.anchors(one, index.state)
    query = queries(one, anchors, np.zeros(1, dtype=np.int64), index.meta["types"])
    lon, lat, radius, method, street, cost = spots_of(index, query)
    table = pd.DataFrame(
        {
            LON: lon, LAT: lat, RADIUS_M: np.round(radius),
            METHOD: [METHODS[k] for k in method],
            MATCHED: [
                f"{index.shown[index.street_shown[s]]}, {index.state} {index.street_zip[s]:05d}"
                for s in street
            ],
            COST: np.round(cost, 2),
        }
    )  # fmt: skip
    table = table.sort_values(COST, kind="stable")
    return table.drop_duplicates([MATCHED, METHOD]).head(_MOST).reset_index(drop=True)[columns]


def reasons(rows: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Group what was not placed by its reason and ZIP code, the largest group first.

    Parameters
    ----------
    rows : DataFrame
        What was asked; its column "zip" is used.
    found : DataFrame
        From `batch.run`, same index.

    Returns
    -------
    DataFrame
        reason, zip, rows.
    """
    lost = found[PRECISION] == ""
    table = pd.DataFrame({REASON: found.loc[lost, REASON], "zip": rows.loc[lost, "zip"]})
    counted = table.groupby([REASON, "zip"]).size().rename(ROWS).reset_index()
    return counted.sort_values(ROWS, ascending=False, kind="stable").reset_index(drop=True)


def accuracy(found: pd.DataFrame, lon: ArrayLike, lat: ArrayLike) -> pd.DataFrame:
    """Compare answers with points that are known.

    Parameters
    ----------
    found : DataFrame, shape (n, ...)
        From `batch.run`.
    lon, lat : array_like of float, shape (n,)
        Where each row is known to be, degrees.

    Returns
    -------
    DataFrame
        One row a precision, "" for what was not placed: precision, words, rows, share, median_m,
        p90_m (nine in ten are nearer), within_radius (share).
    """
    given = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    off = distance_m(found[LON].to_numpy(), found[LAT].to_numpy(), *given)
    table = pd.DataFrame(
        {PRECISION: found[PRECISION].to_numpy(), "off": off, RADIUS_M: found[RADIUS_M].to_numpy()}
    )
    answer = []
    for code, part in table.groupby(PRECISION):
        known = part["off"].dropna()
        answer.append(
            {
                PRECISION: code,
                "words": PRECISIONS.get(str(code), "Not placed"),
                ROWS: len(part),
                "share": len(part) / len(table),
                "median_m": known.median(),
                "p90_m": known.quantile(0.9),
                "within_radius": (part["off"] <= part[RADIUS_M])[part["off"].notna()].mean(),
            }
        )
    return pd.DataFrame(answer)

"""Places that hold far more records than places do: hospitals, jails, stand-ins for unknown."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.quality.finding import Finding, ids_of
from analysis.words import count_of, percent
from boundaries import load
from geo import schema
from geo.schema import Records

FEWEST: Final = 10
"""A place with fewer records is no pile."""

SERIOUS_SHARE: Final = 0.01
"""Share of a source on one point from which it can make a hot spot by itself."""

_FALSE_PILES: Final = 0.01  # expected number of false alarms in a source
_DECIMALS: Final = 5  # about 1 m
_MIDDLE_M: Final = 150.0
_STATE_MIDDLE: Final = "middle of a state"  # as the report of an import says it
_LABEL_SHARE: Final = 0.5  # of its county's records on one ZIP or city point
_LABEL_EXCESS: Final = 4.0  # times the records per resident that its state has
_LABEL_FEWEST: Final = 50
_MOST_TERMS: Final = 200_000
_COLUMNS: Final = ("source", "pile", "records", "share", "geoid", "area", "precision", "stands_for")

Floats = NDArray[np.float64]


def fewest_in_a_pile(counts: ArrayLike) -> int:
    """Smallest count of records on one place that the counts of the other places do not explain.

    Counts of events by place, where many places have one and few have more, follow a logarithmic
    series (Poisson counts whose rates vary widely). It is fitted to the places with one to three
    events, which no pile can bend; a pile is a count of which fewer than 0.01 are expected among
    all places.

    Parameters
    ----------
    counts : array_like of int, shape (n,)
        Records on each place, 1 or more.

    Returns
    -------
    int
        At least 10.

    References
    ----------
    Fisher, R., Corbet, A. and Williams, C. (1943). J. Animal Ecology 12, 42-58. doi:10.2307/1411

    Examples
    --------
    >>> fewest_in_a_pile([1] * 900 + [2] * 90 + [3] * 12 + [40])
    10
    """
    held = np.asarray(counts, dtype=np.int64)
    once, more = (held == 1).sum(), np.array([(held == 2).sum(), (held == 3).sum()])
    if not once or not more.sum():
        return FEWEST
    # Odds of two or three against one: theta/2 + theta^2/3, solved for theta.
    odds = more.sum() / once
    theta = float(np.clip((-0.5 + np.sqrt(0.25 + 4 * odds / 3)) * 1.5, 1e-6, 0.999))
    expected = stats.logser.sf(np.arange(FEWEST - 1, 5_000), theta) * len(held)
    rare = np.flatnonzero(expected < _FALSE_PILES)
    return FEWEST + int(rare[0]) if len(rare) else _MOST_TERMS


def find(records: Records) -> tuple[pd.DataFrame, pd.Series]:
    """Find places with far too many records.

    Points are compared with the other points of the source (to about 1 m). A point of a ZIP code or
    city is no place of its own: it is a pile when it holds most records of a county that has
    several times the records per resident of its state.

    Parameters
    ----------
    records : Records
        Incidents; counts of areas have no piles.

    Returns
    -------
    DataFrame
        Largest first: source, pile (number), records, share (0..1 of the source), geoid, area
        (county and state), precision (NAACCR code), stands_for ("the middle of a ZIP code", "").
    Series of int
        Number of the pile of each record, -1 for none; index as the table.
    """
    table = records.table
    pile = pd.Series(-1, index=table.index)
    nothing = pd.DataFrame(columns=list(_COLUMNS))
    placed = table[schema.LON].notna() & (table[schema.GEOID] != "")
    if records.area_counts or not placed.any():
        return nothing, pile
    places = table.loc[placed, [schema.GEOID, schema.PRECISION]].assign(
        lon=table[schema.LON].round(_DECIMALS),
        lat=table[schema.LAT].round(_DECIMALS),
        street=table[schema.PRECISION].isin(schema.POINT_PRECISIONS),
    )
    by = places.groupby(["lon", "lat", "street"], sort=False)
    held = by.agg(
        records=(schema.GEOID, "size"), geoid=(schema.GEOID, "first"),
        precision=(schema.PRECISION, "first"),
    ).reset_index()  # fmt: skip
    at = by.ngroup()
    street = held["street"].to_numpy(dtype=bool)
    many = held["records"].to_numpy()
    suspect = np.zeros(len(held), dtype=bool)
    suspect[street] = many[street] >= fewest_in_a_pile(many[street])
    suspect |= _outgrown_labels(held, table, placed)
    found = held[suspect].sort_values(["records", "lon", "lat"], ascending=[False, True, True])
    number = pd.Series(-1, index=held.index)
    number[found.index] = np.arange(len(found))
    pile[at.index] = number[at].to_numpy()
    return pd.DataFrame(
        {
            "source": records.source,
            "pile": np.arange(len(found)),
            "records": found["records"].to_numpy(),
            "share": found["records"].to_numpy() / len(table),
            "geoid": found["geoid"].to_numpy(),
            "area": load.gazetteer().name_of(found["geoid"]).to_numpy(),
            "precision": found["precision"].to_numpy(),
            "stands_for": _stands_for(found),
        },
        columns=list(_COLUMNS),
    ), pile


def findings_of(records: Records, piles: pd.DataFrame, pile: pd.Series) -> list[Finding]:
    """Tell points, then ZIP codes and cities, that hold far too many, and middles of states."""
    out = _state_middles(records)
    street = piles["precision"].isin(schema.POINT_PRECISIONS)
    for key, rows in (("point_piles", piles[street]), ("label_piles", piles[~street])):
        if rows.empty:
            continue
        top = rows.iloc[0]
        held = int(rows["records"].sum())
        share = held / len(records.table)
        stands = f", {top['stands_for']}" if top["stands_for"] else ""
        largest = (
            f"{top['records']:,} ({percent(top['share'])}) lie on one in {top['area']}{stands}"
        )
        if key == "point_piles":
            title = f"{count_of(len(rows), 'point holds', 'points hold')} far more records than "
            title += "points here do"
            effect = "A hospital, shelter, jail or hotel, or a stand-in for unknown addresses: "
            effect += "density and grids show a hot spot there by itself."
            advice = "Look at the lines. Where it is a stand-in, give the records their true place "
            advice += "or exclude them; where people do gather, say so beside the map."
        else:
            title = f"{count_of(len(rows), 'ZIP code or city holds', 'ZIP codes or cities hold')} "
            title += "far more records than its residents explain"
            effect = "A hospital, prison or stand-in for unknown places makes its county look hot."
            advice = "Look at the lines, and choose a better column for the place if there is one."
        both = f", {held:,} ({percent(share)}) in all" if len(rows) > 1 else ""
        out.append(
            Finding(
                key=key,
                title=f"{title}{both}: {largest}.",
                effect=effect,
                advice=advice,
                severity="serious" if top["share"] >= SERIOUS_SHARE else "note",
                source=records.source,
                share=share,
                record_ids=ids_of(records.table, pile.isin(rows["pile"])),
                areas=tuple(dict.fromkeys(rows["geoid"])),
            )
        )
    return out


def _state_middles(records: Records) -> list[Finding]:
    """Rows that came with the middle of a state for a place, as intake told them."""
    told = [note for note in records.report.notes if _STATE_MIDDLE in note.text and note.count]
    if not told:
        return []
    number = max(note.count for note in told)  # a row may have it for two roles
    rows = {row for note in told for row in note.rows}
    table = records.table
    share = number / max(records.report.kept, 1)
    return [
        Finding(
            key="state_middle",
            title=f"{count_of(number, 'row', 'rows')} ({percent(share)}) came with the middle of a "
            "state as the place: it was not used.",
            effect="Taken as a place it would make one county hot. These rows stand where their "
            "next place lies, such as that of the death, or nowhere.",
            advice="Ask the source for the places of these records.",
            severity="serious" if share > SERIOUS_SHARE else "note",
            source=records.source,
            share=share,
            record_ids=ids_of(table, table[schema.SOURCE_ROW].isin(rows)),
        )
    ]


def _outgrown_labels(
    held: pd.DataFrame, table: pd.DataFrame, placed: "pd.Series[bool]"
) -> NDArray[np.bool_]:
    """ZIP or city points that hold most of a county with far more records than its residents."""
    outgrown = np.zeros(len(held), dtype=bool)
    label = ~held["street"] & ~held["precision"].isin(("12", "98", "99"))
    large = held[label & (held["records"] >= _LABEL_FEWEST)]
    if large.empty:
        return outgrown
    by_county = table.loc[placed, schema.GEOID].value_counts()
    state_of, people = load.counties()["state"], load.population()
    state = state_of.reindex(by_county.index)
    rate = by_county.groupby(state).sum() / people.reindex(by_county.index).groupby(state).sum()
    own = large["geoid"].map(by_county)
    at_home = large["geoid"].map(state_of)
    excess = own / (large["geoid"].map(people) * at_home.map(rate))
    found = (
        (at_home.map(state.value_counts()) > 2)  # else the county is the state's measure
        & (large["records"] > _LABEL_SHARE * own)
        & (excess > _LABEL_EXCESS)
    )
    outgrown[large.index[found]] = True
    return outgrown


def _stands_for(found: pd.DataFrame) -> list[str]:
    """Say what a pile looks like: the middle of a county or of a ZIP code."""
    if found.empty:
        return []
    counties = load.counties()
    by_county = dict(iter(load.zips().groupby("geoid")[["lon", "lat"]]))
    words = []
    for row in found.itertuples():
        county, near = counties.loc[row.geoid], by_county.get(row.geoid)
        if row.precision not in schema.POINT_PRECISIONS:
            words.append("")
        elif _distance_m(row.lon, row.lat, county["lon"], county["lat"]) <= _MIDDLE_M:
            words.append("the middle of the county")
        elif near is not None and bool(
            (_distance_m(row.lon, row.lat, near["lon"], near["lat"]) <= _MIDDLE_M).any()
        ):
            words.append("the middle of a ZIP code")
        else:
            words.append("")
    return words


def _distance_m(lon: object, lat: object, other_lon: object, other_lat: object) -> Floats:
    """Meters between near points."""
    a, b, c, d = (np.asarray(value, dtype=float) for value in (lon, lat, other_lon, other_lat))
    east = (c - a) * 111_320.0 * np.cos(np.radians((b + d) / 2))
    distance: Floats = np.hypot(east, (d - b) * 110_574.0)
    return distance

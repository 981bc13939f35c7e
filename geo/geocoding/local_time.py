"""The day by the clock of the county, where a file gives instants in UTC."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.days import WHEN, ZONED
from geo.ingest.notes import note
from geo.schema import Note


def local_times(when: pd.Series, zoned: pd.Series, zones: pd.Series) -> pd.Series:
    """Give times by the local clock; instants in UTC are moved to the county's, in `zones`."""
    instants = zoned.to_numpy() & when.notna().to_numpy()
    if not instants.any():
        return when
    local = when.copy()
    usual = _usual_zone(zones[instants])
    known = zones.where(zones != "", usual)
    for zone in known[instants].unique():
        here = instants & (known == zone).to_numpy()
        local[here] = when[here].dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
    return local


def _usual_zone(zones: pd.Series) -> str:
    known = zones[zones != ""]
    return str(known.mode().iloc[0]) if len(known) else "UTC"


def tell_moved(
    table: pd.DataFrame,
    local: pd.Series,
    zones: pd.Series,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Say how many rows are on another day by the local clock than in UTC."""
    zoned = table[ZONED].to_numpy() & table[WHEN].notna().to_numpy()
    moved = zoned & (local.dt.floor("D") != table[WHEN].dt.floor("D")).to_numpy()
    if moved.any():
        usual = _usual_zone(zones[zoned])
        words = "{n} on another day by the local clock than in UTC: the local day was taken"
        notes.append(note(f"{words} ({usual}).", moved, rows, warn=False))

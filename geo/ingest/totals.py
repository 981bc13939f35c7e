"""Rows that add up the others: the state's line in a table of its counties."""

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding.names import STATES, state_codes
from geo.ingest.columns import Mapping
from geo.ingest.counts import count_numbers
from geo.ingest.raw_table import RawTable

TOTAL: Final = "total of a whole state or country in a table of its areas"

_SAID = re.compile(
    r"^(?:grand )?totals?\b|\btotals?$|^state ?-?wide\b|\bstate ?-?wide$|\(state\)$|"
    r"^(?:the )?state(?: of .*)?$|^all (?:counties|areas|parishes|cities|zip codes)$|"
    r"^(?:the )?(?:united states|u\.?s\.?a?\.?|nation|nationwide|national)(?: of america)?$",
    re.IGNORECASE,
)
_STATE_CODE = re.compile(r"^(?:\d{1,2}000|0{1,5})(?:\.0)?$")
_NAMES: Final = {name.lower() for _, name in STATES.values()}
_COUNTY_OF_THAT_NAME: Final = frozenset({
    "arkansas", "colorado", "delaware", "district of columbia", "guam", "hawaii", "idaho",
    "indiana", "iowa", "mississippi", "nevada", "new york", "ohio", "oklahoma", "oregon", "texas",
    "utah", "washington", "wyoming",
})  # fmt: skip
"""Names of states that are names of counties too: some of other states."""
_OWN_COUNTY: Final = frozenset({"AR", "DC", "GU", "HI", "IA", "ID", "NY", "OK", "UT"})
"""States with a county called like them."""
_FEWEST: Final = 2


def without_totals(raw: RawTable, mapping: Mapping) -> RawTable:
    r"""Set the rows aside that are totals of others: they would count everything twice.

    A row is one when it says so ("Statewide", a county code that ends in 000), or names a state as
    its county. Where that can also be the name of a county, or where the county is blank, the
    count must be at least the sum of the others of its state and period.

    Parameters
    ----------
    raw : RawTable
        As it was opened.
    mapping : Mapping
        Which column is what.

    Returns
    -------
    RawTable
        The same where rows are no counts of counties, or none is a total.

    Examples
    --------
    >>> from geo.ingest.proposal import propose
    >>> from geo.ingest.read import open_table
    >>> data = b"County,State,Year,Deaths\nBibb,AL,2020,7\nClay,AL,2020,2\nAlabama,AL,2020,9\n"
    >>> raw = open_table(data, "a.csv")
    >>> found = without_totals(raw, propose(raw))
    >>> list(found.text["County"]), list(found.dropped["reason"])
    (['Bibb', 'Clay'], ['total of a whole state or country in a table of its areas'])
    """
    counted = mapping.columns("count") + mapping.columns("period_count")
    name, code = mapping.best("county"), mapping.best("county_fips")
    if not mapping.area_counts or not counted or (name is None and code is None):
        return raw
    text = raw.text
    out, maybe = np.zeros(len(text), dtype=bool), np.zeros(len(text), dtype=bool)
    state = mapping.best("state")
    states = state_codes(text[state.column]) if state else pd.Series("", index=text.index)
    if code is not None:
        codes = text[code.column].str.strip()
        out |= codes.str.match(_STATE_CODE).to_numpy() & (codes.str.len() > 3).any()
        maybe |= (codes == "").to_numpy() & (name is None)
    if name is not None:
        said = text[name.column].str.strip().str.replace(r",\s*[A-Za-z]{2}$", "", regex=True)
        low = said.str.lower()
        out |= low.str.contains(_SAID, regex=True).to_numpy()
        is_state = low.isin(_NAMES).to_numpy()
        own = (state_codes(low.where(is_state, "")) == states).to_numpy() & (
            states != ""
        ).to_numpy()
        unlike = (own & ~states.isin(_OWN_COUNTY).to_numpy()) | ~low.isin(_COUNTY_OF_THAT_NAME)
        out |= is_state & unlike.to_numpy(dtype=bool)
        maybe |= is_state & (own | (states == "").to_numpy()) & ~out
        maybe |= (low == "").to_numpy() & ~out
    if maybe.any():
        out |= maybe & _adds_up(text, mapping, counted, states, out)
    return raw.set_aside(out, TOTAL) if out.any() and not out.all() else raw


def _adds_up(
    text: pd.DataFrame,
    mapping: Mapping,
    counted: tuple[str, ...],
    states: pd.Series,
    out: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Whether each row counts at least what all others of its state and period do together."""
    count = pd.concat([count_numbers(text[column]) for column in counted], axis=1).sum(
        axis=1, min_count=1
    )
    count = count.mask(out)
    places = {"county", "county_fips", "city", "zip", "address", "state", "state_fips", "lon"}
    places |= {"lat", "geo", "count", "period_count", "population", "quantity"}
    same = [text[c.column] for c in mapping.choices if c.role.rpartition(".")[2] not in places]
    groups = count.groupby([states, *same])
    others = groups.transform("sum") - count
    enough = groups.transform("count") > _FEWEST
    found: NDArray[np.bool_] = (enough & (count >= others) & (others > 0)).to_numpy(dtype=bool)
    return found

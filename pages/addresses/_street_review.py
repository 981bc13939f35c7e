"""Review: addresses that were not found, or not surely, in groups of what is wrong and where."""

import pandas as pd
import streamlit as st

from analysis.words import count_of, percent
from boundaries import addresses
from boundaries.placing import PlaceAgain
from geo.geocoding import street_review, street_tier
from geo.geocoding.street_finder import ASKED
from geo.geocoding.street_review import ROWS, WHERE, WRONG
from geo.geocoding.street_table import MATCHED
from geo.ingest.places import ADDRESS, CITY, STATE, ZIP
from geo.schema import POINT_PRECISIONS, PRECISION, PRECISIONS
from geo.store import Source
from pages.addresses import _street_census, _street_question
from pages.frame import _job, _kept, _pick
from pages.frame._words import plain

_JOB = "place again"


@st.cache_resource(max_entries=4, show_spinner="Looking up every address …")
def _addresses(source: str, digest: str, known: str) -> pd.DataFrame:
    del digest, known  # parts of the key: what changed is looked up anew
    return addresses.of_source(_kept.store(), source)


def draw() -> None:
    """Draw the addresses of a source that a person should look at."""
    store = _kept.store()
    sources = {one.name: one for one in _kept.kept() if store.with_addresses(one.name)}
    if not sources:
        st.info(
            "No file with street addresses of incidents is loaded. Load one on the page Data; its "
            "addresses are then looked up here.", icon=":material/home_pin:",
        )  # fmt: skip
        return
    name = st.selectbox("Source", list(sources), key="street source", width=320)
    if _job.draw(_JOB):
        return
    known = street_tier.state_of_knowledge()
    table = _addresses(name, sources[name].digest, known)
    _in_short(table)
    _again(sources[name], known)
    _street_census.draw(name, table)
    groups = street_review.groups(table)
    if groups.empty:
        st.markdown("Every address was found, and surely.")
        return
    with st.container(key="linked review"):
        left, right = st.columns(2, gap="small")
    with left:
        picked = _group(groups, name)
    if picked is None:
        right.caption("Pick a line to see its addresses.")
        return
    wrong, where = groups.loc[picked, [WRONG, WHERE]]
    with right:
        members = street_review.members(table, wrong, where)
        st.caption(plain(f"{count_of(len(members), 'address', 'addresses')}: {wrong}."))
        row = _member(members, f"{name} {wrong} {where}")
    if row is None:
        st.caption("Pick an address to decide where it is.")
    else:
        _street_question.draw(row, f"{name} {' '.join(row[list(ASKED)])}")


def _in_short(table: pd.DataFrame) -> None:
    rows = int(table[ROWS].sum())
    found = table[PRECISION].isin(POINT_PRECISIONS)
    share = table.loc[found, ROWS].sum() / rows if rows else 0.0
    st.markdown(
        f"**{count_of(len(table), 'address', 'addresses')} in {count_of(rows, 'row', 'rows')}; "
        f"{percent(share)} of the rows found at street level.** The rest is counted by ZIP code, "
        "city or county, and in no grid or density."
    )


def _again(source: Source, known: str) -> None:
    """Say that places on the map are older than what is known, and let them be found anew."""
    if not _kept.store().with_addresses(source.name, known):
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            ":orange[:material/update:] Streets or decisions changed since these rows were placed: "
            "the maps still show the old places.",
            width="stretch",
        )
        if st.button("Place them again", type="primary", icon=":material/my_location:"):
            _job.start(_JOB, PlaceAgain(_kept.folder(), source.name), _moved)


def _moved(count: int) -> str:
    _kept.say_changed()
    return f"{count_of(count, 'incident has', 'incidents have')} another place than before."


def _group(groups: pd.DataFrame, name: str) -> int | None:
    """Draw what is wrong, in groups; return the position of the one picked."""
    what = groups[WRONG].map(street_review.in_short)
    shown = pd.DataFrame({
        "Rows": groups[ROWS], "Where": groups[WHERE],
        "What": what.str[:1].str.upper() + what.str[1:],
    })  # fmt: skip
    ids = (groups[WRONG] + " " + groups[WHERE]).tolist()
    picked = _pick.one(shown, ids, key=f"groups {name}")
    return None if picked is None else ids.index(picked)


def _member(table: pd.DataFrame, key: str) -> pd.Series | None:
    """Draw the addresses of a group, with what differs among them; return the one picked."""
    now = table[PRECISION].map(dict(PRECISIONS)).where(table[MATCHED] == "", table[MATCHED])
    named = {"ZIP": table[ZIP], "City": table[CITY], "State": table[STATE]}
    several = {name: said for name, said in named.items() if len(said.unique()) > 1}
    shown = pd.DataFrame(
        {"Rows": table[ROWS], "Address": table[ADDRESS], **several, "Taken for": now}
    )
    ids = table[list(ASKED)].agg("\x1f".join, axis=1).tolist()
    picked = _pick.one(shown, ids, key=f"members {key}")
    return None if picked is None else table.iloc[ids.index(picked)]

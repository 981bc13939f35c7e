"""One address: where it may be, on a map; a person's decision holds for all that are equal."""

import pandas as pd
import streamlit as st

from boundaries import review
from geo.geocoding import street_review
from geo.geocoding.street_candidates import ELSEWHERE
from geo.geocoding.street_finder import ASKED
from geo.geocoding.street_review import DECIDED, PLACED
from geo.geocoding.street_table import MATCHED
from geo.ingest.places import ADDRESS, CITY, STATE, ZIP
from geo.schema import LAT, LON, METHOD, RADIUS_M
from maps import folium_map
from pages.frame import _map, _pick
from pages.frame._words import plain

_SPOT = "spot placed"


def draw(row: pd.Series, key: str) -> None:
    """Draw an address with the ways to decide; `key` names it among those on the page."""
    address = {name: str(row[name]) for name in ASKED}
    wrong = street_review.what_is_wrong(pd.DataFrame([row])).iloc[0]
    place = ", ".join(filter(None, (address[CITY], f"{address[STATE]} {address[ZIP]}".strip())))
    beside = f" :gray[{plain(place)}]" if place else ""
    st.markdown(f"##### {plain(address[ADDRESS])}{beside}")
    question = review.ask(address, row[LON], row[LAT], row[RADIUS_M])
    clicked = st.session_state.get(_SPOT, {}).get(key)
    with st.container(key="linked question"):
        wide, narrow = st.columns(2, gap="small")
    with narrow:
        picked = _candidates(address, question, key)
        entered = _by_hand(address, clicked, key)
        with st.container(horizontal=True):
            # Without help: it would lie over "It is here" when a person tabs on from the numbers.
            if st.button("It has no place", icon=":material/location_off:", key=f"none {key}"):
                review.mark_unlocatable(address)
                st.rerun()
            if wrong in DECIDED and st.button("Take the decision back", key=f"undo {key}"):
                review.undo(address)
                st.rerun()
    placed = (row[LON], row[LAT]) if wrong == PLACED else None
    typed = entered if entered != clicked else None  # what was clicked is in view already
    at = question.place_of(picked)
    if typed or (placed and not at):
        question = review.with_place(question, address, typed or placed)
    else:
        question = review.turned_to(question, address, at)
    with wide:
        _where(question, picked if question.shows(at) else None, entered or placed, key)
        if question.outside and not typed:
            st.caption(question.outside_words)


def _where(
    question: review.Question, picked: str | None, spot: review.Spot | None, key: str
) -> None:
    """Draw the streets and candidates; a click beside them is a place by hand."""
    if question.view is None:
        st.info("Nothing tells where it may be: enter a place by hand.")
        return
    clicked = _map.show(
        folium_map.document(
            review.layers(question, spot), selected=picked, bounds=question.view
        ),
        picks=True, key=f"map {key}", height=420, label="Where the address may be",
    )  # fmt: skip
    if clicked and clicked.lon is not None and clicked.lat is not None:
        st.session_state[_SPOT] = {key: (clicked.lon, clicked.lat)}
        st.rerun()
    elif clicked and clicked.layer == review.CANDIDATES:
        _pick.pick(clicked.area, key=f"candidates {key}")
        st.rerun()  # the table is drawn before the map, which rings what is picked in it


def _candidates(address: dict[str, str], question: review.Question, key: str) -> str | None:
    """Draw the places it may be at and return the one picked: none before the person picks."""
    found = question.candidates
    if found.empty:
        st.caption("Nothing can be offered from the streets known here.")
        return None
    said = {"It may be": found[MATCHED], "But": found[ELSEWHERE], "Found as": found[METHOD],
            "Off by, m": found[RADIUS_M].astype(int)}  # fmt: skip
    if (found[ELSEWHERE] == "").all():
        del said["But"]
    ids = [review.id_of(row) for row in range(len(found))]
    picked = _pick.one(pd.DataFrame(said), ids, key=f"candidates {key}")
    if picked is None:
        st.button("It is the one picked", icon=":material/check:", disabled=True, key=f"no {key}")
        return None
    one = found.iloc[ids.index(picked)]
    words = ", ".join(str(one[name]) for name in (MATCHED, ELSEWHERE) if one[name])
    if st.button(f"It is {plain(words)}", type="secondary" if one[ELSEWHERE] else "primary",
                 icon=":material/check:", key=f"accept {key}"):  # fmt: skip
        review.accept(address, one)
        st.rerun()
    return picked


def _by_hand(address: dict[str, str], clicked: review.Spot | None, key: str) -> review.Spot | None:
    """Take a place from a click on the map or from the keyboard, and return it as it stands."""
    st.caption("Or click its place on the map, or enter it:")
    lon, lat = clicked or (None, None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        east, north = (
            st.number_input(words, -most, most, at, format="%.6f", key=f"{words} {key} {clicked}")
            for words, most, at in (("Longitude", 180.0, lon), ("Latitude", 90.0, lat))
        )
    place = None if east is None or north is None else (east, north)
    sure, ready = False, place is not None
    if place and (said := review.refused(address, *place)):
        st.error(plain(said))
        ready = False
    elif place and (far := review.far_off(address, *place)):
        st.warning(plain(far))
        sure = ready = st.checkbox("It is there all the same", key=f"far {key} {place}")
    if (
        st.button(
            "It is here", icon=":material/add_location:", key=f"here {key}", disabled=not ready
        )
        and place
    ):
        review.place(address, *place, sure=sure)
        st.rerun()
    return place

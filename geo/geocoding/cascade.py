"""Rows to places, offline: given coordinates, then ZIP code, city, county; then the next role's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.geocoding import given, misspelled
from geo.geocoding.gazetteer import COUNTY_SHARE, Gazetteer
from geo.geocoding.given_contradiction import against_row, told_of_points
from geo.geocoding.local_time import local_times, tell_moved
from geo.geocoding.own_county import (
    CODE_IS_NOT_NAME,
    Contradictions,
    contradicts,
    name_other_states,
    names_two,
    told_of_other_states,
    told_of_two,
    with_own_county,
)
from geo.geocoding.street_answer import NOT_INDEXED, REASONS
from geo.geocoding.street_finder import Tell
from geo.geocoding.street_table import REASON, SCORE
from geo.geocoding.street_tier import ANSWER, DETAIL, GUESS, nothing, state_of_knowledge
from geo.geocoding.tiers import OTHER_STATE, tiers
from geo.geocoding.written_place import with_written_place
from geo.ingest.clean import Intake
from geo.ingest.days import REPORTED_WHEN, REPORTED_ZONED, WHEN, ZONED
from geo.ingest.notes import note
from geo.ingest.places import CITY, COUNTY, EXTENT, STATE
from geo.locate import Locator
from geo.schema import (
    COUNTY_ELSEWHERE,
    GEOID,
    LOCATION_ROLE,
    LON,
    METHOD,
    MINUTE,
    OCCURRED_ON,
    POINT_PRECISIONS,
    PRECISION,
    REPORTED_ON,
    SOURCE_ROW,
    TIME_PRECISION,
    Note,
    Records,
    complete,
)

UNPLACED: Final = "99"
_SURE_SHARE: Final = 0.95
_ENOUGH: Final = 20
_WHOLE: Final = 0.995


@dataclass(frozen=True, eq=False)
class Placed:
    """Rows with their places.

    `answer` has `ANSWER`, `DETAIL` and `location_role`, index as given; a row without a place has
    precision "99". `reason` says why no street was found, also where a ZIP code or city was.
    `checked` are the places by location role, as they were looked for.
    """

    answer: pd.DataFrame
    notes: tuple[Note, ...]
    checked: Mapping[str, pd.DataFrame]


def place(
    intake: Intake, gazetteer: Gazetteer, locator: Locator, tell: Tell | None = None
) -> Records:
    """Give each row a point, a county and a local day.

    Parameters
    ----------
    intake : Intake
        From `ingest.read`.
    gazetteer : Gazetteer
        ZIP codes, cities and counties.
    locator : Locator
        County of a point.
    tell : callable, optional
        Hears which tier is tried and how far all of it is, 0..1; may raise to stop.

    Returns
    -------
    Records
        All rows: those without a place have precision "99", no coordinates and geoid "".
    """
    rows = intake.table[SOURCE_ROW].to_numpy(dtype=np.int64)
    known = state_of_knowledge()
    placed = find(
        intake.places, rows, gazetteer, locator, area_counts=intake.area_counts, tell=tell
    )
    table = intake.table.copy()
    table[[*ANSWER, LOCATION_ROLE]] = placed.answer[[*ANSWER, LOCATION_ROLE]]
    notes = list(placed.notes)
    zones = gazetteer.timezone_of(table[GEOID])
    local = local_times(table[WHEN], table[ZONED], zones)
    tell_moved(table, local, zones, rows, notes)
    table[OCCURRED_ON] = local.dt.floor("D")
    to_the_minute = table[TIME_PRECISION] == "minute"
    minutes = (local.dt.hour * 60 + local.dt.minute).astype("float64")
    table[MINUTE] = table[MINUTE].where(~to_the_minute, minutes)
    reported = local_times(table[REPORTED_WHEN], table[REPORTED_ZONED], zones)
    table[REPORTED_ON] = reported.dt.floor("D")
    return Records(
        complete(table),
        replace(intake.report, notes=intake.report.notes + tuple(notes)),
        intake.digest,
        intake.source,
        area_counts=intake.area_counts,
        extra=intake.extra,
        row_ids=intake.row_ids,
        row_parts=intake.row_parts,
        placed_with=known,
    )


def find(  # noqa: PLR0913  (what to look for, where, and how far it is)
    places: Mapping[str, pd.DataFrame],
    rows: NDArray[np.int64],
    gazetteer: Gazetteer,
    locator: Locator,
    *,
    area_counts: bool = False,
    tell: Tell | None = None,
) -> Placed:
    """Find the places of rows.

    The place of the incident comes before that of the injury, the scene and the death; a residence
    is used only when a person chose it. Within each, the tiers are tried from exact to coarse.

    Parameters
    ----------
    places : mapping of str to DataFrame, each of shape (n, 9)
        `ingest.places.PLACE_COLUMNS` by location role, best first; all with one index.
    rows : ndarray of int, shape (n,)
        Row numbers for the notes.
    gazetteer, locator
        As for `place`.
    area_counts : bool
        Whether rows are counts of areas.
    tell : callable, optional
        Hears which tier is tried and how far all of it is, 0..1; may raise to stop.

    Returns
    -------
    Placed
    """
    checked, notes = check_places(places, rows, gazetteer, locator, area_counts=area_counts)
    index = next(iter(places.values())).index if places else pd.RangeIndex(len(rows))
    answer = nothing(index)
    answer[LOCATION_ROLE] = ""
    shares = pd.Series(1.0, index=answer.index)
    progress = _Progress(tell)
    contradictions = Contradictions(answer.index)
    other_state = pd.Series(data=False, index=answer.index)
    for role, one in checked.items():
        for what, tier in tiers(area_counts=area_counts, tell=progress.within).items():
            left = answer.index[answer[PRECISION] == ""]
            if not len(left):
                break
            progress.say(what, 1 - len(left) / len(answer))
            tried = tier(one.loc[left], gazetteer)
            tried = contradictions.settle(tried, one, gazetteer)
            found = tried[tried[PRECISION] != ""]
            known = [name for name in (*ANSWER, *DETAIL) if name in found and name != REASON]
            answer.loc[found.index, known] = found[known]
            answer.loc[found.index, LOCATION_ROLE] = role
            if REASON in tried:
                why = tried[REASON][tried[REASON] != ""]
                answer.loc[why.index, REASON] = why
            if OTHER_STATE in tried:
                other_state.loc[tried.index[tried[OTHER_STATE]]] = True
            if COUNTY_SHARE in found:
                shares.loc[found.index] = found[COUNTY_SHARE]
    lost = (answer[PRECISION] == "").to_numpy()
    answer.loc[lost, [PRECISION, METHOD]] = [UNPLACED, "no usable place"]
    astray = name_other_states(checked.values(), len(answer))
    answer.loc[lost & astray, METHOD] = COUNTY_ELSEWHERE
    notes += contradictions.told(rows)
    notes += told_of_other_states(astray, lost, rows)
    if other_state.any():
        words = "{n} with a ZIP code in another state than the row names: not used."
        notes.append(note(words, other_state.to_numpy(), rows))
    notes += _tell_shares(answer, shares, rows)
    unknown = (answer[REASON] == REASONS[NOT_INDEXED]) & ~answer[PRECISION].isin(POINT_PRECISIONS)
    if unknown.any():
        words = (
            "{n} with a street address in a state whose streets are not known, so in no hexagon, "
            "square or density: page Streets."
        )
        notes.append(note(words, unknown.to_numpy(), rows))
    notes += _look_at(answer, checked, contradictions, lost, rows)
    if lost.any():
        notes.append(note("{n} not placed: kept and counted, but on no map.", lost, rows))
    return Placed(answer, tuple(notes), checked)


def _look_at(
    answer: pd.DataFrame,
    checked: Mapping[str, pd.DataFrame],
    contradictions: Contradictions,
    lost: NDArray[np.bool_],
    rows: NDArray[np.int64],
) -> list[Note]:
    """Give rows that a person should look at their reason in `answer`, and say which they are."""
    names = misspelled.of_rows(checked.values(), len(answer))
    placed = (~lost & (answer[PRECISION] != "01")).to_numpy()
    names = np.where(np.where(names == misspelled.UNKNOWN, lost, placed), names, "")
    answer.loc[names != "", REASON] = names[names != ""]
    unsure = (names == misspelled.CHANGED) & (answer[SCORE] > misspelled.SCORE)
    answer.loc[unsure, SCORE] = misspelled.SCORE
    two = names_two(checked.values(), len(answer))
    answer.loc[two, REASON] = CODE_IS_NOT_NAME
    against = contradictions.reasons[contradictions.reasons != ""]
    answer.loc[against.index, REASON] = against
    return misspelled.told(names, rows) + told_of_two(two, rows)


_STREETS: Final = 0.95
"""Of what is left when the streets begin: the tiers behind them take a moment."""


class _Progress:
    """How far the tiers are: rows that have their place, and within the streets the addresses."""

    def __init__(self, tell: Tell | None) -> None:
        self._tell = tell
        self._share = 0.0
        self._shown = 0.0

    def say(self, what: str, share: float) -> None:
        """Tell that a tier is tried, and the share of rows that have their place."""
        self._share = max(self._share, share)
        self._show(f"Placing by {what}", self._share)

    def within(self, words: str, share: float) -> None:
        """Tell how far the streets are; they may have what is left."""
        self._show(words, self._share + _STREETS * (1 - self._share) * share)

    def _show(self, words: str, share: float) -> None:
        self._shown = max(self._shown, share)  # rows that found no street wait for the next tier
        if self._tell:
            self._tell(words, self._shown)


def check_places(
    given_places: Mapping[str, pd.DataFrame],
    rows: NDArray[np.int64],
    gazetteer: Gazetteer,
    locator: Locator,
    *,
    area_counts: bool = False,
) -> tuple[dict[str, pd.DataFrame], list[Note]]:
    """Places with checked coordinates and, where a row names no state, that of the file.

    Parameters
    ----------
    given_places, rows, gazetteer, locator, area_counts
        As for `find`.

    Returns
    -------
    dict of str to DataFrame
        `PLACE_COLUMNS`, geoid, near_m and `state_guess` by location role.
    list of Note
    """
    checked: dict[str, pd.DataFrame] = {}
    notes: list[Note] = []
    for role, places in given_places.items():
        whole = with_written_place(places, gazetteer)
        checked[role], found = given.check(whole, rows, gazetteer, locator)
        notes += _of_role(found, role, given_places)
    state, words = _state_of_file(checked, gazetteer)
    blank_rows = np.zeros(len(rows), dtype=bool)
    for role, places in checked.items():
        own = places[STATE]
        places[GUESS] = own.where(own != "", state)
        read = misspelled.with_names_read(places, gazetteer, guess=not area_counts)
        whole = with_own_county(read, gazetteer)
        # The middle of an area that the row's own county refuses is not used.
        refused = (whole[EXTENT] != "").to_numpy() & contradicts(whole[GEOID], whole, gazetteer)
        used = (whole[LON].notna() & (whole[GEOID] != "")).to_numpy() & ~refused
        why = against_row(whole, used, gazetteer)
        checked[role] = whole.assign(**{given.WHY: why.where(why != "", whole[given.WHY])})
        notes += _of_role(told_of_points(why, rows), role, given_places)
        named = (places[CITY] != "") | (places[COUNTY] != "")
        blank_rows |= ((own == "") & named & (places[GEOID] == "")).to_numpy()  # a point needs none
    if words and blank_rows.any():
        notes.append(note(f"{{n}} without a state: {words}", blank_rows, rows))
    elif blank_rows.any():
        words = "{n} with a city or county but no state, and the file shows none: not used."
        notes.append(note(words, blank_rows, rows))
    return checked, notes


def _of_role(notes: list[Note], role: str, roles: Mapping[str, pd.DataFrame]) -> list[Note]:
    """Give notes that say whose place they speak of, where there are several."""
    if len(roles) == 1:
        return notes
    return [replace(one, text=f"Place of {role}: {one.text}") for one in notes]


def _state_of_file(checked: dict[str, pd.DataFrame], gazetteer: Gazetteer) -> tuple[str, str]:
    """Find the state nearly all points, or nearly all named states, are in; say how it is known."""
    if not checked:
        return "", ""
    points = pd.concat([p[GEOID] for p in checked.values()]).map(gazetteer.counties["state"])
    named = pd.concat([p[STATE] for p in checked.values()])
    for states, how in (
        (points.dropna(), "of the coordinates given lie"),
        (named[named != ""], "of the rows that name one are"),
    ):
        if len(states) >= _ENOUGH:
            share = states.value_counts(normalize=True)
            if share.iloc[0] >= _SURE_SHARE:
                code = str(share.index[0])
                return code, f"{code} was taken, where {share.iloc[0]:.0%} {how}."
    return "", ""


def _tell_shares(answer: pd.DataFrame, shares: pd.Series, rows: NDArray[np.int64]) -> list[Note]:
    split = (shares < _WHOLE).to_numpy() & (answer[PRECISION] != UNPLACED).to_numpy()
    if not split.any():
        return []
    mean = float(shares[split].mean())
    words = (
        "{n} placed by a ZIP code or city that touches several counties, and counted in the "
        f"one that holds most of it ({mean:.0%} on average)."
    )
    return [note(words, split, rows)]

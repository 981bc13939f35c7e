"""Judge a map by what came after it, beside what anybody knew without it; in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analysis import ranked_places as ranked
from analysis import words
from analysis.capture import TOP, Capture, Interval, capture, capture_curve, lead
from analysis.control_risk import cases_of
from analysis.getis_ord import Floats
from analysis.holdout import Holdout, hold_out
from analysis.ranked_streets import ranked_streets
from geo.schema import Records

if TYPE_CHECKING:
    from analysis.study import Study

MAPS: Final = (ranked.ADJUSTED, ranked.GI, ranked.DENSITY, ranked.RISK)
BASELINES: Final = (ranked.BEFORE, ranked.EARLIER, ranked.POPULATION)
GROUND: Final[Mapping[str, str]] = {"ground": "ground", "streets": "length of the streets"}
"""What a map without people by place ranks, in words."""

PARTS: Final = tuple(number / 50 for number in range(51))
"""Shares of the ground or the people at which a curve is given."""

THIN: Final = 0.6
"""Later events, as a part of those of as many months before, below which some may be missing."""


@dataclass(frozen=True)
class Ranking:
    """One way to rank places, judged: `curve` is the share captured at each of `PARTS`.

    `ahead` says by how much it captured more than each baseline, with an interval.
    """

    name: str
    title: str
    found: Capture
    curve: tuple[float, ...]
    ahead: Mapping[str, tuple[float, Interval]]


@dataclass(frozen=True)
class MapCheck:
    """A map made without the last months, judged by them.

    `rankings` are the maps by name ("people": adjusted for population, "gi", "density", "risk"),
    the one the study asks for first, then what they are held against ("before", "earlier",
    "population", which is missing where people are known of one county only). `measured` is
    "people", "ground" or "streets".
    """

    rankings: Mapping[str, Ranking]
    measured: ranked.Measured
    share: float
    first: str  # day, YYYY-MM-DD
    last: str
    months: int
    later: float
    outside: float
    events: str
    warnings: tuple[str, ...]

    @property
    def maps(self) -> tuple[Ranking, ...]:
        """The maps that were judged, the one the study asks for first."""
        return tuple(one for name, one in self.rankings.items() if name in MAPS)

    def sentence(self, name: str | None = None) -> str:
        """Say in plain words how a map did, the first when none is named."""
        judged = self.rankings.get(name or "", self.maps[0])
        found = judged.found
        part = f"{100 * self.share:g}%"
        top = f"the places it ranks highest, home to {part} of people,"
        if self.measured != "people":
            top = f"its highest {part} of the {GROUND[self.measured]}"
        first = (
            f"Made without the last {self.months} whole months ({self.first} to {self.last}), "
            f"{judged.title} does like this: {top} held {words.percent(found.captured)} of the "
            f"{self.later:,.0f} {self.events} that followed ({_between(found.interval)}%)"
        )
        others = [
            self.rankings[other]
            for other in (ranked.BEFORE, ranked.POPULATION)
            if other in self.rankings
        ]
        alone = [f"{one.title} alone: {words.percent(one.found.captured)}" for one in others]
        return f"{'; '.join([first, *alone])}. {self.verdict(judged.name)}"

    def verdict(self, name: str) -> str:
        """Say whether a map did better than the best of what it is held against."""
        judged = self.rankings[name]
        best = max(judged.ahead, key=lambda other: self.rankings[other].found.captured)
        more, (low, high) = judged.ahead[best]
        other = self.rankings[best]
        if low > 0:
            points = f"{100 * more:.0f} points ({100 * low:.0f} to {100 * high:.0f})"
            return f"It is ahead of {other.title} by {points}, more than chance explains."
        if high < 0:
            points = f"{-100 * more:.0f} points ({-100 * high:.0f} to {-100 * low:.0f})"
            return f"It is behind {other.title} by {points}: these would have chosen places better."
        return (
            f"Beside {other.title} ({words.percent(other.found.captured)}) the difference is no "
            "more than chance explains."
        )

    def table(self) -> pd.DataFrame:
        """Lay out all rankings for people: one a row."""
        rows = [
            {
                "Places ranked by": _capital(one.title),
                "Captured": words.percent(one.found.captured),
                "95 of 100 draws": f"{_between(one.found.interval)}%",
                "PAI": round(one.found.pai, 2),
                "PEI": round(one.found.pei, 2),
            }
            for one in self.rankings.values()
        ]
        return pd.DataFrame(rows)

    def curves(self) -> pd.DataFrame:
        """Give the share captured, in percent, by the share looked at, in percent."""
        columns = {
            _capital(one.title): np.multiply(100, one.curve) for one in self.rankings.values()
        }
        return pd.DataFrame(columns, index=np.multiply(100, PARTS))

    def to_json(self) -> dict[str, Any]:
        """All numbers as plain JSON values."""
        return {
            "held_back": {"first": self.first, "last": self.last, "months": self.months},
            "events": self.later,
            "outside": self.outside,
            "share": self.share,
            "share_of": self.measured,
            "sentence": self.sentence(),
            "warnings": list(self.warnings),
            "rankings": [
                {
                    "name": one.name,
                    "captured": one.found.captured,
                    "interval": list(one.found.interval),
                    "pai": one.found.pai,
                    "pei": one.found.pei,
                    "ahead": {
                        other: {"by": more, "interval": list(between)}
                        for other, (more, between) in one.ahead.items()
                    },
                    "curve": list(one.curve),
                }
                for one in self.rankings.values()
            ],
        }


def check_map(study: "Study", records: Sequence[Records], share: float = TOP) -> MapCheck:
    """Make the map of a study without the last whole months, and judge it by them.

    Every choice the data make, such as the size of cells or the bandwidth, is made from the earlier
    records alone.

    Parameters
    ----------
    study : Study
        Hot spots or a density.
    records : sequence of Records
        One or more sources.
    share : float
        Share of the people (by county, where known) or of the ground that is looked at.

    Returns
    -------
    MapCheck

    Raises
    ------
    StudyError
        Too few events or months, no dates, or no map of the earlier records.
    """
    held = hold_out(study, cases_of(study, records))
    along_streets = study.method == "density" and study.versus == "streets"
    places = (ranked_streets if along_streets else ranked.ranked_places)(held, records)
    judged = {
        name: Ranking(
            name=name,
            title=_title(name, held.months, places.measured),
            found=capture(score, places.later, places.size, share, seed=study.seed),
            curve=_curve(score, places),
            ahead=_ahead(name, places, share, study.seed) if name in MAPS else {},
        )
        for name, score in places.scores.items()
    }
    maps = MAPS if study.hot_means == "people" else MAPS[1:] + MAPS[:1]
    return MapCheck(
        rankings={name: judged[name] for name in (*maps, *BASELINES) if name in judged},
        measured=places.measured,
        share=share,
        first=held.cut.date().isoformat(),
        last=(held.after - pd.Timedelta(days=1)).date().isoformat(),
        months=held.months,
        later=float(places.later.sum()),
        outside=places.outside,
        events=words.events_of(held.later),
        warnings=_warnings(held, places),
    )


_TITLES: Final[Mapping[str, str]] = {
    ranked.ADJUSTED: "the map adjusted for people",
    ranked.GI: "the map (Gi*)",
    ranked.DENSITY: "the map (density)",
    ranked.RISK: "the map (relative risk)",
    ranked.BEFORE: "the {what} of the {months} months before",
    ranked.EARLIER: "the {what} of all earlier months",
    ranked.POPULATION: "population",
}


def _title(name: str, months: int, measured: ranked.Measured) -> str:
    what = "rates" if measured == "people" else "counts"
    return _TITLES[name].format(months=months, what=what)


def _curve(score: Floats, places: ranked.RankedPlaces) -> tuple[float, ...]:
    shares, captured = capture_curve(score, places.later, places.size)
    return tuple(np.interp(PARTS, shares, captured).tolist())


def _ahead(
    name: str, places: ranked.RankedPlaces, share: float, seed: int
) -> dict[str, tuple[float, Interval]]:
    return {
        other: lead(
            places.scores[name], places.scores[other], places.later, places.size, share, seed=seed
        )
        for other in BASELINES
        if other in places.scores
    }


def _warnings(held: Holdout, places: ranked.RankedPlaces) -> tuple[str, ...]:
    out = []
    later, before = float(held.later["count"].sum()), float(held.before["count"].sum())
    if later < THIN * before:
        out.append(
            f"The {held.months} months held back hold {later:,.0f} events, those before "
            f"{before:,.0f}: some may not have been reported yet."
        )
    if ranked.POPULATION not in places.scores:
        out.append(
            "People are known by county, and this map lies in one: as population ranks no place of "
            "it above another, the map is not held against population."
        )
    elif places.measured != "people":
        out.append(
            "People are known by county and taken as spread evenly over it, so the ranking by "
            "population tells counties apart and nothing within them."
        )
    if places.outside:
        out.append(
            f"{words.count_of(places.outside, 'later event', 'later events')} in places the map "
            "does not rank left out."
        )
    return tuple(out)


def _between(interval: Interval) -> str:
    low, high = (f"{100 * end:.0f}" for end in interval)
    return f"{low}-{high}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

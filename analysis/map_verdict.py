"""How a map did on what came after it, beside what anybody knew without it; in words."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis import ranked_places as ranked
from analysis import words
from analysis.capture import Capture, Interval

MAPS: Final = (ranked.ADJUSTED, ranked.GI, ranked.DENSITY, ranked.RISK)
GROUND: Final[Mapping[str, str]] = {"ground": "ground", "streets": "length of the streets"}
"""What a map without people by place ranks, in words."""

RANKED_BY: Final = "Places ranked by"
LOOKED_AT: Final = "Looked at"
CAPTURED: Final = "Captured"
PARTS: Final = tuple(number / 50 for number in range(51))
"""Shares of the ground or the people at which a curve is given."""

_SAME: Final = 1e-9  # an interval narrower than this is one exact share
_CERTAIN: Final = (0.0, 100.0)
_DECIMALS: Final = 4  # of percent, at most

_TIMES: Final[Mapping[int, str]] = {2: "twice", 3: "three times", 4: "four times"}


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
class Period:
    """Months held back once: first and last day (YYYY-MM-DD), events, and the share captured.

    `captured` is by the name of the ranking.
    """

    first: str
    last: str
    later: float
    captured: Mapping[str, float]


@dataclass(frozen=True)
class MapCheck:
    """A map made without the last months, judged by them; again for the months before, and so on.

    `rankings` are the maps by name ("people": adjusted for population, "gi", "density", "risk"),
    the one the study asks for first, then what they are held against ("before", "earlier",
    "population", which is missing where people are known of one county only; beside other records
    "alike" in its place). `measured` is "people", "ground", "streets" or "records", cases and
    controls. `months` is the length of each of `periods`, the newest first;
    what is captured is of the events of all of them.
    """

    rankings: Mapping[str, Ranking]
    measured: ranked.Measured
    share: float
    periods: tuple[Period, ...]
    months: int
    outside: float
    events: str
    warnings: tuple[str, ...]

    @property
    def first(self) -> str:
        """First day held back of all periods, YYYY-MM-DD."""
        return self.periods[-1].first

    @property
    def last(self) -> str:
        """Last day held back of all periods, YYYY-MM-DD."""
        return self.periods[0].last

    @property
    def later(self) -> float:
        """Events of all periods that were looked up."""
        return sum(one.later for one in self.periods)

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
        if self.measured == "records":
            top = (
                f"the places it ranks highest, with {part} of the cases and controls that followed,"
            )
        elif self.measured != "people":
            top = f"its highest {part} of the {GROUND[self.measured]}"
        first = (
            f"{self._made()}, {judged.title} does like this: {top} held "
            f"{words.percent(found.captured)} of the {self.later:,.0f} {self.events} that followed "
            f"({self._how_far(judged.name)})"
        )
        others = [
            self.rankings[other]
            for other in (ranked.BEFORE, ranked.POPULATION)
            if other in self.rankings
        ]
        alone = [f"{one.title} alone: {words.percent(one.found.captured)}" for one in others]
        return f"{'; '.join([first, *alone])}. {self.verdict(judged.name)}"

    def _made(self) -> str:
        """Say how often the map was made without what it is judged by."""
        number = len(self.periods)
        if number == 1:
            return f"Made without the last {self.months} whole months ({self.first} to {self.last})"
        return (
            f"Made {_TIMES.get(number, f'{number} times')}, each time without the {self.months} "
            f"whole months that followed ({self.first} to {self.last} in all)"
        )

    def _how_far(self, name: str) -> str:
        """Say what chance makes of the share, and how far single periods lie apart."""
        between = interval_in_words(self.rankings[name].found.interval)
        if len(self.periods) == 1:
            return between
        single = [one.captured[name] for one in self.periods]
        return f"{between}; in the single periods {words.percent(min(single))} to " + (
            words.percent(max(single))
        )

    def verdict(self, name: str) -> str:
        """Say whether a map did better than the best of what it is held against."""
        judged = self.rankings[name]
        best = max(judged.ahead, key=lambda other: self.rankings[other].found.captured)
        more, (low, high) = judged.ahead[best]
        other = self.rankings[best]
        whom = f"{other.title} ({words.percent(other.found.captured)})"
        if low > 0:
            return (
                f"It is ahead of {whom} by {_points(more, low, high)}, more than chance explains."
            )
        if high < 0:
            points = _points(-more, -high, -low)
            return f"It is behind {whom} by {points}: these would have chosen places better."
        return f"Beside {whom} the difference is no more than chance explains."

    def table(self) -> pd.DataFrame:
        """Lay out all rankings for people: one a row."""
        rows = [
            {
                RANKED_BY: _capital(one.title),
                CAPTURED: words.percent(one.found.captured),
                "95 of 100 draws": interval_in_words(one.found.interval),
                "PAI": round(one.found.pai, 2),
                "PEI": round(one.found.pei, 2),
            }
            for one in self.rankings.values()
        ]
        return pd.DataFrame(rows)

    def by_period(self) -> pd.DataFrame:
        """Lay out the periods for people: one a row, with the share each ranking captured."""
        rows = [
            {
                "Held back": f"{period.first} to {period.last}",
                "Events": round(period.later),
                **{
                    _capital(one.title): words.percent(period.captured[one.name])
                    for one in self.rankings.values()
                },
            }
            for period in self.periods
        ]
        return pd.DataFrame(rows)

    def curves(self) -> pd.DataFrame:
        """Give the share captured, in percent, by ranking and share looked at, in percent."""
        return pd.concat(
            pd.DataFrame(
                {
                    RANKED_BY: _capital(one.title),
                    LOOKED_AT: np.multiply(100, PARTS),
                    CAPTURED: np.multiply(100, one.curve),
                }
            )
            for one in self.rankings.values()
        )

    def to_json(self) -> dict[str, Any]:
        """All numbers as plain JSON values."""
        return {
            "held_back": {"first": self.first, "last": self.last, "months": self.months},
            "periods": [
                {
                    "first": one.first,
                    "last": one.last,
                    "events": one.later,
                    "captured": dict(one.captured),
                }
                for one in self.periods
            ],
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


def interval_in_words(interval: Interval) -> str:
    """Write an interval of a share, with as many decimals as its ends need.

    A wide one never reads as a certainty: neither "100-100%" nor "0-0%".

    Examples
    --------
    >>> interval_in_words(Interval(0.723, 0.815)), interval_in_words(Interval(0.9982, 1.0))
    ('72-82%', '99.8-100%')
    >>> interval_in_words(Interval(0.0, 0.0018)), interval_in_words(Interval(0.2, 0.2))
    ('0-0.2%', '20%')
    """
    if interval.high - interval.low < _SAME:
        return words.percent(interval.low)
    low, high = (100 * end for end in interval)
    for digits in range(_DECIMALS):
        ends = [f"{end:.{digits if 0 < end < 100 else 0}f}" for end in (low, high)]
        said = [float(end) for end in ends]
        honest = all(
            one not in _CERTAIN or one == end for one, end in zip(said, (low, high), strict=True)
        )
        if said[0] < said[1] and honest:
            return f"{ends[0]}-{ends[1]}%"
    step = 10**_DECIMALS
    return f"{math.floor(low * step) / step:g}-{math.ceil(high * step) / step:g}%"


def _points(more: float, low: float, high: float) -> str:
    """Write a lead that is above 0, in percentage points, so that no bound of it reads as 0.

    Examples
    --------
    >>> _points(0.031, 0.012, 0.05), _points(0.03, 0.0034, 0.06)
    ('3 points (1 to 5)', '3.0 points (0.3 to 6.0)')
    >>> _points(1e-5, 1e-7, 2e-5)
    '0.0010 points (above 0 to 0.0020)'
    """
    ends = (more, low, high)
    said = []
    for digits in range(_DECIMALS + 1):
        said = [f"{100 * end:.{digits}f}" for end in ends]
        if all(float(one) > 0 for one in said):
            break
    by, least, most = (one if float(one) > 0 else "above 0" for one in said)
    return f"{by} points ({least} to {most})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

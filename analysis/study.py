"""A study: every choice of one run."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Final, Literal, Self, get_args

from geo.errors import StudyError
from geo.schema import DRUG_CLASSES, KINDS, OUTCOMES, Handling

Method = Literal["hotspots", "density"]
METHODS: tuple[Method, ...] = ("hotspots", "density")
Level = Literal["county", "hexagon", "square"]
Measure = Literal["count", "rate"]
Neighbors = Literal["auto", "queen", "knn", "band"]
Correction = Literal["bh", "by", "none"]
HotMeans = Literal["people", "counts"]
Kernel = Literal["quartic", "gaussian", "epanechnikov", "disc"]
BandwidthRule = Literal["arcgis", "scott", "least_squares", "likelihood"]
Edge = Literal["diggle", "uniform", "none"]
Unit = Literal["km2", "mi2"]
Versus = Literal["ground", "streets", "people", "controls"]


@dataclass(frozen=True)
class Study:
    """Every choice of one run; None or () means "choose from the data and say why".

    It is the page's state, the address bar, the shell's flags, the cache key and the provenance in
    an export: one object, hashable, with a JSON round trip. Lengths are metres.

    Examples
    --------
    >>> Study.from_json(Study(states=("CT",)).to_json()) == Study(states=("CT",))
    True
    """

    method: Method = "hotspots"
    level: Level = "county"
    states: tuple[str, ...] = ()  # USPS codes
    hidtas: tuple[str, ...] = ()
    hidtas_as_of: int | None = None  # year; None: the newest the log knows
    start: date | None = None  # first day counted
    end: date | None = None  # last day counted
    kinds: tuple[str, ...] = ("overdose",)
    outcomes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    hot_means: HotMeans = "people"  # more than its people explain, or than chance alone (Gi*)
    within_states: bool = False  # hold places against the risk of their own state
    measure: Measure = "count"
    cell_m: float | None = None  # width across flats of a hexagon, side of a square
    neighbors: Neighbors = "auto"
    band_m: float | None = None
    k: int = 8
    correction: Correction = "bh"
    min_count: int | None = None  # fewest events in a neighborhood that may be called hot
    kernel: Kernel = "quartic"
    bandwidth_m: float | None = None
    bandwidth_rule: BandwidthRule = "arcgis"  # where no bandwidth is given
    versus: Versus = "ground"  # per area, per length of street, or the risk beside people, controls
    control_sources: tuple[str, ...] = ()  # names of files; (): the same as the cases
    control_kinds: tuple[str, ...] = ()
    control_outcomes: tuple[str, ...] = ()
    control_drugs: tuple[str, ...] = ()
    edge: Edge = "diggle"  # what a kernel loses beyond the border
    adaptive: bool = False  # bandwidths that follow the events
    half_life_days: float | None = None  # None: all days count the same
    unit: Unit = "km2"
    pixel_m: float | None = None
    handling: Handling = "cui"
    seed: int = 20260101

    def __post_init__(self) -> None:
        """Refuse a choice no run understands, with the choices there are."""
        for name, (fits, kind) in _WANTED.items():
            if not fits(getattr(self, name)):
                raise StudyError(f"The study's {name} is of the wrong kind.", f"Give {kind}.")
        for name, allowed in _ALLOWED.items():
            if getattr(self, name) not in allowed:
                raise StudyError(
                    f"The study's {name} is not known.", f"Choose one of: {', '.join(allowed)}."
                )
        for name, known in _KNOWN.items():
            if not set(getattr(self, name)) <= set(known):
                raise StudyError(
                    f"One of the study's {name} is not known.", f"Choose from: {', '.join(known)}."
                )
        if self.start and self.end and self.start > self.end:
            raise StudyError("The first day comes after the last.", "Swap the two dates.")
        for name, (least, most, unit, called) in _RANGES.items():
            number = getattr(self, name)
            if number is not None and not least <= number <= most:
                raise StudyError(
                    f"The {called} is out of range ({name}).", f"Give {least:,} to {most:,} {unit}."
                )

    def to_json(self) -> dict[str, Any]:
        """All choices as plain JSON values, dates as YYYY-MM-DD."""
        plain = asdict(self)
        for name in ("start", "end"):
            plain[name] = day.isoformat() if (day := plain[name]) else None
        return {name: list(v) if isinstance(v, tuple) else v for name, v in plain.items()}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Rebuild the study that `to_json` wrote; unknown names are refused.

        A report or the provenance of a result, which carry a study under "study", will do.

        Raises
        ------
        StudyError
            A name or a value is not one this version knows.
        """
        if not isinstance(plain, dict):
            raise StudyError("This is no study.", "Choose a study this program wrote.")
        plain = plain["study"] if isinstance(plain.get("study"), dict) else plain
        unknown = set(plain) - {f.name for f in fields(cls)}
        if unknown:
            raise StudyError(
                "The study holds choices this version does not know.",
                "Open it with the version that wrote it.",
            )
        given: dict[str, Any] = {
            name: tuple(v) if isinstance(v, list) else v for name, v in plain.items()
        }
        for name in ("start", "end"):
            if given.get(name) is not None:
                given[name] = _day(name, given[name])
        return cls(**given)


def _day(name: str, given: object) -> date:
    try:
        return date.fromisoformat(given if isinstance(given, str) else "")
    except ValueError:  # it repeats the value, so it goes no further
        raise StudyError(f"The study's {name} is no day.", "Write it as YYYY-MM-DD.") from None


def _is_texts(given: object) -> bool:
    return isinstance(given, tuple) and all(isinstance(one, str) for one in given)


def _is_whole(given: object, least: int = 1) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and given >= least


def _is_length(given: object) -> bool:
    return given is None or (isinstance(given, int | float) and not isinstance(given, bool))


def _is_day(given: object) -> bool:
    return given is None or (isinstance(given, date) and not isinstance(given, datetime))


_WANTED: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    **dict.fromkeys(
        (
            "states",
            "hidtas",
            "kinds",
            "outcomes",
            "drugs",
            "control_sources",
            "control_kinds",
            "control_outcomes",
            "control_drugs",
        ),
        (_is_texts, "a list of words"),
    ),
    "k": (_is_whole, "a whole number of 1 or more"),
    "min_count": (
        lambda given: given is None or _is_whole(given),
        "a whole number of 1 or more, or nothing to let the data decide",
    ),
    "seed": (lambda given: _is_whole(given, 0), "a whole number of 0 or more"),
    "within_states": (lambda given: isinstance(given, bool), "true or false"),
    "hidtas_as_of": (lambda given: given is None or _is_whole(given), "a year"),
    **dict.fromkeys(("start", "end"), (_is_day, "a day without a time")),
    **dict.fromkeys(
        ("cell_m", "band_m", "bandwidth_m", "pixel_m"), (_is_length, "a number of meters")
    ),
    "half_life_days": (_is_length, "a number of days"),
    "adaptive": (lambda given: isinstance(given, bool), "true or false"),
}
"""What each choice must be before it is looked at: a study may come from anybody's file."""

_ALLOWED = {
    name: get_args(kind)
    for name, kind in (
        ("method", Method), ("level", Level), ("measure", Measure), ("neighbors", Neighbors),
        ("correction", Correction), ("kernel", Kernel), ("handling", Handling),
        ("hot_means", HotMeans),
        ("bandwidth_rule", BandwidthRule), ("versus", Versus), ("edge", Edge), ("unit", Unit),
    )
}  # fmt: skip
_KNOWN = {
    f"{of}{name}": known
    for of in ("", "control_")
    for name, known in (
        ("kinds", KINDS), ("outcomes", OUTCOMES), ("drugs", tuple(DRUG_CLASSES)),
    )
}  # fmt: skip
_RANGES: Final = {
    **{
        name: (10, 500_000, "meters", called)
        for name, called in (
            ("cell_m", "width of a cell"), ("band_m", "distance of neighbors"),
            ("bandwidth_m", "bandwidth"), ("pixel_m", "pixel size"),
        )
    },
    "half_life_days": (1, 36_525, "days", "half-life"),
}  # fmt: skip

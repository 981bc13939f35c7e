"""Whether the name of a column of numbers says that it counts events."""

import re
from typing import Final, Literal

from geo.ingest.words import singular, split_words

Sort = Literal["events", "plain", "proxy", "unknown", "other"]

DEATH_WORDS: Final = frozenset({
    "death", "dth", "decedent", "fatality", "fatal", "mortality", "died", "killed",
    "deceased", "body",
})  # fmt: skip
_EVENT_WORDS: Final = DEATH_WORDS | {
    "overdose", "od", "poisoning", "intoxication", "toxicity", "incident", "event", "case",
    "seizure", "visit", "encounter", "hospitalization", "hospitalisation", "admission", "stay",
    "discharge", "run", "call", "response", "dispatch", "activation", "transport", "episode",
    "occurrence", "emergency", "stop", "nonfatal", "injury",
}  # fmt: skip
_PROXY_WORDS: Final = frozenset({
    "naloxone", "narcan", "save", "saved", "reversal", "reversed", "revival", "revived",
    "administration", "use", "arrest", "test", "report",
})  # fmt: skip
"""What goes with overdoses and is not one: counted where nothing better is."""

_PLAIN_WORDS: Final = frozenset({
    "n", "x", "no", "num", "number", "nbr", "#", "count", "cnt", "ct", "total", "tot", "sum", "all",
    "value", "val", "data", "freq", "frequency", "obs", "observation", "ob", "observed", "tally",
    "record", "patient", "person", "people", "individual", "victim", "client", "treated", "of",
    "the", "in", "for", "reported", "recorded", "confirmed", "suspected", "provisional", "final",
    "drug", "opioid", "per", "year", "each", "annual", "yearly", "monthly", "by", "volume",
    "quantity",
})  # fmt: skip
_WHAT_IS_COUNTED: Final = _PLAIN_WORDS - {
    "of", "the", "in", "for", "per", "by", "drug", "opioid", "each", "year", "no", "quantity",
}  # fmt: skip
_OTHER_WORDS: Final = frozenset({
    # shares, and numbers made of counts
    "rate", "percent", "pct", "percentage", "%", "ratio", "proportion", "share", "crude",
    "adjusted", "lower", "upper", "ci", "lcl", "ucl", "lci", "uci", "se", "error", "margin",
    "moe", "interval", "median", "mean", "average", "avg", "index", "rank", "ranking", "score",
    "percentile", "quartile", "quintile", "change", "difference", "diff", "increase", "expected",
    "predicted", "modeled", "projected", "goal", "target", "baseline", "prior", "previous",
    "history", "smoothed", "density", "sd", "zscore", "z", "pvalue", "p",
    # what is not an event
    "population", "pop", "household", "housing", "income", "poverty", "unemployed", "unemployment",
    "uninsured", "dollar", "usd", "$", "cost", "price", "kit", "dose", "distributed", "dispensed",
    "prescription", "rx", "pill", "bed", "provider", "prescriber", "pharmacy", "clinic", "mile",
    "acre", "area", "land", "birth", "age", "officer", "staff", "minute", "hour", "second", "day",
    "time", "duration", "length", "los", "gram", "kilogram", "kg", "lb", "lbs", "pound", "ounce",
    "oz", "gm", "weight", "unit", "mg", "ml", "liter", "plant", "tablet",
    # numbers that name something
    "fips", "geoid", "zip", "zcta", "zipcode", "tract", "district", "ward", "precinct", "beat",
    "zone", "region", "code", "id", "uid", "guid", "objectid", "fid", "key", "phone", "lat",
    "latitude", "lon", "long", "longitude", "easting", "northing", "vintage", "version", "line",
})  # fmt: skip
_NOT_PLAIN_PER = re.compile(r"\bper\b(?!\s+(?:year|month|quarter))")
_ROLLING = re.compile(
    r"\b(?:12|twelve|rolling|moving|trailing|cumulative|ytd|fytd|year[- ]to[- ]date|to[- ]date)\b"
)
_DRUG: Final = frozenset({"drug", "overdose", "od", "poisoning", "substance", "toxicity"})
_SAME: Final = {"od": "overdose", "dth": "death", "fatality": "death", "decedent": "death"}


def sort_of(name: str) -> Sort:
    """Sort a heading by what numbers below it count.

    Returns
    -------
    {"events", "plain", "proxy", "unknown", "other"}
        "plain" says only that it is a number ("N", "Total"); "proxy" what goes with overdoses and
        is none ("Naloxone saves"); "other" is no count of events ("Death rate"); "unknown" says it
        in words that we do not know.

    Examples
    --------
    >>> sort_of("Suspected ODs"), sort_of("# Deaths"), sort_of("Freq"), sort_of("Naloxone Saves")
    ('events', 'events', 'plain', 'proxy')
    >>> sort_of("Deaths per 100k"), sort_of("OD kits"), sort_of("Zebras")
    ('other', 'other', 'unknown')
    """
    words = [singular(word) for word in split_words(name)]
    said = set(words)
    if said & _OTHER_WORDS or _NOT_PLAIN_PER.search(" ".join(words)):
        return "other"
    if said & _PROXY_WORDS:
        return "proxy"
    if said & _EVENT_WORDS:
        return "events"
    named = {word for word in said if not word.isdigit()}
    return "plain" if named & _WHAT_IS_COUNTED and named <= _PLAIN_WORDS else "unknown"


def is_bare_number(name: str) -> bool:
    """Whether a heading is just "Number", "No." or "#": a count, or the number of a case."""
    return set(split_words(name)) <= {"number", "numbers", "no", "num", "nbr", "#"}


def is_plural(name: str) -> bool:
    """Whether a heading names events in the plural, as a yes/no column hardly does."""
    words = split_words(name)
    return any(word != singular(word) and singular(word) in _EVENT_WORDS for word in words)


def is_rolling(name: str) -> bool:
    """Whether a heading counts over more than the period of its row ("12 months ending")."""
    return bool(_ROLLING.search(re.sub(r"[_()]", " ", name.lower())))


def counts_deaths(name: str) -> bool:
    """Whether a heading counts deaths and nothing else.

    Examples
    --------
    >>> counts_deaths("OD_Fatal"), counts_deaths("Non-fatal ODs"), counts_deaths("Overdoses")
    (True, False, False)
    """
    words = {singular(word) for word in split_words(name)}
    return bool(words & DEATH_WORDS) and not words & {"nonfatal", "non", "not"}


def counts_residents(name: str) -> bool:
    """Whether a heading says that people are counted where they lived."""
    return bool({"resident", "residence"} & {singular(word) for word in split_words(name)})


def is_sum_of(name: str, other: str) -> bool:
    """Whether a heading names all of what another names a part of.

    The whole must speak of drugs: "Total deaths" beside "Overdose deaths" may be deaths of any
    cause.

    Examples
    --------
    >>> is_sum_of("All Drug Deaths", "Cocaine Deaths"), is_sum_of("Overdoses", "Fatal ODs")
    (True, True)
    >>> is_sum_of("Total Deaths", "Overdose Deaths"), is_sum_of("Nonfatal ODs", "Fatal ODs")
    (False, False)
    >>> is_sum_of("Overdose Visits", "Overdose Deaths")
    False
    """
    whole, part = (
        [_SAME.get(w, w) for w in map(singular, split_words(one))] for one in (name, other)
    )
    specific = set(whole) - _PLAIN_WORDS - _DRUG - {_noun(whole)} - {"related", "involved"}
    of_a_kind = set(part) - (_PLAIN_WORDS - {"opioid"}) - {_noun(part)}  # not of any cause
    same = bool(of_a_kind) and _noun(whole) == _noun(part)
    return same and bool(_DRUG & set(whole)) and specific <= set(part)


def _noun(words: list[str]) -> str:
    """Word for what is counted: deaths before anything, adjectives last."""
    known = [word for word in words if word in _EVENT_WORDS - {"fatal", "nonfatal"}]
    return "death" if "death" in known else known[-1] if known else ""

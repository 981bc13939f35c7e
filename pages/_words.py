"""The words shown for the values a study's choices can have: in widgets, and so in links."""

from collections.abc import Mapping
from functools import cache

from boundaries import load
from geo.schema import DRUG_CLASSES


@cache
def words_of(field: str) -> Mapping[str, str]:
    """Return the words shown for each value of a field; empty when values are shown as they are.

    Examples
    --------
    >>> words_of("kinds")["seizure"]
    'Seizures'
    """
    if field == "states":
        return {code: str(name) for code, name in load.states()["name"].sort_values().items()}
    return _WORDS.get(field, {})


_WORDS: Mapping[str, Mapping[str, str]] = {
    "kinds": {"overdose": "Overdoses", "seizure": "Seizures"},
    "outcomes": {"fatal": "Fatal", "nonfatal": "Nonfatal", "unknown": "Unknown"},
    "drugs": DRUG_CLASSES,
    "level": {"county": "County", "hexagon": "Hexagon", "square": "Square"},
    "measure": {"count": "Count", "rate": "Rate per 100,000"},
    "neighbors": {
        "auto": "Chosen from the data",
        "queen": "Areas that touch",
        "knn": "The nearest 8",
        "band": "Within a distance",
    },
    "correction": {
        "bh": "False discovery rate (usual)",
        "by": "Stricter (any dependence)",
        "none": "None: expect false hot spots",
    },
    "kernel": {"quartic": "Quartic", "gaussian": "Gaussian"},
}

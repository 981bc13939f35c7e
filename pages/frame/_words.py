"""The words people see: for the values of choices, in widgets and links; and any text made safe."""

import re
from collections.abc import Mapping
from functools import cache

from boundaries import load
from geo.schema import DRUG_CLASSES

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:&])")


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
    "hot_means": {
        "people": "More than its people explain",
        "counts": "More than chance explains (Gi*)",
    },
    "measure": {"count": "Count", "rate": "Rate per 100,000"},
    "neighbors": {
        "auto": "Chosen from the data",
        "queen": "Areas that touch",
        "knn": "The nearest few",
        "band": "Within a distance",
    },
    "correction": {
        "bh": "False discovery rate (usual)",
        "by": "Stricter (any dependence)",
        "none": "None: expect false hot spots",
    },
    "kernel": {
        "quartic": "Quartic",
        "gaussian": "Gaussian",
        "epanechnikov": "Epanechnikov",
        "disc": "Disc",
    },
    "versus": {
        "ground": "Per area",
        "streets": "Along streets",
        "people": "Relative risk",
        "controls": "Beside others",
    },
    "control_kinds": {"overdose": "Overdoses", "seizure": "Seizures"},
    "control_outcomes": {"fatal": "Fatal", "nonfatal": "Nonfatal", "unknown": "Unknown"},
    "control_drugs": DRUG_CLASSES,
    "bandwidth_rule": {
        "arcgis": "As ArcGIS (usual)",
        "scott": "Scott's rule",
        "least_squares": "Cross-validation, least squares",
        "likelihood": "Cross-validation, likelihood",
    },
    "edge": {
        "diggle": "Adds up to the events (usual)",
        "uniform": "Even events, even map",
        "none": "No correction",
    },
    "unit": {"km2": "Kilometers", "mi2": "Miles"},
}


def plain(text: str) -> str:
    r"""Make any text safe to stand in Markdown: it is shown as it is, never as markup.

    Examples
    --------
    >>> print(plain("**a** <b>"))
    \*\*a\*\* \<b\>
    """
    return _MARKUP.sub(r"\\\1", text)


def in_file_name(text: str) -> str:
    """Make any text fit to stand in the name of a file.

    Examples
    --------
    >>> in_file_name("State police: 2024/25"), in_file_name("???")
    ('State-police-2024-25', 'file')
    """
    return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "file"


@cache
def counties() -> Mapping[str, str]:
    """Return the name of each county with its state, by geoid, in order of state and name."""
    table = load.counties().sort_values(["state", "name"])
    return {
        str(g): f"{n}, {s}"
        for g, n, s in zip(table.index, table["name"], table["state"], strict=True)
    }

"""What one visitor has loaded and chosen, and every cached call.

Each choice of a study is a widget whose key is the name of the `Study` field and which is bound to
the address, so that a link brings the same view back. Data are never in the address.
"""

import gc
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, replace
from datetime import date
from typing import Any

import streamlit as st

from analysis import run as runs
from analysis.run import Result
from analysis.study import Method, Study
from boundaries import load, roads
from geo.errors import StudyError
from geo.layers import Layer
from geo.schema import HANDLINGS, Records
from pages.frame import _kept
from pages.frame._words import words_of

_DEFAULTS: dict[str, Any] = {
    f.name: f.default for f in fields(Study) if f.default is not MISSING and f.name != "method"
}
_CONTROLS = ("control_sources", "control_kinds", "control_outcomes", "control_drugs")
_READERS: dict[str, Callable[[str], Any]] = {
    "Literal": str,
    "bool": lambda text: text.casefold() == "true",
    "date": date.fromisoformat,
    "int": int,
    "float": float,
}
"""How a choice is read from the address, by a word in the type of its field."""


def chosen_study(method: Method) -> Study:
    """Return the study as the widgets stand, on this page or as left on another.

    Raises
    ------
    StudyError
        The choices contradict each other.
    """
    chosen = {name: _choice(name) for name in _DEFAULTS}
    if method == "density":  # its page does not show this one, so that it must not count there
        chosen["min_count"] = _DEFAULTS["min_count"]
    return Study(method=method, **chosen)


def _choice(name: str) -> Any:  # noqa: ANN401  (a choice of a study has any type)
    """Return what the widget says; before it was ever shown, what the link says."""
    value = st.session_state[name] if name in st.session_state else _from_link(name)
    if isinstance(value, list):
        return tuple(value)
    return _DEFAULTS[name] if value is None else value


def _from_link(name: str) -> Any:  # noqa: ANN401
    """Read a choice from the address; what cannot be understood is no choice."""
    values = {words: value for value, words in words_of(name).items()}
    spelled = [values.get(text, text) for text in st.query_params.get_all(name)]
    kind = str(next(f.type for f in fields(Study) if f.name == name))
    if not spelled:
        return None
    if "tuple" in kind:
        return tuple(spelled)
    read = next((reader for word, reader in _READERS.items() if word in kind), str)
    try:
        return read(spelled[0])
    except ValueError:
        return None


def keep_choices() -> None:
    """Carry every choice over to this run; before any widget is drawn.

    A widget drawn on one page and again on the next would start anew there, were its value not
    written by us. Choices that depend on the data follow a change of it.
    """
    for name in (*_DEFAULTS, "export"):
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]
    _kept.look_again()
    is_new = _kept.is_new_visitor()
    if not _kept.take_changed():
        return
    suggestion = runs.suggest(_kept.sources())
    fitting: dict[str, Any] = {
        "level": suggestion.level, "kinds": list(suggestion.kinds),
        **{name: [] for name in ("states", "hidtas", "outcomes", "drugs", *_CONTROLS)},
        **dict.fromkeys(("start", "end", "cell_m", "bandwidth_m", "band_m")),
    }  # fmt: skip
    for name, value in fitting.items():
        if not (is_new and name in st.query_params):  # a link says what it wants
            st.session_state[name] = value
    st.session_state["handling"] = strictest_handling()


def source_names() -> list[str]:
    """Return the names of the files that are looked at."""
    return list(dict.fromkeys(one.source for one in _kept.sources()))


def strictest_handling() -> str:
    """Return the handling level of the most restricted file."""
    order = list(HANDLINGS)
    return max((r.handling for r in _kept.sources()), key=order.index)


def result_of(study: Study) -> Result:
    """Run a study on the loaded records, or take the answer from the cache."""
    records = _kept.sources()
    streets = roads.vintages() if study.versus == "streets" else ()
    return _run(study, (*(r.digest for r in records), *streets), records)


def incident_points(study: Study) -> tuple[Layer, ...]:
    """Return the incidents a study counts as a layer, switched off; none where none is a point."""
    records = _kept.sources()
    filters = ("states", "hidtas", "hidtas_as_of", "start", "end", "kinds", "outcomes", "drugs")
    plain = Study(**{name: getattr(study, name) for name in filters}, handling=study.handling)
    return _points(plain, tuple(r.digest for r in records), records)


@st.cache_resource(max_entries=16, show_spinner=False)
def _points(
    study: Study, digests: tuple[str, ...], _records: Sequence[Records]
) -> tuple[Layer, ...]:
    del digests
    try:
        layer = runs.incident_layer(study, _records)
    except StudyError:
        return ()
    found = layer.shapes is not None and not layer.shapes.empty
    return (replace(layer, visible=False),) if found else ()


@st.cache_resource(max_entries=64, show_spinner="Counting and testing …")
def _run(study: Study, digests: tuple[str, ...], _records: Sequence[Records]) -> Result:
    del digests  # with the study, the key of this cache: Streamlit would hash a sample of a table
    return runs.run(study, _records)


@st.cache_resource(show_spinner=False)
def settle() -> None:
    """Leave what is loaded by now out of the search for garbage; once a server.

    Streamlit searches after every run: through modules and shapes that took 0.1 s each time.
    """
    gc.collect()
    gc.freeze()


def state_of(geoid: str) -> str:
    """Return the USPS code of a county's state."""
    return str(load.counties().at[geoid, "state"])

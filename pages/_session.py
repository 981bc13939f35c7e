"""What one visitor has loaded and chosen, and every cached call.

Each choice of a study is a widget whose key is the name of the `Study` field and which is bound to
the address, so that a link brings the same view back. Data are never in the address.
"""

from collections.abc import Sequence
from dataclasses import MISSING, fields, replace
from datetime import date
from typing import Any

import streamlit as st

from analysis import study as studies
from analysis.result import Density, HotSpots
from analysis.study import Study
from boundaries import demo, load
from geo.errors import ReadError, StudyError
from geo.geocoding.cascade import place
from geo.ingest import Mapping, RawTable, open_table, propose, read
from geo.layers import Layer
from geo.schema import HANDLINGS, Records
from pages._words import words_of

_DEFAULTS: dict[str, Any] = {
    f.name: f.default for f in fields(Study) if f.default is not MISSING and f.name != "method"
}
_LOADED = "loaded records"
_CHANGED = "loaded records changed"


def chosen_study(method: studies.Method) -> Study:
    """Return the study as the widgets stand, on this page or as left on another.

    Raises
    ------
    StudyError
        The choices contradict each other.
    """
    return Study(method=method, **{name: _choice(name) for name in _DEFAULTS})


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
    try:
        if "tuple" in kind:
            return tuple(spelled)
        if "date" in kind:
            return date.fromisoformat(spelled[0])
        if "int" in kind or "float" in kind:
            return int(spelled[0]) if "int" in kind else float(spelled[0])
    except ValueError:
        return None
    return spelled[0]


def sources() -> tuple[Records, ...]:
    """Return the loaded files, or the synthetic demo when none is loaded."""
    return st.session_state.get(_LOADED) or demo_records()


def on_demo() -> bool:
    """Tell whether the visitor still looks at the synthetic demo."""
    return not st.session_state.get(_LOADED)


def add(records: Records) -> None:
    """Add a file; a file of the same name replaces itself."""
    kept = [old for old in st.session_state.get(_LOADED, ()) if old.source != records.source]
    st.session_state[_LOADED] = (*kept, records)
    st.session_state[_CHANGED] = True


def remove_all() -> None:
    """Forget every loaded file and go back to the demo."""
    st.session_state[_LOADED] = ()
    st.session_state[_CHANGED] = True


def keep_choices() -> None:
    """Carry every choice over to this run; before any widget is drawn.

    A widget drawn on one page and again on the next would start anew there, were its value not
    written by us. Choices that depend on the data follow a change of it.
    """
    for name in (*_DEFAULTS, "shown", "export"):
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]
    if not st.session_state.pop(_CHANGED, False):
        return
    suggestion = studies.suggest(sources())
    st.session_state["level"] = suggestion.level
    st.session_state["kinds"] = list(suggestion.kinds)
    for name in ("states", "hidtas", "outcomes", "drugs"):
        st.session_state[name] = []
    for name in ("start", "end", "cell_m", "bandwidth_m"):
        st.session_state[name] = None
    st.session_state["handling"] = strictest_handling()


def strictest_handling() -> str:
    """Return the handling level of the most restricted file."""
    order = list(HANDLINGS)
    return max((r.handling for r in sources()), key=order.index)


@st.cache_resource(show_spinner="Placing the demo data …")
def demo_records() -> tuple[Records, ...]:
    """Return the embedded synthetic incidents, through the same intake as anybody's file."""
    opened = [(open_table(data, name), name) for name, data in demo.files()]
    return tuple(
        replace(placed(raw, propose(raw)), synthetic=True, handling="public") for raw, _ in opened
    )


def opened(data: bytes, name: str, sheet: str | None) -> tuple[RawTable, Mapping]:
    """Open a file and propose which column is what."""
    raw = open_table(data, name, sheet)
    if raw.text.empty:
        raise ReadError(
            "The file holds no row of data that we can read.",
            "Look whether it is the right file, of the kind its name says, with a header and rows.",
        )
    return raw, propose(raw)


def placed(raw: RawTable, mapping: Mapping) -> Records:
    """Type and place the rows of an opened file, on this machine."""
    return place(read(raw, mapping), load.gazetteer(), load.locator())


def result_of(study: Study) -> HotSpots | Density:
    """Run a study on the loaded records, or take the answer from the cache."""
    records = sources()
    return _run(study, tuple(r.digest for r in records), records)


def incident_points(study: Study) -> tuple[Layer, ...]:
    """Return the incidents a study counts as a layer, switched off; none where none is a point."""
    records = sources()
    filters = ("states", "hidtas", "hidtas_as_of", "start", "end", "kinds", "outcomes", "drugs")
    plain = Study(**{name: getattr(study, name) for name in filters}, handling=study.handling)
    return _points(plain, tuple(r.digest for r in records), records)


@st.cache_resource(max_entries=16, show_spinner=False)
def _points(
    study: Study, digests: tuple[str, ...], _records: Sequence[Records]
) -> tuple[Layer, ...]:
    del digests
    try:
        layer = studies.incident_layer(study, _records)
    except StudyError:
        return ()
    found = layer.shapes is not None and not layer.shapes.empty
    return (replace(layer, visible=False),) if found else ()


@st.cache_resource(max_entries=64, show_spinner="Counting and testing …")
def _run(study: Study, digests: tuple[str, ...], _records: Sequence[Records]) -> HotSpots | Density:
    del digests  # with the study, the key of this cache: Streamlit would hash a sample of a table
    return studies.run(study, _records)


def state_of(geoid: str) -> str:
    """Return the USPS code of a county's state."""
    return str(load.counties().at[geoid, "state"])

"""What is kept and looked at: the store of this machine, and the sources a visitor counts.

Two visitors share the store; which of its sources they look at is each one's own choice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import streamlit as st

from analysis import linkage
from analysis.linkage import CountOnce
from boundaries import demo, intake, load
from geo import settings
from geo.errors import InputError
from geo.ingest import open_table, propose
from geo.schema import KIND, Records
from geo.store import Outcome, Source, Store, open_store

_LEFT_OUT = "sources left out"
_CHANGED = "sources changed"
_DONE = "file taken in"
_CATALOG: Final = "catalog of this run"


@dataclass(frozen=True)
class _Catalog:
    """What the store says it keeps, and how linked records count."""

    sources: tuple[Source, ...]
    once: str | None


def folder() -> Path:
    """Return where the store of this machine lies."""
    return settings.store_folder()


def store() -> Store:
    """Return the store of this machine; what was read of its catalog may change by it."""
    look_again()
    return _store()


@st.cache_resource(show_spinner=False)
def _store() -> Store:
    return open_store(folder(), load.locator())


def look_again() -> None:
    """Forget what this run has read of the catalog; at the start of each run, and at a change."""
    st.session_state.pop(_CATALOG, None)


def _catalog() -> _Catalog:
    """Return what the catalog says, read once a run: a dozen places of a page ask."""
    if _CATALOG not in st.session_state:
        st.session_state[_CATALOG] = _Catalog(_store().sources(), _store().setting(linkage.SETTING))
    found: _Catalog = st.session_state[_CATALOG]
    return found


def kept() -> tuple[Source, ...]:
    """Return all sources of the store, those not looked at too."""
    return _catalog().sources


def all_sources() -> tuple[Records, ...]:
    """Return the sources looked at as they are, each record counting; the demo without any."""
    chosen = [source for source in kept() if is_looked_at(source.name) and source.incidents]
    return tuple(map(records_of, chosen)) or demo_records()


def is_looked_at(name: str) -> bool:
    """Tell whether this visitor counts a source."""
    return name not in st.session_state.get(_LEFT_OUT, frozenset())


def look_at(name: str, *, wanted: bool) -> None:
    """Count a source on all pages, or not."""
    left_out: frozenset[str] = st.session_state.get(_LEFT_OUT, frozenset())
    st.session_state[_LEFT_OUT] = left_out - {name} if wanted else left_out | {name}
    say_changed()


def sources() -> tuple[Records, ...]:
    """Return the records that count, each event once if somebody said so."""
    found = all_sources()
    once = count_once()
    if once is None or len(found) < 2:
        return found
    return _counted_once(tuple(one.digest for one in found), once, found)


def is_counted(name: str, kinds: Collection[str]) -> bool:
    """Tell whether a source has any record of these kinds."""
    found = [records_of(source).table[KIND] for source in kept() if source.name == name]
    return any(bool(column.isin(kinds).any()) for column in found)


def on_demo() -> bool:
    """Tell whether the visitor looks at the synthetic demo."""
    return all(records.synthetic for records in sources())


def say_changed() -> None:
    """Let the choices that depend on the data follow it."""
    look_again()
    st.session_state[_CHANGED] = True


def is_new_visitor() -> bool:
    """Tell whether `take_changed` was never asked in this session."""
    return _CHANGED not in st.session_state


def take_changed() -> bool:
    """Tell whether the data changed since this was last asked, or this visitor is new."""
    changed = bool(st.session_state.get(_CHANGED, True))
    st.session_state[_CHANGED] = False
    return changed


def say_done(done: Outcome | InputError) -> None:
    """Keep what became of a file, to be told on the next page drawn."""
    st.session_state[_DONE] = done


def take_done() -> Outcome | InputError | None:
    """Return what became of a file, once."""
    done: Outcome | InputError | None = st.session_state.pop(_DONE, None)
    return done


def count_once() -> CountOnce | None:
    """Return how probable duplicates count; None when each counts."""
    return CountOnce.from_text(_catalog().once)


def set_count_once(choice: CountOnce | None) -> None:
    """Keep for everybody how probable duplicates count."""
    store().set_setting(linkage.SETTING, choice.to_text() if choice else None)
    say_changed()


def records_of(source: Source) -> Records:
    """Return the incidents of a source as they count now."""
    return _records(source.name, source.digest)


@st.cache_resource(max_entries=12, show_spinner="Reading what is kept …")
def _records(name: str, digest: str) -> Records:
    del digest  # part of the key: a changed source is read anew
    return _store().records(name)


@st.cache_resource(max_entries=4, show_spinner="Linking probable duplicates …")
def _counted_once(
    digests: tuple[str, ...], once: CountOnce, _records: Sequence[Records]
) -> tuple[Records, ...]:
    del digests
    return linkage.as_chosen(_records, once)


@st.cache_resource(show_spinner="Placing the demo data …")
def demo_records() -> tuple[Records, ...]:
    """Return the embedded synthetic incidents, through the same intake as anybody's file."""
    opened = [open_table(data, name) for name, data in demo.files()]
    return tuple(
        replace(intake.placed(raw, propose(raw)), synthetic=True, handling="public")
        for raw in opened
    )

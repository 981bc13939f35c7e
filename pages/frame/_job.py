"""Long work of a page: in a process of its own, with progress, and a way to stop it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from boundaries.job import Job
from boundaries.work import Work
from geo.errors import InputError, StoppedError
from pages.frame._words import plain


@dataclass(frozen=True)
class _Running:
    """A job, the copies of files it needs, and how its end is told."""

    job: Job[Any]
    tell: Callable[[Any], str]
    files: ExitStack = field(repr=False)


def start(
    key: str, work: Work[Any], tell: Callable[[Any], str], files: ExitStack | None = None
) -> None:
    """Start work; `tell` makes a sentence of what came of it. Files go when it has ended."""
    st.session_state[_running(key)] = _Running(Job(work), tell, files or ExitStack())
    st.rerun()


def draw(key: str) -> bool:
    """Draw the work that goes on, or once what came of it; tell whether it goes on."""
    if _running(key) in st.session_state:
        _watch(key)
        return True
    said = st.session_state.pop(_said(key), None)
    if isinstance(said, StoppedError):
        st.info(f"{plain(said.message)} {plain(said.hint)}", icon=":material/block:")
    elif isinstance(said, InputError):
        st.error(plain(said.message), icon=":material/error:")
        st.info(plain(said.hint), icon=":material/lightbulb:")
    elif said is not None:
        st.success(plain(said), icon=":material/check:")
    return False


@st.fragment(run_every=0.3)
def _watch(key: str) -> None:
    running: _Running | None = st.session_state.get(_running(key))
    if running is None:
        return
    words, share = running.job.progress()
    st.progress(min(share, 1.0), f"{words} …")
    if st.button("Cancel", icon=":material/cancel:", key=f"cancel {key}"):
        running.job.cancel()
    if running.job.running():
        return
    del st.session_state[_running(key)]
    running.files.close()
    try:
        st.session_state[_said(key)] = running.tell(running.job.outcome())
    except InputError as error:
        st.session_state[_said(key)] = error
    st.rerun()


def _running(key: str) -> str:
    return f"{key} job"


def _said(key: str) -> str:
    return f"{key} job said"

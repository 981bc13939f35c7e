"""The job that adds streets: started from several forms, drawn once."""

from contextlib import ExitStack
from typing import Any

import streamlit as st

from boundaries.indexing import Indexed, IndexStreets
from pages.frame import _job, _kept
from pages.frame._words import plain

_JOB = "streets"
_UPLOADS = "street uploads"


def draw() -> bool:
    """Draw the job, or once what came of it; tell whether it goes on."""
    return _job.draw(_JOB)


def start(copies: ExitStack | None = None, **asked: Any) -> None:  # noqa: ANN401  (fields of the work)
    """Start it; uploads are empty afterwards, and their copies go when it has ended."""
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    _job.start(_JOB, IndexStreets(_kept.folder(), **asked), _told, copies)


def key(what: str) -> str:
    """Name an uploader; a new number is an empty one."""
    return f"{what} {st.session_state.setdefault(_UPLOADS, 0)}"


def _told(made: Indexed) -> str:
    said = ", ".join(f"{state} {count:,}" for state, count in made.streets.items())
    instead = "".join(f"{plain(said)} " for said in (made.instead, made.left_out) if said)
    return f"{instead}Streets known by name now: {said}. Place your sources again under Review."

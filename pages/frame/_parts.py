"""What every page stands in: its banner, what was just done, and what goes wrong."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from geo.errors import InputError
from pages.frame import _kept
from pages.frame._words import plain

_LOG = logging.getLogger(__name__)


@contextmanager
def guard() -> Iterator[None]:
    """Show what a person can fix; log anything else under a number, without data."""
    try:
        yield
    except InputError as error:
        st.error(plain(error.message), icon=":material/error:")
        st.info(plain(error.hint), icon=":material/lightbulb:")
    except Exception as error:  # noqa: BLE001  (a bug of ours: the visitor gets a number)
        number = uuid.uuid4().hex[:8]
        where = error.__traceback__
        while where and where.tb_next:
            where = where.tb_next
        spot = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
        _LOG.error("Failure %s: %s at %s", number, type(error).__name__, spot)
        st.error(
            f"Something went wrong on our side (number {number}). Nothing was lost.",
            icon=":material/bug_report:",
        )


def head(page: str) -> None:
    """Draw what stands above every page: its title, and that the demo is synthetic."""
    st.title("Where is help needed most?" if page == "Start" else page)
    _tell_done()
    if _kept.count_once() is not None and page != "Quality":
        st.caption("Events that two sources recorded count once, as chosen on the page Quality.")
    if _kept.on_demo():
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                ":material/science: **Synthetic demo data.** Invented incidents over 22 states, "
                "with clusters planted to be found.",
                width=620,
            )
            if page != "Data" and st.button(
                "Load your file", type="primary", icon=":material/upload_file:"
            ):
                go_to("data")


def _tell_done() -> None:
    """Say once what became of the last file, on whatever page comes next."""
    done = _kept.take_done()
    if isinstance(done, InputError):
        st.error(plain(done.message), icon=":material/error:")
        st.info(plain(done.hint), icon=":material/lightbulb:")
    elif done is not None:
        st.success(plain(f"{done.words} The page Quality says more."), icon=":material/check:")
        for warning in done.warnings:
            st.warning(plain(warning), icon=":material/warning:")
        with st.expander(f"What to know about this file ({len(done.notes)})"):
            for note in done.notes:
                st.markdown(f"· {plain(note)}")
        if done.is_new and not _kept.is_counted(done.done.source, st.session_state["kinds"]):
            st.warning("The map shows other kinds than this file has: see Kind, on the left.")


def go_to(page: str) -> None:
    """Open another page by its name in the address; the choices stay.

    Without the empty parameters Streamlit refuses while any choice is in the address.
    """
    st.switch_page(st.session_state["pages"][page], query_params={})

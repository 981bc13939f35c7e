"""Copies of uploads that wait for a person's word: gone once the person goes elsewhere."""

from contextlib import ExitStack
from typing import Final

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

_WAITING: Final[dict[str, ExitStack]] = {}
"""By visitor; one waits for each at most."""


def wait(copy: ExitStack) -> None:
    """Keep the copy of this visitor until `clear`; closing it removes the file."""
    _WAITING[_visitor()] = copy


def taken() -> None:
    """Leave the copy of this visitor to the job that reads it: it ends with that."""
    _WAITING.pop(_visitor(), None)


def clear(*, here: bool) -> None:
    """Remove copies of visitors who closed the page, and this visitor's who is not `here` for it.

    Streamlit keeps what such a visitor had for as long as nobody else leaves. Who comes back after
    a broken connection has the upload still, and a copy is made anew.
    """
    mine = _visitor()
    for visitor, copy in list(_WAITING.items()):
        if not here if visitor == mine else not _is_there(visitor):
            _WAITING.pop(visitor, None)
            copy.close()


def _visitor() -> str:
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def _is_there(visitor: str) -> bool:
    return not runtime.exists() or runtime.get_instance().is_active_session(visitor)

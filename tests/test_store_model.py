"""Any series of imports, undone and done again, against a model of a few lines of plain Python."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import load
from geo.errors import StoreError
from geo.store import open_store
from tests.store_files import case, csv, put

DRUGS = ("heroin", "cocaine", "fentanyl")

files = st.dictionaries(
    st.sampled_from([str(n) for n in range(6)]), st.sampled_from(DRUGS), min_size=1, max_size=5
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), files, st.booleans()),
        st.tuples(st.sampled_from(["undo", "redo"]), st.integers(1, 6), st.none()),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@dataclass
class Imported:
    """One import of the model: what it holds, and the import whose reading it replaces."""

    content: dict[str, str]
    complete: bool
    turn: int
    replaces: int | None
    undone: bool = False


def counting(done: list[Imported]) -> list[Imported]:
    """Those that count: not undone, and not replaced by one that counts."""
    replaced: set[int] = set()
    found = []
    for number in range(len(done), 0, -1):
        one = done[number - 1]
        if number in replaced or not one.undone:
            if number not in replaced:
                found.append(one)
            if one.replaces:
                replaced.add(one.replaces)
    return sorted(found, key=lambda one: one.turn)


def held(done: list[Imported]) -> dict[str, str]:
    """What the source holds, import upon import."""
    now: dict[str, str] = {}
    for one in counting(done):
        now = dict(one.content) if one.complete else now | one.content
    return now


@settings(max_examples=20)
@given(steps)
def test_a_source_is_what_its_imports_make_it(series):
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store", load.locator())
        done: list[Imported] = []
        for what, more, complete in series:
            before = held(done)
            if what == "add":
                same = [one for one in counting(done) if one.content == more]
                known = [one for one in same if one.complete == complete]
                lines = [case(number, drug=drug) for number, drug in sorted(more.items())]
                outcome = put(store, csv(*lines), is_complete=complete)
                assert outcome.is_new == (not known)
                if known:
                    continue
                number = len(done) + 1
                old = done.index(same[-1]) + 1 if same else None
                turn = same[-1].turn if same else number
                done.append(Imported(more, complete, turn, old))
                after = held(done)
                says = outcome.done
                assert says.number == number
                assert says.added == len(after.keys() - before.keys())
                assert says.withdrawn == len(before.keys() - after.keys())
                assert says.absent == len(before.keys() - more.keys())
                assert says.changed == sum(before[n] != after[n] for n in before.keys() & after)
            else:
                _switch(store, done, more, undo=what == "undo")
            _compare(store, done)


def _switch(store, done: list[Imported], number: int, *, undo: bool) -> None:
    """Undo or redo; a reading that another stands in for cannot be switched."""
    refused = number > len(done)
    if not refused:
        trial = [Imported(**vars(one)) for one in done]
        if not undo:
            trial[number - 1].undone = False
        now = counting(trial)
        refused = any(
            one.replaces == number and any(one is other for other in now) for one in trial
        )
    try:
        (store.undo if undo else store.redo)(number)
    except StoreError:
        assert refused
    else:
        assert not refused
        done[number - 1].undone = undo


def _compare(store, done: list[Imported]) -> None:
    expected = held(done)
    if not counting(done):
        assert all(one.incidents == 0 for one in store.sources())
        return
    records = store.records("EMS")
    found = dict(zip(records.table["record_id"], records.table["drugs"], strict=True))
    assert found == {number: f"|{drug}|" for number, drug in expected.items()}
    assert store.sources()[0].incidents == len(expected)
    shown = [not one.undone for one in store.sources()[0].imports]
    assert shown == [any(one is other for other in counting(done)) for one in done]

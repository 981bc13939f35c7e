"""Whatever happens in the middle of an import, the store answers as before it."""

import errno
import io
import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Event as EventType
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from boundaries import job, load
from boundaries.intake import Request, uploaded
from boundaries.job import Job, warm
from geo.errors import ReadError, StoppedError, StoreError
from geo.store import FolderStore, catalog, desk, open_store, parts, taking
from geo.store.migrations import CATALOG, VERSION
from tests.store_files import answers, case, csv, files_of, numbers, put

posix = pytest.mark.skipif(os.name == "nt", reason="a process is killed by a signal")

FIRST = csv(*(case(str(n)) for n in range(50)))
SECOND = csv(*(case(str(n), drug="fentanyl") for n in range(25, 90)))


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    """Folder of the store that each test begins with a copy of."""
    folder = tmp_path_factory.mktemp("first") / "store"
    put(open_store(folder, load.locator()), FIRST)
    return folder


@pytest.fixture
def store(first, tmp_path) -> FolderStore:
    shutil.copytree(first, tmp_path / "store")
    return open_store(tmp_path / "store", load.locator())


MODULES = {"parts": parts, "taking": taking, "desk": desk, "catalog": catalog}


def _die_at(module: str, name: str, when: str) -> None:
    """End this process dead at one of the calls it makes."""
    real = getattr(MODULES[module], name)

    def call(*args, **more):
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        real(*args, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(MODULES[module], name, call)


def _import(folder: Path, stage: str, ready: EventType) -> None:
    """Import, with a stage once, without one file after file."""
    store = open_store(folder, load.locator())
    if stage:
        _die_at(*stage.split())
    ready.set()
    for number in range(1000 if not stage else 1):
        put(store, SECOND.replace(b"fentanyl", b"fentanyl" + b" " * number))


def child(store_folder: Path, stage: str = "") -> ForkProcess:
    """Process that imports; a fork, so that it begins at once."""
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    started = context.Process(target=_import, args=(store_folder, stage, ready))
    started.start()
    assert ready.wait(60)
    return started


@posix
@pytest.mark.parametrize("stage", [
    "parts write_records before", "parts write_records after", "parts write_lines after",
    "taking write after", "parts keep before", "parts keep after", "catalog changed before",
    "catalog changed after",
])  # fmt: skip
def test_killed_at_a_stage_the_store_is_as_before(store, tmp_path, stage):
    before, files = answers(store), files_of(tmp_path / "store")
    process = child(tmp_path / "store", stage)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    again = open_store(tmp_path / "store", load.locator())
    assert answers(again) == before
    assert files_of(tmp_path / "store").keys() == files.keys()  # what was left is swept away
    assert put(again, SECOND).done.added == 40


@posix
@pytest.mark.slow
def test_killed_at_any_moment_each_import_is_there_or_not(store, tmp_path):
    """A child imports file after file and is killed; each import is whole or was never there."""
    random.seed(1)
    for _ in range(5):
        process = child(tmp_path / "store")
        time.sleep(random.uniform(0.05, 1.5))  # noqa: S311  (a moment, no secret)
        process.kill()
        process.join(60)
        again = open_store(tmp_path / "store", load.locator())
        assert again.check() == ()
        done = again.sources()[0].imports
        assert len(list((tmp_path / "store" / "parts").iterdir())) == 3 * len(done)
        assert len(again.audit()) == len(done)
        assert numbers(again) == sorted(str(n) for n in range(90 if len(done) > 1 else 50))
        assert not [p for p in (tmp_path / "store" / "incoming").iterdir() if p.is_dir()]


# --- two at once


def _import_many(folder: Path, source: str, first: int) -> None:
    store = open_store(folder, load.locator())
    for number in range(first, first + 5):
        put(store, csv(case(str(number)), case("shared")), source=source)


@pytest.mark.parametrize("sources", [("A", "B"), ("A", "A")])
def test_two_processes_import_at_once(tmp_path, sources):
    folder = tmp_path / "store"
    context = multiprocessing.get_context("fork" if os.name != "nt" else "spawn")
    load.locator()
    started = [
        context.Process(target=_import_many, args=(folder, source, 10 * at))
        for at, source in enumerate(sources)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
        assert process.exitcode == 0
    store = open_store(folder)
    imports = [one for source in store.sources() for one in source.imports]
    assert sorted(one.number for one in imports) == list(range(1, 11))
    for source in store.sources():
        mine = [
            10 * at + n for at, name in enumerate(sources) if name == source.name for n in range(5)
        ]
        assert numbers(store, source.name) == sorted([*map(str, mine), "shared"])
        # What each import found was there when it was written.
        assert sum(one.added for one in source.imports) == source.incidents == len(mine) + 1


def test_a_reader_sees_one_state_while_another_writes(store, tmp_path):
    """The outcome and drugs of all records are those of one import, never of two."""
    stop = threading.Event()
    seen: list[int] = []

    def read() -> None:
        mine = open_store(tmp_path / "store")
        while not stop.is_set():
            seen.append(mine.records("EMS").table["drugs"].nunique())

    reader = threading.Thread(target=read)
    reader.start()
    for drug in ("fentanyl", "cocaine", "heroin", "meth") * 2:
        put(store, csv(*(case(str(n), drug=drug) for n in range(50))) + b"\n" * len(seen))
    stop.set()
    reader.join()
    assert seen
    assert set(seen) == {1}


def test_a_reader_outlives_the_removal_of_its_source(store, tmp_path, monkeypatch):
    """The source is removed and imported anew between the catalog and the files: read again."""
    real, calls = parts.read_records, []

    def late(path, *args):
        if not calls:
            calls.append(path)
            store.remove("EMS")
            put(store, SECOND)
        return real(path, *args)

    monkeypatch.setattr(parts, "read_records", late)
    assert store.records("EMS").incidents == 65


# --- disk and damage


def test_a_full_disk_changes_nothing_and_says_so(store, tmp_path, monkeypatch):
    before, files = answers(store), files_of(tmp_path / "store")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    for module, name in ((pq, "write_table"), (desk, "settle"), (Path, "rename")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, full)
            if name == "settle":
                patch.setattr(parts, name, full)
            with pytest.raises(StoreError, match="disk is full"):
                put(store, SECOND)
        assert answers(store) == before
        assert files_of(tmp_path / "store").keys() == files.keys()


def test_a_disk_full_in_the_catalog_changes_nothing(store, tmp_path):
    before = answers(store)
    base = sqlite3.connect(tmp_path / "store" / CATALOG)
    pages = base.execute("PRAGMA page_count").fetchone()[0]
    base.close()
    real = sqlite3.connect

    def small(*args, **more):
        connection = real(*args, **more)
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", small)
        with pytest.raises(StoreError, match="disk is full"):
            store.set_setting("name", "x" * 100_000)
    assert answers(store) == before
    assert store.setting("name") is None


def test_a_damaged_catalog_is_said_with_what_to_do(store, tmp_path):
    path = tmp_path / "store" / CATALOG
    for suffix in ("-wal", "-shm"):
        (tmp_path / "store" / f"{CATALOG}{suffix}").unlink(missing_ok=True)
    path.write_bytes(b"no database" * 500)
    with pytest.raises(StoreError, match=r"damaged.*[Rr]estore a backup"):
        open_store(tmp_path / "store")
    with pytest.raises(StoreError, match="damaged"):
        store.sources()
    path.unlink()
    with pytest.raises(StoreError, match="missing"):
        store.sources()


def test_missing_and_damaged_parts_are_said_with_what_to_do(store, tmp_path):
    assert store.check() == ()
    part = next((tmp_path / "store" / "parts").iterdir())
    content = part.read_bytes()
    part.write_bytes(content[: len(content) // 2])
    assert store.check() == ("A file of import 1 is damaged.",)
    for path in (tmp_path / "store" / "parts").iterdir():
        path.write_bytes(b"PAR1" + b"\0" * 50 + b"PAR1")
    with pytest.raises(StoreError, match=r"damaged.*[Rr]estore a backup"):
        store.records("EMS")
    for path in (tmp_path / "store" / "parts").iterdir():
        path.unlink()
    with pytest.raises(StoreError, match=r"missing.*[Rr]estore a backup"):
        store.records("EMS")
    assert store.check() == ("A file of import 1 is missing.",) * 3


def test_a_store_of_a_newer_program_is_left_alone(store, tmp_path):
    base = sqlite3.connect(tmp_path / "store" / CATALOG)
    base.execute(f"PRAGMA user_version = {VERSION + 1}")
    base.close()
    for call in (lambda: open_store(tmp_path / "store"), store.sources, lambda: put(store, SECOND)):
        with pytest.raises(StoreError, match="newer version"):
            call()


def test_progress_that_raises_cancels(store, tmp_path):
    before, files = answers(store), files_of(tmp_path / "store")

    class StopHereError(Exception):
        pass

    def stop(stage: str, share: float) -> None:
        if stage == "writing" and share >= 0.9:
            raise StopHereError

    with pytest.raises(StopHereError):
        put(store, SECOND, tell=stop)
    assert answers(store) == before
    assert files_of(tmp_path / "store").keys() == files.keys()


# --- the job


def test_a_job_brings_a_file_in_and_leaves_nothing_behind(store, tmp_path):
    warm()  # the first job finds a process waiting, the others start their own
    with uploaded(SECOND, tmp_path / "store") as path:
        assert path.stat().st_mode & 0o077 == 0
        started = Job(Request(path, "second.csv", tmp_path / "store", source="EMS"))
        outcome = started.outcome()
    assert (outcome.done.added, outcome.done.changed) == (40, 25)
    assert started.progress()[1] == 1.0
    assert not path.exists()
    assert not [p for p in (tmp_path / "store" / "incoming").iterdir() if p.is_dir()]
    assert numbers(store) == sorted(str(n) for n in range(90))


def test_a_program_that_ends_takes_its_copies_along(tmp_path):
    """As a server that is stopped while somebody looks at the columns of a file."""
    code = (
        "import sys; from pathlib import Path; from boundaries.intake import uploaded\n"
        "held = uploaded(b'a,b', Path(sys.argv[1])); print(held.__enter__().exists())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "True"
    assert not list((tmp_path / "incoming").rglob("upload"))


def test_a_job_carries_errors_over(tmp_path):
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(ReadError) as found:
        Job(Request(tmp_path / "empty.csv", "empty.csv", tmp_path / "store")).outcome()
    assert found.value.message == "The file is empty."
    assert found.value.hint


def test_a_fault_of_ours_says_where_and_no_cell(tmp_path, monkeypatch, capsys):
    def broken(*_):
        raise ValueError("12 Secret Lane")

    monkeypatch.setattr(Request, "carry_out", broken)
    monkeypatch.setattr(job, "_limit_memory", lambda: None)
    monkeypatch.setattr(job.settings, "use_temporary_folder", lambda _: None)
    request = Request(tmp_path / "a.csv", "a.csv", tmp_path / "store")
    asked = json.dumps([str(tmp_path), "import", request.to_json()])
    monkeypatch.setattr("sys.stdin", io.StringIO(asked + "\n"))
    monkeypatch.setattr("sys.stdout", sys.stdout)  # put back at the end
    assert job.main() == 1
    said = json.loads(capsys.readouterr().out)
    assert said["bug"].startswith("ValueError at job.py:")
    assert "Secret" not in said["bug"]


def test_a_file_the_system_refuses_is_said_in_words(tmp_path):
    with pytest.raises(StoreError, match="could not be read"):
        Job(Request(tmp_path, "folder", tmp_path / "store")).outcome()


def test_a_canceled_job_leaves_the_store_as_before(store, tmp_path):
    before, files = answers(store), files_of(tmp_path / "store")
    for share in (0.0, 0.3, 0.6):
        with uploaded(SECOND, tmp_path / "store") as path:
            started = Job(Request(path, "second.csv", tmp_path / "store", source="EMS"))
            while started.running() and started.progress()[1] < share:
                time.sleep(0.002)
            started.cancel()
            with pytest.raises(StoppedError, match="stopped"):
                started.outcome()
    assert answers(store) == before
    assert files_of(tmp_path / "store").keys() == files.keys()

"""A store in one file and back; and stores that older programs left."""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from boundaries import load
from geo.errors import StoreError
from geo.schema import COLUMNS
from geo.store import FolderStore, migrations, open_store
from geo.store.backup import restore
from geo.store.desk import working
from geo.store.migrations import CATALOG, VERSION
from tests.store_files import answers, case, csv, numbers, put

OLD = Path(__file__).parent / "data" / "store_v1"


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    """Folder of the store that each test begins with a copy of."""
    folder = tmp_path_factory.mktemp("first") / "store"
    found = open_store(folder, load.locator())
    put(found, csv(*(case(str(n)) for n in range(20))))
    put(found, csv(case("1", drug="cocaine"), case("20")))
    found.set_setting("links", "EMS first")
    return folder


@pytest.fixture
def store(first, tmp_path) -> FolderStore:
    shutil.copytree(first, tmp_path / "store")
    return open_store(tmp_path / "store", load.locator())


@pytest.fixture
def backup(store, tmp_path) -> Path:
    path = tmp_path / "atlas.zip"
    store.backup(path)
    return path


def test_a_backup_brings_everything_back(store, backup, tmp_path):
    before = answers(store)
    put(store, csv(case("30")), source="Police")
    aside = restore(backup, tmp_path / "store")
    assert answers(store) == before  # the store that is open sees it at once
    assert store.setting("links") == "EMS first"
    assert store.check() == ()
    # What was there lies beside it, whole.
    assert [s.name for s in open_store(aside).sources()] == ["EMS", "Police"]
    assert not list(tmp_path.glob(".*restored"))


def test_a_backup_goes_where_no_store_is(backup, tmp_path):
    assert restore(backup, tmp_path / "new" / "store") is None
    again = open_store(tmp_path / "new" / "store")
    assert len(numbers(again)) == 21
    for path in (tmp_path / "new" / "store").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


def test_a_backup_is_one_private_file_with_a_digest_for_each(store, backup):
    assert backup.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(backup) as archive:
        listed = json.loads(archive.read("manifest.json"))["sha256"]
        assert len(listed) == 1 + 6  # the catalog, and three files for each import
        for name, digest in listed.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest


def test_a_backup_while_others_import_is_one_state(store, tmp_path):
    stop = threading.Event()

    def write() -> None:
        number = 100
        while not stop.is_set():
            put(store, csv(case(str(number))))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(4):
        store.backup(tmp_path / f"{number}.zip")
    stop.set()
    writer.join()
    for number in range(4):
        restore(tmp_path / f"{number}.zip", tmp_path / f"store {number}")
        again = open_store(tmp_path / f"store {number}")
        assert again.check() == ()
        imports = again.sources()[0].imports
        assert len(again.records("EMS").table) == sum(one.added for one in imports)


def test_a_backup_on_a_disk_that_gives_a_file_one_name_only(store, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    store.backup(tmp_path / "copied.zip")
    restore(tmp_path / "copied.zip", tmp_path / "new")
    assert answers(open_store(tmp_path / "new", load.locator())) == answers(store)


def tampered(backup: Path, change) -> Path:
    """A backup written anew with other members: `change` gets and gives name -> bytes."""
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    path = backup.with_name("tampered.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in change(members).items():
            archive.writestr(name, content)
    return path


def listed_too(members: dict[str, bytes], name: str, content: bytes) -> dict[str, bytes]:
    about = json.loads(members["manifest.json"])
    about["sha256"][name] = hashlib.sha256(content).hexdigest()
    return members | {name: content, "manifest.json": json.dumps(about).encode()}


@pytest.mark.parametrize("change", [
    lambda m: {**m, CATALOG: m[CATALOG][:-1] + b"x"},
    lambda m: {name: content for name, content in m.items() if not name.startswith("parts/")},
    lambda m: {name: content for name, content in m.items() if name != "manifest.json"},
    lambda m: {**m, "manifest.json": b"[]"},
    lambda m: {**m, "more.txt": b"x"},
    lambda m: listed_too(m, "../../evil.parquet", b"x"),
    lambda m: listed_too(m, "/evil.parquet", b"x"),
    lambda m: listed_too(m, "parts/../../evil.parquet", b"x"),
    lambda m: listed_too(m, CATALOG, b"no database" * 100),
    lambda m: listed_too(m, next(n for n in m if n.startswith("parts/")), b"PAR1"),
])  # fmt: skip
def test_a_backup_that_was_changed_is_refused_and_nothing_is_touched(
    store, backup, tmp_path, change
):
    before, path = answers(store), tampered(backup, change)
    names = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(StoreError):
        restore(path, tmp_path / "store")
    assert answers(store) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == names


def test_a_file_that_is_no_backup_is_refused(store, tmp_path):
    for content in (b"", b"PK\x03\x04", b"case number\n1\n"):
        (tmp_path / "x.zip").write_bytes(content)
        with pytest.raises(StoreError, match="damaged"):
            restore(tmp_path / "x.zip", tmp_path / "store")
    with pytest.raises(StoreError, match="no such backup"):
        restore(tmp_path / "none.zip", tmp_path / "store")
    assert len(numbers(store)) == 21


def test_nothing_is_restored_while_an_import_runs(store, backup, tmp_path):
    with working(tmp_path / "store"), pytest.raises(StoreError, match="import is running"):
        restore(backup, tmp_path / "store")
    restore(backup, tmp_path / "store")


# --- older stores


@pytest.fixture
def old(tmp_path) -> Path:
    """A store as version 1 of the catalog, and records without the columns added since, left it.

    March held 1, 2 (heroin) and 3; April 2 (fentanyl) and 4; 1 was corrected to be fatal.
    """
    folder = tmp_path / "old"
    (folder / "parts").mkdir(parents=True)
    for part in OLD.glob("*.parquet"):
        shutil.copy(part, folder / "parts")
    with closing(sqlite3.connect(folder / CATALOG)) as base:
        base.executescript((OLD / "catalog.sql").read_text())
    return folder


def test_an_old_store_is_brought_up_to_date(old):
    store = open_store(old, load.locator())
    table = store.records("EMS").table.set_index("record_id")
    assert sorted(table.index) == ["1", "2", "3", "4"]
    assert {*table.reset_index().columns} == {*COLUMNS}
    assert table.loc["2", "drugs"] == "|fentanyl|"
    assert table.loc["1", "outcome"] == "fatal"
    assert set(table["naloxone"]) == {"unknown"}  # a column that version did not have
    assert set(table["seized"]) == {""}
    assert [one.added for one in store.sources()[0].imports] == [3, 1]
    # What version 2 brought works, and tells of what was done before.
    assert [line["what"] for line in store.audit()] == ["import", "import"]
    store.set_setting("links", "EMS first")
    assert store.lines("EMS", ["2"])["drug"].tolist() == ["fentanyl"]
    assert put(store, csv(case("5"))).done.number == 3
    assert len(open_store(old).records("EMS").table) == 5


def test_a_copy_of_the_old_catalog_is_kept(old):
    open_store(old)
    copies = list(old.glob(f"{CATALOG}.version-1-*"))
    assert len(copies) == 1
    assert copies[0].stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copies[0])) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (1,)
        assert base.execute("SELECT count(*) FROM imports").fetchone() == (2,)
    open_store(old)
    assert len(list(old.glob(f"{CATALOG}.version-*"))) == 1


def test_a_migration_that_fails_leaves_the_old_store(old, monkeypatch):
    with monkeypatch.context() as patch:
        broken = (*migrations.STEPS[1], "INSERT INTO nowhere VALUES (1)")
        patch.setattr(migrations, "STEPS", (migrations.STEPS[0], broken))
        with pytest.raises(StoreError):
            open_store(old)
    with closing(sqlite3.connect(old / CATALOG)) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (1,)
        tables = pd.read_sql("SELECT name FROM sqlite_master WHERE type = 'table'", base)
        assert "audit" not in set(tables["name"])
    assert len(open_store(old).records("EMS").table) == 4


def test_many_may_open_an_old_store_at_once(old):
    errors: list[BaseException] = []

    def come() -> None:
        try:
            open_store(old)
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with closing(sqlite3.connect(old / CATALOG)) as base:
        assert base.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert base.execute("SELECT count(*) FROM audit").fetchone() == (2,)


def test_an_old_backup_is_restored_and_brought_up_to_date(old, tmp_path):
    listed = {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in old.rglob("*") if p.is_file()}
    names = {p: str(p.relative_to(old)).replace("\\", "/") for p in listed}
    about = {"format": "HRS Atlas store 1", "sha256": {names[p]: d for p, d in listed.items()}}
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps(about))
        for path, name in names.items():
            archive.write(path, name)
    restore(tmp_path / "old.zip", tmp_path / "store")
    assert numbers(open_store(tmp_path / "store")) == ["1", "2", "3", "4"]

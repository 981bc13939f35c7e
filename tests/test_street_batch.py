"""Many addresses: stopped, killed, taken up again, kept without being written down."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from boundaries import load
from geo.errors import GeocodeError
from geo.geocoding import address, batch, cascade, readings, street_sources, street_tier
from geo.geocoding.answer_cache import AnswerCache, Fix, now
from geo.geocoding.street_build import build
from geo.geocoding.street_candidates import candidates
from geo.geocoding.street_finder import Asked, Finder, open_finder
from geo.geocoding.street_names import split_name
from geo.ingest import open_table, propose, read
from tests.addresses_messy import messy, rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    folder = tmp_path_factory.mktemp("streets")
    path = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    build([street_sources.read_tiger(path)], "NC", folder, load.locator().locate)
    return folder


class Counting(Finder):
    """Counts the addresses that are looked for."""

    looked = 0

    def answers(self, asked, rows, index):
        type(self).looked += len(rows)
        return super().answers(asked, rows, index)


@pytest.fixture
def finder(folder: Path) -> Finder:
    Counting.looked = 0
    return Counting(dict(open_finder(folder, load.gazetteer()).indexes), load.gazetteer())


@pytest.fixture(scope="module")
def many(folder: Path) -> pd.DataFrame:
    """3,000 messy rows, a tenth of them twice, some without any state or of another one."""
    index = open_finder(folder, load.gazetteer()).indexes["NC"]
    table = rows(messy(index, 2700, 21), "NC")
    table = pd.concat([table, table.iloc[:300]], ignore_index=True)
    table.loc[5, ["state", "zip"]] = ["", ""]
    table.loc[6, ["state", "zip"]] = ["CT", ""]
    table.loc[7, "address"] = "UNKNOWN"
    return table


def test_chunks_and_cache_change_no_answer(
    finder: Finder, many: pd.DataFrame, tmp_path: Path
) -> None:
    plain = finder.find(finder.read(many)).set_axis(many.index)
    pd.testing.assert_frame_equal(batch.run(many, finder), plain)
    cache = AnswerCache(tmp_path)
    for chunk in (700, 5000):
        kept = batch.run(many, finder, cache, chunk=chunk)
        pd.testing.assert_frame_equal(kept, plain)


def test_no_street_that_was_read_stays_in_memory(finder: Finder, many: pd.DataFrame) -> None:
    kept = (address._plain_street, address._behind_number, split_name)
    finder.read(many)
    assert all(one.cache_info().currsize for one in kept)
    batch.run(many, finder)
    assert not any(one.cache_info().currsize for one in kept)


def test_an_address_is_looked_for_once(finder: Finder, many: pd.DataFrame, tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    batch.run(many, finder, cache)
    looked = finder.looked
    assert looked < 2700
    batch.run(many, finder, cache)
    assert finder.looked == looked
    # Another way to write it, and another apartment, are the same address.
    again = many.assign(address=many["address"].str.upper() + " APT 4")
    batch.run(again, finder, cache)
    assert finder.looked - looked < 0.05 * looked


def test_rows_that_were_placed_are_not_read_again(
    finder: Finder, many: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless a person decided something, or the program that reads is another one."""
    read: list[int] = []

    def reading(self: Finder, rows: pd.DataFrame) -> Asked:
        read.append(len(rows))
        return Finder.read(self, rows)

    monkeypatch.setattr(Counting, "read", reading, raising=False)
    cache = AnswerCache(tmp_path)
    first = batch.run(many, finder, cache)
    whole = read.pop()
    again = batch.run(many, finder, cache)
    pd.testing.assert_frame_equal(again, first)
    lost = int((first["precision"] == "").sum())
    assert read.pop() < lost + 0.1 * whole < 0.5 * whole
    monkeypatch.setattr(readings, "_way_of_reading", lambda: "another")
    pd.testing.assert_frame_equal(batch.run(many, finder, cache), first)
    assert read.pop() == whole
    cache.fix(b"some address", Fix(-76.4, 36.2, "37143", now()))
    pd.testing.assert_frame_equal(batch.run(many, finder, cache), first)
    assert read.pop() == whole


def test_an_index_of_another_vintage_is_asked_again(
    folder: Path, many: pd.DataFrame, tmp_path: Path, finder: Finder
) -> None:
    cache = AnswerCache(tmp_path)
    batch.run(many, finder, cache)
    looked = finder.looked
    part = street_sources.points(
        pd.DataFrame({"s": ["New Rd"], "n": ["1"], "x": ["-76.4"], "y": ["36.2"]}),
        street_sources.PointColumns(("s",), "n", lon="x", lat="y"), "points",
    )  # fmt: skip
    newer = Counting({"NC": build([part], "NC", tmp_path / "newer")}, load.gazetteer())
    batch.run(many, newer, cache)
    assert newer.looked == 2 * looked
    assert cache.forget(finder.indexes["NC"].vintage) == looked
    assert cache.forget(finder.indexes["NC"].vintage) == 0


def test_a_stopped_run_goes_on_where_it_was(
    finder: Finder, many: pd.DataFrame, tmp_path: Path
) -> None:
    class StopError(Exception):
        pass

    def stop(_words: str, share: float) -> None:
        if share > 0.5:
            raise StopError

    cache = AnswerCache(tmp_path)
    with pytest.raises(StopError):
        batch.run(many, finder, cache, stop, chunk=500)
    before = finder.looked
    assert 0 < before < 2700
    told: list[tuple[str, float]] = []
    found = batch.run(many, finder, cache, lambda words, share: told.append((words, share)), 500)
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    once = Counting(finder.indexes, finder.gazetteer)
    Counting.looked = 0
    pd.testing.assert_frame_equal(found, batch.run(many, once, AnswerCache(tmp_path / "other")))
    stopped_and_taken_up = Counting.looked
    assert stopped_and_taken_up > before


SCRIPT = """
import sys
from pathlib import Path
import pandas as pd
from boundaries import load
from geo.geocoding import batch
from geo.geocoding.answer_cache import AnswerCache
from geo.geocoding.street_finder import open_finder
rows = pd.read_parquet(sys.argv[1])
def tell(words, share):
    print(share, flush=True)
finder = open_finder(Path(sys.argv[2]), load.gazetteer())
batch.run(rows, finder, AnswerCache(Path(sys.argv[3])), tell, 200)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_killed_run_loses_nothing_and_does_nothing_twice(
    finder: Finder, many: pd.DataFrame, folder: Path, tmp_path: Path
) -> None:
    many.to_parquet(tmp_path / "rows.parquet")
    command = [sys.executable, "-c", SCRIPT, tmp_path / "rows.parquet", folder, tmp_path / "kept"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        for line in process.stdout:
            if float(line) > 0.3:
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    with sqlite3.connect(tmp_path / "kept" / "answers.sqlite") as connection:
        kept = connection.execute("SELECT count(*) FROM answers").fetchone()[0]
    connection.close()
    assert kept >= 0.3 * 2600
    found = batch.run(many, finder, AnswerCache(tmp_path / "kept"), chunk=200)
    taken_up = finder.looked
    fresh = batch.run(many, finder, AnswerCache(tmp_path / "fresh"), chunk=200)
    pd.testing.assert_frame_equal(found, fresh)
    assert kept + taken_up == finder.looked - taken_up


def test_no_address_is_written_down(
    finder: Finder, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    table = pd.DataFrame({
        "address": ["4711 Sandy Cross Rd Apt Zq77", "105 E Marekt St (Quentin Xyzzy)",
                    "4712 Nowhere Plugh St", "PO BOX 4713", "4714 Market & Plover"],
        "zip": ["27919", "27944", "27944", "27944", "27944"],
        "city": ["Belvidere"] * 5, "state": ["NC"] * 5, "county_fips": [""] * 5,
    }).astype("str")  # fmt: skip
    told = []
    with caplog.at_level(logging.DEBUG):
        cache = AnswerCache(tmp_path / "kept")
        # Held open, so that what is written ahead stays and is searched as well.
        held = sqlite3.connect(tmp_path / "kept" / "answers.sqlite")
        held.execute("SELECT count(*) FROM answers").fetchone()
        batch.run(table, finder, cache, lambda words, _: told.append(words))
        cache.fix(cache.key_of(finder.read(table).parsed[2], "NC"), Fix(None, None, "", now()))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"answers.sqlite", "answers.sqlite-wal"} <= {path.name for path in files}
    written = (
        b"\n".join(path.read_bytes() for path in files)
        + "\n".join([caplog.text, *told, *(str(path) for path in files)]).encode()
    )
    for secret in ("4711", "zq77", "sandy", "xyzzy", "plugh", "marekt", "4713", "plover",
                   "27919", "belvidere"):  # fmt: skip
        assert secret.encode() not in written.lower(), secret
    for path in files:
        assert path.stat().st_mode & 0o077 == 0, path.name
    held.close()


def test_faults_name_no_address(finder: Finder, tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    (tmp_path / "answers.sqlite").write_bytes(b"torn" * 5000)
    for left in ("answers.sqlite-wal", "answers.sqlite-shm"):
        (tmp_path / left).unlink(missing_ok=True)
    table = pd.DataFrame({
        "address": ["4711 Sandy Cross Rd"], "zip": "27919", "city": "", "state": "NC",
        "county_fips": "",
    }).astype("str")  # fmt: skip
    with pytest.raises(GeocodeError) as fault:
        batch.run(table, finder, cache)
    assert "4711" not in str(fault.value)
    assert "Sandy" not in str(fault.value)


def test_keys_tell_nothing_without_the_secret(finder: Finder, tmp_path: Path) -> None:
    one, other = AnswerCache(tmp_path / "one"), AnswerCache(tmp_path / "other")
    address = finder.read(rows(messy(finder.indexes["NC"], 1, 1), "NC")).parsed[0]
    assert one.key_of(address, "NC") == AnswerCache(tmp_path / "one").key_of(address, "NC")
    assert one.key_of(address, "NC") != other.key_of(address, "NC")
    assert (tmp_path / "one" / "secret").stat().st_mode & 0o077 == 0


def test_what_a_person_fixed_holds_for_all_equal_addresses(finder: Finder, tmp_path: Path) -> None:
    table = pd.DataFrame({
        "address": ["12 Nowhere St", "12 NOWHERE STREET APT 3", "14 Nowhere St"],
        "zip": "27944", "city": "", "state": "NC", "county_fips": "",
    }).astype("str")  # fmt: skip
    cache = AnswerCache(tmp_path)
    assert set(batch.run(table, finder, cache)["reason"]) == {"street not found"}
    first, _, third = (cache.key_of(one, "NC") for one in finder.read(table).parsed)
    cache.fix(first, Fix(-76.4, 36.2, "37143", now()))
    cache.fix(third, Fix(None, None, "", now()))
    found = batch.run(table, finder, cache)
    assert found["precision"].tolist() == ["08", "08", ""]
    assert found["lon"].tolist()[:2] == [-76.4, -76.4]
    assert found["reason"].tolist() == ["", "", batch.UNLOCATABLE]
    cache.fix(first, "undo")
    assert batch.run(table, finder, cache)["precision"].tolist() == ["", "", ""]


def test_a_decision_holds_whatever_is_said_of_the_county(finder: Finder, tmp_path: Path) -> None:
    table = pd.DataFrame({
        "address": "12 Nowhere St", "zip": ["27944", "27944", "", ""], "city": "", "state": "NC",
        "county_fips": ["", "37143", "37143", "37139"],
    }).astype("str")  # fmt: skip
    cache = AnswerCache(tmp_path)
    asked = finder.read(table)
    keys = batch.decision_keys(asked, cache)
    cache.fix(keys[1][0], Fix(-76.4, 36.2, "37143", "2026-02-01T00:00:00+00:00"))
    assert batch.run(table, finder, cache)["precision"].tolist() == ["08", "08", "", ""]
    # As decisions were kept before: with the county of the row.
    older = batch.keys_of(asked, cache)
    cache.fix(older[1], Fix(None, None, "", "2026-01-01T00:00:00+00:00"))
    assert batch.run(table, finder, cache)["precision"].tolist()[:2] == ["08", "08"]
    cache.fix(keys[1][0], "undo")
    assert batch.run(table, finder, cache)["reason"].tolist()[1] == batch.UNLOCATABLE
    cache.fix(older[2], Fix(-76.4, 36.2, "37143", now()))
    assert batch.run(table, finder, cache)["precision"].tolist()[2:] == ["08", ""]


def test_an_accepted_candidate_says_what_it_was_matched_to(finder: Finder, tmp_path: Path) -> None:
    texts = ["120 Riverwood", "120 RIVERWOOD APT 3"]
    table = pd.DataFrame({
        "address": texts, "zip": "27944", "city": "", "state": "NC", "county_fips": "",
    }).astype("str")  # fmt: skip
    cache = AnswerCache(tmp_path)
    asked = finder.read(table)
    fix = Fix(-76.4, 36.2, "37143", now(), "03", 50.0, "street range", "Riverwood Dr, NC 27944")
    cache.fix(batch.decision_keys(asked, cache)[0][0], fix)
    found = batch.run(table, finder, cache)
    assert found["matched_text"].tolist() == ["120 Riverwood Dr, NC 27944"] * 2
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.name != "secret")
    assert b"Riverwood Dr" in kept
    assert b"120 Riverwood" not in kept


def test_an_accepted_middle_of_a_street_stays_a_middle(finder: Finder, tmp_path: Path) -> None:
    table = pd.DataFrame({
        "address": ["9120 Pine St"], "zip": "27944", "city": "", "state": "NC", "county_fips": "",
    }).astype("str")  # fmt: skip
    cache, asked = AnswerCache(tmp_path), finder.read(table)
    offered = candidates(finder, asked, 0)
    middle = offered[offered["method"] == "middle of the street"].iloc[0]
    kept = ("lon", "lat", "precision", "radius_m", "method")
    lon, lat, code, radius, method = (middle[name] for name in kept)
    fix = Fix(lon, lat, "37143", now(), code, radius, method, middle["street"])
    cache.fix(batch.decision_keys(asked, cache)[0][0], fix)
    found = batch.run(table, finder, cache).iloc[0]
    assert [found[name] for name in kept] == [lon, lat, "05", radius, method]
    assert (found["matched_text"], found["score"]) == ("Pine St, NC 27944", 1.0)
    assert radius > 100  # half of the box around the street, and no house


def test_an_accepted_candidate_of_two_numbers_is_told_by_its_street(
    finder: Finder, tmp_path: Path
) -> None:
    table = pd.DataFrame({
        "address": ["2-86 Whitehat Rd"], "zip": "27944", "city": "", "state": "NC",
        "county_fips": "",
    }).astype("str")  # fmt: skip
    cache = AnswerCache(tmp_path)
    key = batch.decision_keys(finder.read(table), cache)[0][0]
    street = "Whitehat Rd, NC 27944"
    cache.fix(key, Fix(-76.4, 36.2, "37143", now(), "03", 50.0, "street range", street))
    assert batch.run(table, finder, cache)["matched_text"].tolist() == [street]


def test_decisions_of_an_earlier_version_still_count(finder: Finder, tmp_path: Path) -> None:
    """The table as it was made before it held the street."""
    AnswerCache(tmp_path)
    with sqlite3.connect(tmp_path / "answers.sqlite") as connection:
        connection.execute("DROP TABLE decisions")
        connection.execute(
            "CREATE TABLE decisions (key BLOB PRIMARY KEY, lon REAL, lat REAL, geoid TEXT NOT NULL,"
            " made TEXT NOT NULL, precision TEXT NOT NULL, radius_m REAL NOT NULL,"
            " method TEXT NOT NULL) WITHOUT ROWID"
        )
        connection.execute(
            "INSERT INTO decisions VALUES (x'01', -76.4, 36.2, '37143', '2026-01-01', '03', 50.0,"
            " 'street range, chosen by a person')"
        )
    connection.close()
    for _ in range(2):
        assert AnswerCache(tmp_path).fixes() == {
            b"\x01": Fix(-76.4, 36.2, "37143", "2026-01-01", "03", 50.0,
                         "street range, chosen by a person", ""),
        }  # fmt: skip


def placed(text: str) -> pd.DataFrame:
    raw = open_table(text.encode(), "a.csv")
    return cascade.place(read(raw, propose(raw)), load.gazetteer(), load.locator()).table


def test_the_cascade_uses_an_index_as_soon_as_there_is_one(
    folder: Path, tmp_path: Path, monkeypatch
) -> None:
    text = (
        "date,address,city,zip,state\n"
        "2020-01-01,105 E Market St,Hertford,27944,NC\n"
        "2020-01-02,PO Box 12,Hertford,27944,NC\n"
        "2020-01-03,105 Main St,Hartford,06103,CT\n"
    )
    monkeypatch.setenv("HRS_ATLAS_DATA", str(tmp_path))
    assert placed(text)["precision"].tolist() == ["09", "09", "09"]
    (tmp_path / "streets").mkdir()
    (tmp_path / "streets" / "NC").symlink_to(folder / "NC")
    assert street_tier.installed_finder(load.gazetteer()) is not None
    table = placed(text)
    assert table["precision"].tolist() == ["03", "09", "09"]
    assert table["geoid"].tolist() == ["37143", "37143", "09003"]
    assert table["method"].tolist()[0] == "street range"
    assert table["radius_m"][0] < 200


def test_a_street_is_better_than_the_middle_of_its_city(
    folder: Path, tmp_path: Path, monkeypatch
) -> None:
    text = (
        "date,address,city lat,city lon,zip,state\n"
        "2020-01-01,105 E Market St,36.19,-76.47,27944,NC\n"
        "2020-01-01,UNKNOWN,36.19,-76.47,27944,NC\n"
    )
    monkeypatch.setenv("HRS_ATLAS_DATA", str(tmp_path))
    (tmp_path / "streets").mkdir()
    (tmp_path / "streets" / "NC").symlink_to(folder / "NC")
    assert placed(text)["precision"].tolist() == ["03", "11"]

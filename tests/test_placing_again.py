"""Streets, decisions and answers that come later reach what is kept; nothing else changes."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from boundaries import addresses, load, review, streets
from boundaries.indexing import IndexStreets
from boundaries.intake import placed
from boundaries.job import Job
from boundaries.placing import PlaceAgain, SendAddresses
from geo.errors import GeocodeError, StoppedError, StoreError
from geo.geocoding import remote, street_tier
from geo.geocoding.street_own import OwnFile
from geo.geocoding.street_review import what_is_wrong
from geo.ingest import open_table, propose
from geo.store import Correction, FolderStore, open_store
from geo.store.placing import PLACES

CALLS = """case number,incident date,incident address,incident zip,incident state
1,2024-05-01,105 E Market St,27944,NC
2,2024-05-02,190 Grubb St,27944,NC
3,2024-05-03,190 Grubb St,27944,NC
4,2024-05-04,12 Nowhere Blvd,27944,NC
"""
LATER = """case number,incident date,incident address,incident zip,incident state
1,2024-05-01,199 E Market St,27944,NC
5,2024-05-05,101 W Grubb St,27944,NC
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStore:
    monkeypatch.setenv("HRS_ATLAS_DATA", str(tmp_path))
    store = open_store(tmp_path / "store", load.locator())
    bring_in(store, CALLS, "may.csv")
    return store


def bring_in(store: FolderStore, text: str, name: str) -> None:
    raw = open_table(text.encode(), name)
    mapping = propose(raw)
    store.add(raw, mapping, placed(raw, mapping), source="EMS")


@pytest.fixture
def roads(shared_data: Path) -> Path:
    return shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"


def again(tmp_path: Path) -> int:
    work = PlaceAgain(tmp_path / "store", "EMS")
    return work.answer(work.carry_out(lambda *_: None))


def test_progress_never_runs_backwards(store, roads, tmp_path) -> None:
    streets.add_files([roads])
    told: list[tuple[str, float]] = []
    PlaceAgain(tmp_path / "store", "EMS").carry_out(lambda *said: told.append(said))
    shares = [share for _, share in told]
    assert any("streets" in words for words, _ in told)
    assert shares == sorted(shares)
    assert shares[-1] <= 1


def codes(store: FolderStore) -> dict[str, str]:
    table = store.records("EMS").table
    return dict(zip(table["record_id"], table["precision"], strict=True))


def address(store: FolderStore, written: str) -> dict[str, str]:
    table = addresses.of_source(store, "EMS")
    row = table[table["address"] == written].iloc[0]
    return {name: str(row[name]) for name in ("address", "zip", "city", "state", "county_fips")}


def test_streets_that_come_later_reach_what_is_kept(store, roads, tmp_path) -> None:
    assert codes(store) == dict.fromkeys("1234", "09")
    before = store.records("EMS")
    assert store.with_addresses("EMS", street_tier.state_of_knowledge()) == ()
    streets.add_files([roads])
    assert store.with_addresses("EMS", street_tier.state_of_knowledge()) == (1,)
    assert again(tmp_path) == 1
    assert codes(store) == {"1": "03", "2": "09", "3": "09", "4": "09"}
    after = store.records("EMS")
    assert after.digest != before.digest
    rest = [name for name in before.table.columns if name not in PLACES]
    pd.testing.assert_frame_equal(after.table[rest], before.table[rest])
    assert again(tmp_path) == 0
    assert store.check() == ()
    assert open_store(tmp_path / "store").records("EMS").digest == after.digest
    assert len(list((tmp_path / "store" / "parts").iterdir())) == 3  # the old part is gone


def test_a_decision_holds_for_all_equal_addresses_and_in_later_files(
    store, roads, tmp_path
) -> None:
    streets.add_files([roads])
    again(tmp_path)
    place = address(store, "190 Grubb St")
    question = review.ask(place, float("nan"), float("nan"), float("nan"))
    assert set(question.candidates["matched_text"][:2]) == {
        "190 E Grubb St, NC 27944", "190 W Grubb St, NC 27944",
    }  # fmt: skip
    review.place(place, -76.4702, 36.1902)
    review.mark_unlocatable(address(store, "12 Nowhere Blvd"))
    assert again(tmp_path) == 2
    table = store.records("EMS").table.set_index("record_id")
    assert table.loc[["2", "3"], "precision"].tolist() == ["08", "08"]
    assert table.loc[["2", "3"], "lon"].tolist() == [-76.4702, -76.4702]
    assert table.loc["4", "precision"] == "09"
    assert set(what_is_wrong(addresses.of_source(store, "EMS"))) == {
        "", "placed by a person", "marked as having no place",
    }  # fmt: skip
    bring_in(store, CALLS.replace("2024-05-03", "2024-06-03"), "june.csv")
    assert codes(store)["3"] == "08"
    review.undo(place)
    assert again(tmp_path) == 4  # those of both files
    assert codes(store)["3"] == "09"


def test_a_decision_for_what_is_no_house_holds_for_that_text_alone(store, tmp_path) -> None:
    said = ("HOMELESS CAMP BY RIVER", "Homeless camp by river", "REFUSED", "RR 2 BOX 45",
            "RR 9 BOX 812", "PO BOX 12", "PO BOX 99", "PARKING LOT B", "PARKING LOT F")  # fmt: skip
    rows = "".join(f"{9 + n},2024-05-06,{text},27944,NC\n" for n, text in enumerate(said))
    bring_in(store, CALLS + rows, "hard.csv")
    for text in ("HOMELESS CAMP BY RIVER", "RR 2 BOX 45", "PO BOX 12", "PARKING LOT B"):
        review.place(address(store, text), -76.4702, 36.1902)
    assert again(tmp_path) == 5
    placed_by_hand = {one for one, code in codes(store).items() if code == "08"}
    assert {said[int(one) - 9] for one in placed_by_hand} == {
        "HOMELESS CAMP BY RIVER", "Homeless camp by river", "RR 2 BOX 45", "PO BOX 12",
        "PARKING LOT B",
    }  # fmt: skip


def test_no_name_in_the_city_column_is_sent(store) -> None:
    table = addresses.of_source(store, "EMS")
    known, unknown = (
        remote.what_is_sent(addresses.to_send(table.assign(city=city)))["city"]
        for city in ("Hertford", "JOHN SMITH HOUSE")
    )
    assert len(known) == len(unknown) > 0
    assert (set(known), set(unknown)) == ({"Hertford"}, {""})


def test_an_accepted_candidate_is_known_as_exactly_as_it_is(store, roads, tmp_path) -> None:
    streets.add_files([roads])
    place = address(store, "190 Grubb St")
    found = review.ask(place, float("nan"), float("nan"), float("nan")).candidates
    chosen = found[found["method"] == "middle of the street"].iloc[0]
    assert (found["radius_m"] <= 3_000).all()
    review.accept(place, chosen)
    again(tmp_path)
    row = store.records("EMS").table.set_index("record_id").loc["2"]
    assert row["precision"] == "05"
    assert row["radius_m"] == chosen["radius_m"] > 25
    assert row["method"] == "middle of the street, chosen by a person"


def test_an_accepted_crossing_keeps_both_names(store, roads, tmp_path) -> None:
    bring_in(store, CALLS + "9,2024-05-06,Ocean Hwy N & Poplar Cir,27944,NC\n", "crossing.csv")
    streets.add_files([roads])
    place = address(store, "Ocean Hwy N & Poplar Cir")
    chosen = review.ask(place, float("nan"), float("nan"), float("nan")).candidates.iloc[1]
    review.accept(place, chosen)
    again(tmp_path)
    row = store.records("EMS").table.set_index("record_id").loc["9"]
    assert (row["precision"], row["lon"], row["lat"]) == ("04", chosen["lon"], chosen["lat"])
    known = addresses.of_source(store, "EMS").set_index("address")
    told = known.loc["Ocean Hwy N & Poplar Cir", "matched_text"]
    assert told == chosen["matched_text"] == "Ocean Hwy N & Poplar Cir, NC 27944"


def test_a_place_outside_all_counties_is_refused(store) -> None:
    with pytest.raises(GeocodeError, match="outside all counties"):
        review.place(address(store, "190 Grubb St"), 76.4702, 36.1902)


def test_a_place_in_another_state_or_far_off_is_no_slip_of_the_hand(store, tmp_path) -> None:
    """Merrick County, NE, and Charlotte, some 400 km from Hertford, which are both on land."""
    place = address(store, "190 Grubb St")
    for sure in (False, True):
        with pytest.raises(GeocodeError, match="lies in NE, and the address in NC"):
            review.place(place, -98.0, 41.2, sure=sure)
    with pytest.raises(GeocodeError, match=r"This is (39|40)\d km from the ZIP code") as fault:
        review.place(place, -80.8431, 35.2271)
    assert "all the same" in fault.value.hint
    assert review.far_off(place, -76.4702, 36.1902) == ""
    review.place(place, -80.8431, 35.2271, sure=True)
    assert again(tmp_path) == 2  # rows with this address


def test_an_address_of_which_nothing_is_known_can_be_placed(store, tmp_path) -> None:
    """No streets at all: a decision counts all the same."""
    place = address(store, "12 Nowhere Blvd")
    question = review.ask(place, float("nan"), float("nan"), float("nan"))
    assert question.candidates.empty
    assert question.view is None
    review.place(place, -76.4702, 36.1902)
    assert again(tmp_path) == 1
    assert codes(store)["4"] == "08"


def test_corrections_versions_and_undo_stand_above_it(store, roads, tmp_path) -> None:
    store.correct(Correction("EMS", "1", "place", "-76.4 36.2", "seen", datetime.now(UTC)))
    bring_in(store, LATER, "later.csv")
    streets.add_files([roads])
    assert again(tmp_path) == 3  # 1 in both files, 5
    table = store.records("EMS").table.set_index("record_id")
    assert table.loc["1", ["lon", "lat"]].tolist() == [-76.4, 36.2]
    assert table.loc["5", "precision"] == "03"
    store.drop_correction("EMS", "1", "place")
    newer = store.records("EMS").table.set_index("record_id").loc["1", "lon"]
    store.undo(2)
    older = store.records("EMS").table.set_index("record_id").loc["1"]
    assert older["precision"] == "03"
    assert older["lon"] != newer


def test_review_shows_each_address_as_it_counts_now(store, roads, tmp_path) -> None:
    bring_in(store, LATER, "later.csv")
    streets.add_files([roads])
    table = addresses.of_source(store, "EMS").set_index("address")
    assert table["rows"].to_dict() == {
        "190 Grubb St": 2, "12 Nowhere Blvd": 1, "199 E Market St": 1, "101 W Grubb St": 1,
    }  # fmt: skip
    assert table.loc["199 E Market St", "precision"] == "03"
    assert table.loc["12 Nowhere Blvd", "reason"] == "street not found"


def test_a_source_that_somebody_changed_meanwhile_is_left_alone(store, roads, tmp_path) -> None:
    raw, mapping = store.lines_read(1)
    found = addresses.find(raw, mapping).answer[list(PLACES)].assign(source_row=raw.rows)
    snapshot = open_store(tmp_path / "store")
    snapshot.put_places(1, found, "first")
    store.remove("EMS")
    with pytest.raises(StoreError):
        store.put_places(1, found, "second")


def test_work_travels_as_text(tmp_path) -> None:
    own = OwnFile(tmp_path / "a.csv", "points", {"street": ("a", "b"), "number": ("c",)}, "x")
    consent = remote.Consent("job", b"\x00\xff", 3, "A. Analyst", "now")
    for work in (
        IndexStreets(tmp_path, ("37143",), 2020, (tmp_path / "f.zip",), own, "NC", "x"),
        IndexStreets(tmp_path),
        PlaceAgain(tmp_path, "EMS"),
        SendAddresses(tmp_path, "EMS", consent),
    ):
        assert type(work).from_json(work.to_json()) == work


@pytest.mark.slow
def test_jobs_index_and_place_again(store, roads, tmp_path) -> None:
    made = Job(IndexStreets(tmp_path / "store", files=(roads,))).outcome()
    assert (made.streets, made.instead) == ({"NC": 823}, "")
    job = Job(PlaceAgain(tmp_path / "store", "EMS"))
    assert job.outcome() == 1
    assert job.progress()[1] == 1.0
    refused = Job(IndexStreets(tmp_path / "store", files=(tmp_path / "tl_2020_37143_edges.zip",)))
    with pytest.raises(GeocodeError, match="damaged"):
        refused.outcome()
    stopped = Job(PlaceAgain(tmp_path / "store", "EMS"))
    stopped.cancel()
    with pytest.raises(StoppedError, match="placing was stopped: what was found is kept"):
        stopped.outcome()


def test_consent_to_other_rows_sends_nothing(store, tmp_path) -> None:
    asked = addresses.to_send(addresses.of_source(store, "EMS"))
    consent = remote.agree(asked, street_tier.kept_answers(), "A. Analyst")
    store.add(*_more(), source="EMS")
    with pytest.raises(GeocodeError, match="Nobody agreed"):
        SendAddresses(tmp_path / "store", "EMS", consent).carry_out(lambda *_: None)


def _more():
    raw = open_table(LATER.encode(), "later.csv")
    mapping = propose(raw)
    return raw, mapping, placed(raw, mapping)


def test_no_address_lies_beside_the_streets(store, roads, tmp_path, caplog, capfd) -> None:
    """The store holds the lines a person imported; nothing else may hold an address.

    The number has six digits: four are found among the digits of some digest by chance.
    """
    secret = CALLS.replace("12 Nowhere Blvd", "471193 Plugh Xyzzy Rd Apt 9")
    bring_in(store, secret, "secret.csv")
    streets.add_files([roads])
    again(tmp_path)
    review.place(address(store, "471193 Plugh Xyzzy Rd Apt 9"), -76.4702, 36.1902)
    again(tmp_path)
    said = capfd.readouterr()
    written = b"".join(
        path.read_bytes() for path in (tmp_path / "streets").rglob("*") if path.is_file()
    )
    catalog = b"".join(path.read_bytes() for path in (tmp_path / "store").glob("catalog.sqlite*"))
    for text in (written, catalog, caplog.text.encode(), (said.out + said.err).encode()):
        for word in (b"plugh", b"xyzzy", b"471193"):
            assert word not in text.lower()

"""What a person looks at after a batch."""

from pathlib import Path

import pandas as pd
import pytest

from boundaries import load
from geo.geocoding import batch, street_sources
from geo.geocoding.street_build import build
from geo.geocoding.street_finder import Finder
from geo.geocoding.street_review import accuracy, candidates, reasons


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Finder:
    path = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    folder = tmp_path_factory.mktemp("streets")
    return Finder({"NC": build([street_sources.read_tiger(path)], "NC", folder)}, load.gazetteer())


def asked(*addresses: str) -> pd.DataFrame:
    table = pd.DataFrame({"address": addresses, "zip": "27944", "city": "", "state": "NC"})
    return table.assign(county_fips="").astype("str")


def test_a_tie_shows_what_it_may_be(finder: Finder) -> None:
    read = finder.read(asked("190 Grubb St", "12 Nowhere Blvd", "PO Box 3"))
    found = candidates(finder, read, 0)
    assert set(found["matched_text"][:2]) == {"E Grubb St, NC 27944", "W Grubb St, NC 27944"}
    assert found["cost"].is_monotonic_increasing
    assert found[["lon", "lat", "radius_m"]].notna().all(axis=None)
    assert not len(candidates(finder, read, 1))
    assert not len(candidates(finder, read, 2))


def test_a_misspelled_street_shows_those_near_it(finder: Finder) -> None:
    found = candidates(finder, finder.read(asked("105 E Marekt St")), 0)
    assert "E Market St, NC 27944" in set(found["matched_text"])


def test_failures_are_grouped_by_what_is_wrong(finder: Finder) -> None:
    rows = asked("12 Nowhere Blvd", "14 Nowhere Blvd", "PO Box 3", "105 E Market St")
    table = reasons(rows, batch.run(rows, finder))
    assert table.to_numpy().tolist() == [
        ["street not found", "27944", 2], ["PO box or rural box", "27944", 1],
    ]  # fmt: skip


def test_known_points_tell_the_error(finder: Finder) -> None:
    rows = asked("105 E Market St", "101 E Market St", "12 Nowhere Blvd")
    found = batch.run(rows, finder)
    # A hundredth of a degree of latitude north of each answer: 1,113 m.
    table = accuracy(found, found["lon"], found["lat"] + 0.01)
    assert table["precision"].tolist() == ["", "03"]
    assert table["rows"].tolist() == [1, 2]
    assert table["median_m"].round().tolist()[1] == 1113
    assert table["within_radius"].tolist()[1] == 0
    assert accuracy(found, found["lon"], found["lat"])["within_radius"].tolist()[1] == 1

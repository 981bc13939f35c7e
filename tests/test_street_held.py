"""Which rows an index may answer: those of counties that were loaded, not of their neighbors."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from boundaries import load
from geo.geocoding import street_sources
from geo.geocoding.street_build import build, load_part, save_part
from geo.geocoding.street_finder import ASKED, Finder, open_finder
from geo.geocoding.street_index import open_index
from geo.geocoding.street_segments import Segments
from geo.geocoding.street_sources import PointColumns

PERQUIMANS, CHOWAN, GATES = "37143", "37041", "37073"
HERTFORD = (-76.46605, 36.19016)  # as the gazetteer has it
AT_SEA = (-74.5, 35.0)
ONLY_SOME = "of its county only some streets are known, and it names no city or ZIP code"
NOT_KNOWN = "the streets of its county or ZIP code are not known"
NO_PLACE = "no county, city or ZIP code, and not all of the state is known"


@pytest.fixture(scope="module")
def tiger(shared_data: Path) -> Segments:
    path = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    return street_sources.read_tiger(path)


@pytest.fixture(scope="module")
def folder(tiger: Segments, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("streets")
    build([tiger], "NC", folder, load.locator().locate)
    return folder


def find(finder: Finder, *given: tuple[str, ...]) -> pd.DataFrame:
    """Address, ZIP code, city, state, county; what is left out is empty."""
    full = [(*one, *[""] * (len(ASKED) - len(one))) for one in given]
    return finder.find(finder.read(pd.DataFrame(full, columns=list(ASKED)).astype("str")))


def own(places: list[tuple[float, float]], zip5: str) -> Segments:
    """Address points 12, 14, ... of Plugh Road, an agency's own."""
    table = pd.DataFrame(places, columns=["x", "y"]).astype("str")
    table["no"] = [str(12 + 2 * k) for k in range(len(places))]
    table["street"], table["zip"] = "Plugh Rd", zip5
    columns = PointColumns(("street",), "no", "zip" if zip5 else "", "x", "y")
    return street_sources.points(table, columns, "Town 2024")


def finder_of(parts: list[Segments], folder: Path) -> Finder:
    return Finder({"NC": build(parts, "NC", folder, load.locator().locate)}, load.gazetteer())


NEIGHBORS = [
    ("120 Pine St, Edenton NC 27932",), ("120 Pine St", "", "", "NC", CHOWAN),
    ("120 Pine St", "27932", "Edenton", "NC"), ("120 Pine St", "", "", "NC", GATES),
]  # fmt: skip


def test_a_neighbor_of_the_loaded_county_is_not_loaded(folder: Path) -> None:
    """Some streets of the file of Perquimans have their middle in Chowan and Gates Counties."""
    index = open_index(folder / "NC")
    assert {int(CHOWAN), int(GATES)} < set(np.unique(index.street_county))
    assert index.counties == {int(PERQUIMANS)}
    finder = open_finder(folder, load.gazetteer())
    found = find(finder, *NEIGHBORS, ("120 Pine St", "", "", "NC", PERQUIMANS))
    assert found["precision"].tolist() == [""] * len(NEIGHBORS) + ["03"]
    assert set(found["reason"][:-1]) == {NOT_KNOWN}


def test_an_index_of_before_needs_not_be_built_again(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    meta = tmp_path / "NC" / "meta.json"
    kept = json.loads(meta.read_text())
    del kept["counties"], kept["reached_km2"]
    meta.write_text(json.dumps(kept))
    finder = open_finder(tmp_path, load.gazetteer())
    assert finder.indexes["NC"].counties == {int(PERQUIMANS)}
    assert (find(finder, *NEIGHBORS)["precision"] == "").all()


def test_a_point_in_no_county_is_not_all_of_the_state(tmp_path: Path) -> None:
    finder = finder_of([own([HERTFORD, AT_SEA], "27944")], tmp_path)
    assert 0 in finder.indexes["NC"].street_county
    found = find(finder, ("12 Plugh Rd", "", "", "NC"), ("12 Plugh Rd", "27944", "", "NC"))
    assert found["reason"].tolist() == [NO_PLACE, ""]
    assert found["precision"].tolist() == ["", "00"]


@pytest.mark.parametrize("zip5", ["27944", ""])
def test_a_towns_own_file_is_not_its_whole_county(zip5: str, tmp_path: Path) -> None:
    finder = finder_of([own([HERTFORD], zip5)], tmp_path)
    found = find(
        finder,
        ("12 Plugh Rd", "27944", "Hertford", "NC", PERQUIMANS),
        ("12 Plugh Rd", "", "Hertford", "NC"),
        ("12 Plugh Rd", "", "", "NC", PERQUIMANS),
        ("12 Plugh Rd", "27919", "Belvidere", "NC", PERQUIMANS),  # the same county
        ("12 Plugh Rd", "27919", "", "NC"), ("12 Plugh Rd", "", "", "NC", CHOWAN),
    )  # fmt: skip
    assert found["precision"].tolist() == ["00", "00", "", "", "", ""]
    assert found["reason"].tolist() == ["", "", ONLY_SOME, NOT_KNOWN, NOT_KNOWN, NOT_KNOWN]


def test_an_own_file_of_most_of_a_county_is_its_county(tiger: Segments, tmp_path: Path) -> None:
    theirs = replace(tiger, county=np.zeros(len(tiger), dtype=np.int32), source="County 2024")
    save_part(theirs, tmp_path / "own.npz")
    finder = finder_of([load_part(tmp_path / "own.npz")], tmp_path)
    assert finder.indexes["NC"].counties == frozenset()
    found = find(
        finder, ("120 Pine St", "", "", "NC", PERQUIMANS), ("120 Pine St", "", "", "NC", CHOWAN)
    )
    assert found["precision"].tolist() == ["03", ""]
    assert found["reason"].tolist() == ["", ONLY_SOME]

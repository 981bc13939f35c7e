"""What a person looks at after a batch."""

from pathlib import Path

import pandas as pd

from geo.geocoding import batch
from geo.geocoding.street_candidates import candidates
from geo.geocoding.street_finder import Finder
from geo.geocoding.street_review import (
    accuracy,
    by_score,
    groups,
    lines_near,
    members,
    what_is_wrong,
)


def asked(*addresses: str) -> pd.DataFrame:
    table = pd.DataFrame({"address": addresses, "zip": "27944", "city": "", "state": "NC"})
    return table.assign(county_fips="").astype("str")


def test_a_tie_shows_what_it_may_be(finder: Finder) -> None:
    read = finder.read(asked("190 Grubb St", "12 Nowhere Blvd", "PO Box 3"))
    found = candidates(finder, read, 0)
    assert set(found["matched_text"][:2]) == {
        "190 E Grubb St, NC 27944", "190 W Grubb St, NC 27944",
    }  # fmt: skip
    assert set(found["street"][:2]) == {"E Grubb St, NC 27944", "W Grubb St, NC 27944"}
    assert set(found["elsewhere"]) == {""}
    assert found["cost"].is_monotonic_increasing
    assert found[["lon", "lat", "radius_m"]].notna().all(axis=None)
    assert not len(candidates(finder, read, 1))
    assert not len(candidates(finder, read, 2))


def test_a_misspelled_street_shows_those_near_it(finder: Finder) -> None:
    found = candidates(finder, finder.read(asked("105 E Marekt St")), 0)
    assert "105 E Market St, NC 27944" in set(found["matched_text"])


def test_a_namesake_of_another_place_is_offered_as_such(finder: Finder) -> None:
    """27909 is Elizabeth City in Pasquotank County, 37139: the index holds Perquimans, 37143."""
    texts = ["120 Pine St, Elizabeth City, NC 27909", "120 Pine St, Elizabeth City",
             "120 Pine St", "120 Pine St"]  # fmt: skip
    table = asked(*texts).assign(zip=["", "", "", "27944"], county_fips=["", "", "37139", ""])
    read = finder.read(table)
    assert set(finder.find(read)["reason"][:3]) == {
        "the streets of its county or ZIP code are not known"
    }
    said = []
    for row in range(4):
        found = candidates(finder, read, row)
        said.append(set(found.loc[found["street"] == "Pine St, NC 27944", "elsewhere"]))
    assert said == [
        {"in another ZIP code (27944)"}, {"in another city or town (ZIP code 27944)"},
        {"in another county (Perquimans County)"}, {""},
    ]  # fmt: skip


def test_a_name_of_three_letters_is_offered_but_never_found(finder: Finder) -> None:
    read = finder.read(asked("101 Elms St", "101 Elm St"))
    assert finder.find(read)["reason"].tolist() == ["street not found", ""]
    found = candidates(finder, read, 0)
    assert found["street"].tolist()[0] == "Elm St, NC 27944"
    right = finder.find(read).iloc[1]
    assert found.iloc[0][["lon", "lat"]].tolist() == right[["lon", "lat"]].tolist()


def looked_up(finder: Finder, *addresses: str) -> pd.DataFrame:
    rows = asked(*addresses)
    counted = rows.groupby(list(rows), sort=False).size().rename("rows").reset_index()
    return pd.concat([counted, batch.run(counted, finder)], axis=1)


def test_what_is_wrong_comes_in_groups(finder: Finder) -> None:
    table = looked_up(
        finder, "12 Nowhere Blvd", "14 Nowhere Blvd", "14 Nowhere Blvd", "PO Box 3", "190 Grubb St",
        "105 E Market St",
    )  # fmt: skip
    assert groups(table).to_numpy().tolist() == [
        ["street not found", "ZIP 27944", 2, 3],
        ["PO box or rural box", "ZIP 27944", 1, 1],
        ["several places fit equally well", "ZIP 27944", 1, 1],
    ]
    found = members(table, "street not found", "ZIP 27944")
    assert found["address"].tolist() == ["12 Nowhere Blvd", "14 Nowhere Blvd"]


def test_a_letter_that_was_changed_is_a_group_below_the_failures(finder: Finder) -> None:
    table = looked_up(
        finder, *["105 E Marekt St"] * 3, "12 Nowhere Blvd", "105 E Market St", "101 Elm Stret",
        "110 N Covnet Gadren St",
    )  # fmt: skip
    assert groups(table).to_numpy().tolist() == [
        # Two letters are 0.8 at most: to be looked at. A type is no letter of the name.
        ["found, but not sure", "ZIP 27944", 1, 1],
        ["street not found", "ZIP 27944", 1, 1],
        ["read with a letter changed", "ZIP 27944", 1, 3],
    ]
    found = members(table, "read with a letter changed", "ZIP 27944")
    assert found["matched_text"].tolist() == ["105 E Market St, NC 27944"]
    assert found["score"].tolist() == [0.9]
    assert found["precision"].tolist() == ["03"]  # and it is used


def test_low_scores_and_decisions_are_groups_too() -> None:
    table = pd.DataFrame({
        "address": list("abcd"), "zip": ["27944-12", "", "", ""],
        "city": ["", "HERTFORD", "HERTFORD", ""], "state": ["NC", "NC", "", "NC"],
        "source": ["x", "x", "a person, 2026-01-01", ""], "county_fips": "",
        "letters": [1, 0, 1, 0], "precision": ["03", "03", "03", ""], "score": [0.7, 0.9, 1.0, 0.0],
        "reason": ["", "", "", "marked as having no place"], "rows": [5, 1, 9, 1],
        "method": "street range",
    })  # fmt: skip
    assert what_is_wrong(table).tolist() == [
        "found, but not sure", "", "placed by a person", "marked as having no place",
    ]  # fmt: skip
    assert groups(table).to_numpy().tolist() == [
        ["found, but not sure", "ZIP 27944", 1, 5],
        ["placed by a person", "Hertford", 1, 9],
        ["marked as having no place", "NC", 1, 1],
    ]


def test_answers_without_a_score_of_ours_are_looked_at_when_not_exact() -> None:
    """An inexact match of the Census Bureau; and no row without a point is in no group."""
    table = pd.DataFrame({
        "method": ["Census Bureau, exact", "Census Bureau, not exact", "zip"],
        "precision": ["03", "03", "09"], "score": [float("nan"), float("nan"), 0.9],
        "source": ["", "", ""], "reason": ["", "", ""], "letters": [0, 0, 0],
    })  # fmt: skip
    assert what_is_wrong(table).tolist() == ["", "found, but not sure", "no point was found"]


def test_streets_around_a_place_are_those_of_the_file(finder: Finder, shared_data: Path) -> None:
    """The court house of Hertford; the same file read by GDAL says what lies around it."""
    import geopandas as gpd  # noqa: PLC0415  (for this test)

    lines = lines_near(finder.indexes["NC"], -76.4663, 36.1899, 300)
    path = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    edges = gpd.read_file(path).to_crs(32119)
    here = gpd.GeoSeries.from_xy([-76.4663], [36.1899], crs=4326).to_crs(32119).iloc[0]
    near = edges[(edges.distance(here) < 300) & edges["FULLNAME"].notna()]
    near = near[near["ROADFLG"] == "Y"]
    assert set(near["FULLNAME"]) <= set(lines["name"])
    assert lines.to_crs(32119).distance(here).max() < 3_000
    assert lines.crs == 4326


def test_known_points_tell_the_error(finder: Finder) -> None:
    rows = asked("105 E Market St", "101 E Market St", "12 Nowhere Blvd")
    found = batch.run(rows, finder)
    # A hundredth of a degree of latitude north of each answer: 1,113 m.
    table = accuracy(found, found["lon"], found["lat"] + 0.01)
    assert table["precision"].tolist() == ["03", "99"]
    assert table["words"].tolist() == ["Street range", "Not placed"]
    assert table["rows"].tolist() == [2, 1]
    assert table["median_m"].round().tolist()[0] == 1113
    assert table["within_radius"].tolist()[0] == 0
    assert accuracy(found, found["lon"], found["lat"])["within_radius"].tolist()[0] == 1
    far = by_score(found, found["lon"], found["lat"] + 0.01)
    assert far[["low", "high", "rows", "right"]].to_numpy().tolist() == [[0.98, 1.0, 2, 0]]
    assert far["exact"].tolist() == [True]
    # An area is no street, whatever it scores.
    both = pd.concat([found, found.assign(precision="09")], ignore_index=True)
    apart = by_score(both, both["lon"], both["lat"])
    assert apart[["exact", "rows"]].to_numpy().tolist() == [[True, 2], [False, 2]]
    # 111 m off: right, as within 250 m.
    assert by_score(found, found["lon"], found["lat"] + 0.001)["right"].tolist() == [1]

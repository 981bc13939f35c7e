"""Where the map of an address under review looks: at what is near, never at the void between."""

from pathlib import Path

import pytest

from boundaries import review, streets
from geo.geocoding.street_own import OwnFile, read

NOWHERE = (float("nan"),) * 3
HERTFORD = (-76.4663, 36.1899)  # the court house
ASHEVILLE = (-82.55, 35.59)  # some 550 km west of it
GRUBB = {"address": "190 Grubb St", "zip": "", "city": "", "state": "NC", "county_fips": ""}


@pytest.fixture(autouse=True)
def _namesakes(tmp_path: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Grubb Street in Hertford, from the Census Bureau's file, and one house in Asheville."""
    monkeypatch.setenv("HRS_ATLAS_DATA", str(tmp_path))
    streets.add_files([shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"])
    path = tmp_path / "points.csv"
    path.write_text("STREET,NUMBER,LON,LAT\nGrubb St,190,-82.55,35.59\n")
    columns = {"street": ("STREET",), "number": ("NUMBER",), "lon": ("LON",), "lat": ("LAT",)}
    streets.add_segments(read(OwnFile(path, "points", columns, "Asheville")), "NC", "asheville")


def holds(view: review.Box | None, place: tuple[float, float]) -> bool:
    assert view is not None
    west, south, east, north = view
    assert north - south < 0.1  # about 11 km: dots of one town lie apart
    return west <= place[0] <= east and south <= place[1] <= north


def test_a_candidate_far_off_leaves_the_map_to_those_that_are_near() -> None:
    question = review.ask(GRUBB, *HERTFORD, 5_000)
    assert len(question.candidates) > 2
    assert holds(question.view, HERTFORD)
    assert question.outside == 1
    assert question.outside_words.startswith(f"1 of {len(question.candidates)} places lies outside")
    assert len(question.streets) > 100


def test_without_a_place_the_map_is_at_the_likeliest() -> None:
    question = review.ask(GRUBB, *NOWHERE)
    best = question.candidates.iloc[0]
    assert (best["lon"], best["lat"]) == ASHEVILLE
    assert holds(question.view, ASHEVILLE)
    assert question.outside == len(question.candidates) - 1


def test_a_candidate_that_is_picked_is_turned_to_where_it_lies() -> None:
    question = review.ask(GRUBB, *NOWHERE)
    assert review.turned_to(question, GRUBB, None) is question
    assert review.turned_to(question, GRUBB, question.place_of(review.id_of(0))) is question
    turned = review.turned_to(question, GRUBB, question.place_of(review.id_of(1)))
    assert holds(turned.view, HERTFORD)
    assert turned.outside == 1
    assert {"W Grubb St", "E Grubb St"} <= set(turned.streets["name"])


def test_where_all_are_near_nothing_is_said() -> None:
    question = review.ask(GRUBB | {"zip": "27944"}, *HERTFORD, 5_000)
    assert (question.outside, question.outside_words) == (0, "")
    assert holds(question.view, HERTFORD)


def test_a_place_by_hand_is_in_view_and_one_far_off_beside_the_rest() -> None:
    """Charlotte is some 400 km from Hertford; the other place some 12 km south of it."""
    row = GRUBB | {"zip": "27944"}
    question = review.ask(row, *HERTFORD, 5_000)
    assert review.with_place(question, row, HERTFORD) is question
    far = review.with_place(question, row, (-80.8431, 35.2271))
    assert far.shows((-80.8431, 35.2271))
    assert far.shows(HERTFORD)
    near = review.with_place(question, row, (-76.4, 36.1))
    assert holds(near.view, (-76.4, 36.1))
    assert near.outside == len(near.candidates)


def test_a_place_that_cannot_be_is_refused_before_it_is_set() -> None:
    """In Merrick County, NE; in the Atlantic; at the court house."""
    assert "lies in NE" in review.refused(GRUBB, -98.0, 41.2)
    assert "in the water" in review.refused(GRUBB, -70.0, 36.2)
    assert review.refused(GRUBB, *HERTFORD) == ""

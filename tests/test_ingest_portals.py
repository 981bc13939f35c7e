"""Points as open data portals write them. Expected places stand in the cells themselves."""

import pytest

from geo.ingest import open_table, propose, read

POINT = "(39.9650, -83.0010)"
JSON = '{""latitude"": ""39.9650"", ""longitude"": ""-83.0010"", ""human_address"": ""{}""}'
LABELLED = "100 N HIGH ST\nCOLUMBUS, OH 43215\n(39.9650, -83.0010)"


def table(heading: str, *cells: str, more: str = "Call Date") -> bytes:
    lines = "".join(f'{n},5/{n + 1}/2024,"{cell}"\n' for n, cell in enumerate(cells))
    return f'Case Number,{more},"{heading}"\n{lines}'.encode()


@pytest.mark.parametrize("heading", ["Location", "location_1", "Incident Location", "Address"])
@pytest.mark.parametrize("cell", [POINT, JSON, LABELLED, "POINT (-83.0010 39.9650)"])
def test_an_address_that_gives_degrees_is_a_point(heading: str, cell: str) -> None:
    intake = read(open_table(table(heading, cell, cell), "portal.csv"))
    place = intake.places["incident"]
    assert place[["lon", "lat"]].to_numpy().tolist() == [[-83.001, 39.965]] * 2
    assert set(place["extent"]) == {""}


def test_a_row_without_the_degrees_keeps_its_address() -> None:
    cells = [LABELLED, LABELLED, "200 S HIGH ST\nCOLUMBUS, OH 43215"]
    place = read(open_table(table("Location", *cells), "portal.csv")).places["incident"].iloc[2]
    assert place[["address", "city", "state", "zip"]].tolist() == [
        "200 S HIGH ST", "COLUMBUS", "OH", "43215",
    ]  # fmt: skip


@pytest.mark.parametrize("heading", ["Home Location", "Hospital Location", "Agency Location"])
def test_points_of_others_are_not_the_incident_s(heading: str) -> None:
    mapping = propose(open_table(table(heading, POINT, POINT), "portal.csv"))
    assert mapping.best("geo") is None


def test_an_address_in_a_list_of_deaths_is_no_scene_for_its_degrees() -> None:
    mapping = propose(open_table(table("Location", LABELLED, more="Date of Death"), "deaths.csv"))
    assert mapping.best("geo") is None
    assert [choice.role for choice in mapping.others] == ["residence.geo"]

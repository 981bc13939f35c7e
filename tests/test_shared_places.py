"""One city beside the addresses of several: whose it is taken for, and that it is said."""

import pytest

from geo.ingest import propose, read
from geo.ingest.aside import notes_of, up_to_date
from geo.ingest.places import read_places
from geo.ingest.read import open_table

CELLS = {"address": "12 Main St", "zip": "27944", "state": "NC", "county": "Perquimans",
         "city": "Hertford", "date": "2024-01-03", "sex": "F"}  # fmt: skip


def opened(header):
    cells = (next(CELLS[key] for key in CELLS if key in name) for name in header.split(","))
    row = ",".join(cells)
    return open_table(f"{header}\n{row}\n{row}\n".encode(), "deaths.csv")


def owners(header):
    mapping = propose(opened(header))
    every = {c.column: c.role.partition(".")[0] for c in (*mapping.choices, *mapping.others)}
    return {name: every.get(name, "") for name in ("city", "zip", "county") if name in every}


def said(mapping):
    return [why for why in mapping.reasons if "once for several addresses" in why]


@pytest.mark.parametrize(
    ("header", "owner"),
    [
        ("death_date,death_address,residence_address,city,county", "death"),
        ("date,residence_address,death_address,city,zip", "death"),
        ("date,city,county,death_address,residence_address", "death"),
        ("date,injury_address,death_address,residence_address,city,state,zip", "injury"),
        ("date,incident_address,home_address,city", "incident"),
        ("date,address,home_address,zip", "incident"),
    ],
)
def test_it_serves_the_address_that_is_placed_and_that_is_said(header, owner):
    mapping = propose(opened(header))
    assert set(owners(header).values()) == {owner}
    sentence = said(mapping)
    assert len(sentence) == 1
    for column in owners(header):
        assert f'"{column}"' in sentence[0]
    assert [one.severity for one in notes_of(mapping) if one.text in sentence] == ["warning"]
    assert all(
        choice.confidence <= 0.5 for choice in mapping.choices if choice.column in owners(header)
    )


@pytest.mark.parametrize(
    ("header", "city"),
    [
        # Other columns between: the home's address goes with what follows it.
        ("date,death_address,sex,residence_address,city", "residence"),
        # A city is named apart.
        ("date,death_address,death_city,residence_address,city", "residence"),
        # Behind a hospital's address it is the hospital's.
        ("date,scene_address,hospital_address,city", "elsewhere"),
        # Between two addresses it belongs to the one before it, as it always did.
        ("date,death_address,city,residence_address", "death"),
        ("date,residence_address,city", "residence"),
    ],
)
def test_elsewhere_it_is_as_before_and_nothing_is_said(header, city):
    assert owners(header)["city"] == city
    assert not said(propose(opened(header)))


def test_the_sentence_goes_when_a_person_says_whose_it_is():
    proposed = propose(opened("date,death_address,residence_address,city,zip"))
    changed = proposed.with_choice("residence.city", "city")
    assert '"city"' not in said(up_to_date(changed))[0]
    assert '"zip" stands' in said(up_to_date(changed))[0]
    assert not said(up_to_date(changed.without("zip")))
    assert said(up_to_date(proposed)) == said(proposed)


def test_rows_of_the_dead_have_the_city_where_they_died_and_a_warning():
    raw = opened("death_date,death_address,residence_address,city,county")
    intake = read(raw, propose(raw))
    assert set(intake.places) == {"death"}
    assert intake.places["death"]["city"].tolist() == ["Hertford", "Hertford"]
    notes = [n for n in intake.report.notes if "once for several addresses" in n.text]
    assert [note.severity for note in notes] == ["warning"]


@pytest.mark.parametrize("other", ["Death", "Residence"])
@pytest.mark.parametrize("first", [True, False])
def test_a_state_given_once_is_that_of_every_address(other, first):
    header = f"Injury Address,Injury City,{other} Address,{other} City"
    row = "150 Main St,Winfall,300 Dobbs St,Hertford"
    text = f"id,State,{header}\n1,NC,{row}\n" if first else f"id,{header},State\n1,{row},NC\n"
    raw = open_table(text.encode(), "deaths.csv")
    mapping = propose(raw)
    assert mapping.column("injury.state") == "State"
    owners = {choice.role.partition(".")[0] for choice in mapping.choices if "." in choice.role}
    assert owners == ({"injury", "death"} if other == "Death" else {"injury"})
    for owner in owners:
        assert read_places(raw.text, mapping, owner)["state"].tolist() == ["NC"]


def test_a_state_that_says_whose_it_is_is_nobody_elses():
    text = "id,Injury City,Injury State,Death City\n1,Winfall,NC,Hertford\n"
    raw = open_table(text.encode(), "deaths.csv")
    assert read_places(raw.text, propose(raw), "death")["state"].tolist() == [""]

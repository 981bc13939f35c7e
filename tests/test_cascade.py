"""Rows to places: what given coordinates can be, and what comes after them."""

import pandas as pd
import pytest

from analysis.quality import placement
from boundaries import addresses, load
from geo.geocoding import cascade
from geo.geocoding.own_county import Contradictions
from geo.ingest import open_table, propose, read
from geo.schema import POINT_PRECISIONS, Records

# Points inside towns, from the Census gazetteer of places.
HARTFORD, CHICAGO, HARRISBURG = (41.7658, -72.6734), (41.8781, -87.6298), (40.2732, -76.8867)
COUNTY = {HARTFORD: "09003", CHICAGO: "17031", HARRISBURG: "42043"}


def place_text(text: str, *, home: str | None = None) -> Records:
    raw = open_table(text.encode(), "a.csv")
    mapping = propose(raw)
    if home is not None:
        mapping = mapping.with_choice("residence.zip", home)
    return cascade.place(read(raw, mapping), load.gazetteer(), load.locator())


def said(records: Records, words: str) -> list[int]:
    return [note.count for note in records.report.notes if words in note.text]


def points_file(*points: tuple[float, float]) -> Records:
    rows = "".join(f"2020-01-01,{lat},{lon}\n" for lat, lon in points)
    return place_text("date,lat,lon\n" + rows)


def test_given_coordinates_are_points() -> None:
    table = points_file(*COUNTY).table
    assert table["geoid"].tolist() == list(COUNTY.values())
    assert table["precision"].tolist() == ["01"] * 3
    assert set(table["precision"]) <= POINT_PRECISIONS
    assert table[["lat", "lon"]].to_numpy().tolist() == [list(point) for point in COUNTY]


def test_degrees_with_letters_minutes_and_seconds() -> None:
    """By hand: 41 + 45/60 + 56/3600 = 41.765556; text that gives none is said."""
    raw = open_table(
        'date,lat,lon\n2020-01-05,"41\u00b0 45\' 56"" N","72\u00b0 40\' 24"" W"\n'
        "2020-01-05,41.7658N,W72.6734\n2020-01-05,41-45-56 N,72:40:24 W\n"
        "2020-01-05,up north,72.67W\n".encode(),
        "a.csv",
    )
    mapping = propose(raw).with_choice("lat", "lat").with_choice("lon", "lon")
    records = cascade.place(read(raw, mapping), load.gazetteer(), load.locator())
    assert records.table["lat"][:3].round(4).tolist() == [41.7656, 41.7658, 41.7656]
    assert records.table["lon"][:3].round(4).tolist() == [-72.6733, -72.6734, -72.6733]
    assert records.table["geoid"].tolist() == ["09003"] * 3 + [""]
    assert said(records, "gives no degrees") == [1]


def test_swapped_rows_are_turned_round() -> None:
    swapped = points_file(HARTFORD, (CHICAGO[1], CHICAGO[0]))
    assert swapped.table["geoid"].tolist() == ["09003", "17031"]
    assert swapped.table["lat"][1] == CHICAGO[0]
    assert said(swapped, "exchanged") == [1]


def test_a_file_without_minus_signs_gets_them_but_one_row_does_not() -> None:
    all_rows = points_file(*[(lat, -lon) for lat, lon in COUNTY])
    assert all_rows.table["geoid"].tolist() == list(COUNTY.values())
    one = points_file(HARTFORD, CHICAGO, (HARRISBURG[0], -HARRISBURG[1]))
    assert one.table["precision"].tolist() == ["01", "01", "99"]


@pytest.mark.parametrize(
    ("lat", "lon", "words"),
    [
        (0.0, 0.0, "zero"),
        (41.7, 0.0, "zero"),
        (51.5, -0.12, "outside all counties of"),
        (1863428.0, 1167472.7, "feet or meters"),
    ],
)
def test_what_is_no_place_here_stays_unplaced_and_is_said(
    lat: float, lon: float, words: str
) -> None:
    records = points_file(*COUNTY, (lat, lon))
    assert records.table["precision"].tolist() == ["01", "01", "01", "99"]
    assert records.table["geoid"][3] == ""
    assert said(records, words) == [1]


def test_a_point_just_off_the_shore_counts_in_the_nearest_county() -> None:
    # 41.88 N, 87.58 W lies in Lake Michigan, some 2 km off Chicago's Navy Pier.
    near = points_file(CHICAGO, (41.88, -87.58))
    assert near.table["geoid"].tolist() == ["17031", "17031"]
    assert near.table["radius_m"][1] > near.table["radius_m"][0]
    far = points_file(CHICAGO, (41.9, -87.2))
    assert far.table["precision"].tolist() == ["01", "99"]


def test_middles_of_counties_are_not_points() -> None:
    # Two counties, each with one point for all its rows (as in the Pennsylvania files).
    rows = "2020-01-01,Dauphin,PA,40.4197,-76.7796\n" * 12
    rows += "2020-01-02,Erie,PA,41.9941,-80.0407\n" * 12
    records = place_text("date,county,state,lat,lon\n" + rows)
    assert set(records.table["precision"]) == {"12"}
    named = place_text("date,county lat,county lon\n2020-01-01,40.4197,-76.7796\n")
    assert named.table["precision"].tolist() == ["12"]


def test_labels_say_what_coordinates_stand_for() -> None:
    text = (
        'date,geo\n2020-01-01,"HARTFORD, CT\n(41.7658, -72.6734)"\n'
        '2020-01-01,"CT\n(41.575155, -72.738288)"\n'
        '2020-01-01,"12 MAIN ST\nHARTFORD, CT\n(41.7658, -72.6734)"\n'
        "2020-01-01,POINT (-72.6734 41.7658)\n"
        "2020-01-01,\"{'latitude': '41.7658', 'longitude': '-72.6734'}\"\n"
    )
    assert place_text(text).table["precision"].tolist() == ["11", "99", "01", "01", "01"]


def test_a_pile_on_the_middle_of_a_state_is_no_place() -> None:
    # 41.575155, -72.738288 is where a publisher puts what it could not place in Connecticut.
    rows = "2020-01-01,41.575155,-72.738288,\n" * 40
    rows += "".join(f"2020-01-01,41.7{n:03d},-72.67{n:02d},0610{n % 5 + 1}\n" for n in range(60))
    records = place_text("date,lat,lon,zip\n" + rows)
    assert (records.table["precision"] == "99").sum() == 40
    assert "09007" not in set(records.table["geoid"])


def test_a_pile_that_may_be_real_is_kept_and_said() -> None:
    rows = "2020-01-01,41.8815,-87.7384,60644\n" * 40
    rows += "".join(f"2020-01-01,41.7{n:03d},-87.67{n:02d},60609\n" for n in range(60))
    records = place_text("date,lat,lon,zip\n" + rows)
    assert set(records.table["precision"]) == {"01"}
    assert said(records, "far more than on any other") == [40]


def test_tiers_from_exact_to_coarse() -> None:
    text = (
        "date,lat,lon,zip,city,county,state\n"
        "2020-01-01,41.7658,-72.6734,60644,Erie,,CT\n"
        "2020-01-01,,,06103,Stamford,,CT\n"
        "2020-01-01,,,,Stamford,Fairfield,CT\n"
        "2020-01-01,,,,,Hartford County,CT\n"
        "2020-01-01,,,,,,CT\n"
    )
    table = place_text(text).table
    assert table["precision"].tolist() == ["01", "09", "11", "12", "99"]
    assert table["geoid"].tolist() == ["09003", "09003", "09001", "09003", ""]
    assert table["radius_m"][:4].is_monotonic_increasing


PITTSBURGH = (40.4406, -79.9959)  # GNIS


@pytest.mark.parametrize("field", ["city", "zip"])
def test_the_county_named_counts_before_the_town_or_zip_code_of_the_mail(field: str) -> None:
    """15201 and Pittsburgh are in Allegheny County (USPS, Census); the row says Philadelphia."""
    value = {"city": "Pittsburgh", "zip": "15201"}[field]
    rows = f"2020-01-01,{value},Philadelphia,PA\n2020-01-02,{value},Allegheny County,PA\n"
    records = place_text(f"date,{field},county,state\n{rows}")
    assert records.table["geoid"].tolist() == ["42101", "42003"]
    assert records.table["precision"].tolist() == ["12", {"city": "11", "zip": "09"}[field]]
    told = [n for n in records.report.notes if "in another county than the row names" in n.text]
    assert [(n.severity, n.rows) for n in told] == [("warning", (2,))]


def test_a_street_in_another_county_than_the_row_names_is_for_a_person_to_look_at() -> None:
    """37143 is Perquimans, 37041 Chowan County (Census)."""
    found = pd.DataFrame({
        "geoid": "37143", "precision": ["03", "03", "09", "03"], "score": [0.99, 0.99, 0.9, 0.7],
    })  # fmt: skip
    places = pd.DataFrame({
        "own_county": ["37143", "37041", "37041", "37041"], "county_or_city": False,
        "zip_and_city_against": False, "county_far_off": False,
    })  # fmt: skip
    settled = Contradictions(found.index).settle(found, places, load.gazetteer())
    assert settled["precision"].tolist() == ["03", "03", "", "03"]
    assert settled["score"].tolist() == [0.99, 0.85, 0.85, 0.7]


def test_a_point_counts_where_it_lies_and_the_county_named_is_said_to_differ() -> None:
    lat, lon = PITTSBURGH
    records = place_text(
        f"date,lat,lon,county,state\n2020-01-01,{lat},{lon},Philadelphia,PA\n"
        f"2020-01-02,{lat},{lon},Allegheny,PA\n2020-01-03,{lat},{lon},Nowhere,PA\n"
    )
    assert records.table["geoid"].tolist() == ["42003"] * 3
    told = [n for n in records.report.notes if "the point was used" in n.text]
    assert [n.rows for n in told] == [(2,)]


def test_a_county_code_counts_as_a_name_does() -> None:
    records = place_text("date,zip,county fips,state\n2020-01-01,15201,42101,PA\n")
    assert records.table["geoid"].tolist() == ["42101"]


HERTFORD_27944 = (36.18, -76.43)
"""Middle of the ZIP code, by the Census gazetteer to a hundredth of a degree."""


def test_a_zip_code_and_a_city_near_the_county_named_give_the_place_and_it_the_county() -> None:
    """27944 and Hertford are in Perquimans (37143), beside Chowan (37041); Census, USPS.

    The county of record counts: mail crosses county lines. Without the city one stands against one.
    """
    rows = "2020-01-01,27944,Hertford,Chowan,NC\n2020-01-02,27944,,Chowan,NC\n"
    records = place_text(f"date,zip,city,county,state\n{rows}")
    table = records.table
    assert table["geoid"].tolist() == ["37041", "37041"]
    assert table["precision"].tolist() == ["09", "12"]
    assert abs(table[["lat", "lon"]].iloc[0].to_numpy(float) - HERTFORD_27944).max() < 0.1
    assert said(records, "placed by the ZIP code, counted in the county named") == [1]


def test_a_county_far_from_a_zip_code_and_a_city_that_agree_is_not_used() -> None:
    """Leland, 28451, is in Brunswick County (37019), 180 km from Beaufort County (37013)."""
    records = place_text("date,zip,city,county,state\n2020-01-01,28451,Leland,Beaufort,NC\n")
    assert records.table["geoid"].tolist() == ["37019"]
    assert records.table["precision"].tolist() == ["09"]
    assert said(records, "the county was not used") == [1]


def test_of_a_county_code_and_a_county_name_the_one_of_the_zip_code_counts() -> None:
    """48021 is Bastrop County; Houston and 77004 are in Harris County, 48201 (Census, USPS)."""
    rows = (
        "2020-01-01,77004,Houston,HARRIS,48021,TX\n2020-01-02,,Houston,HARRIS,48021,TX\n"
        "2020-01-03,,,HARRIS,48021,TX\n2020-01-04,77004,Houston,HARRIS,48201,TX\n"
    )
    records = place_text(f"date,zip,city,county,county fips,state\n{rows}")
    assert records.table["geoid"].tolist() == ["48201", "48201", "48021", "48201"]
    assert records.table["precision"].tolist() == ["09", "11", "12", "09"]
    assert said(records, "are two counties") == [3]


@pytest.mark.parametrize("code", ["37143", "143"])
def test_codes_among_names_of_counties_are_codes(code: str) -> None:
    """37143 is Perquimans County, North Carolina (Census)."""
    records = place_text(f"date,county,state\n2020-01-01,{code},NC\n2020-01-02,Perquimans,NC\n")
    assert records.table["geoid"].tolist() == ["37143"] * 2


@pytest.mark.parametrize(
    ("cell", "precision", "geoid"),
    [
        ("Hertford, NC 27944", "09", "37143"),
        ("Hertford NC 27944-1234", "09", "37143"),
        ("HERTFORD, NORTH CAROLINA, 27944", "09", "37143"),
        ("Hertford 27944", "09", "37143"),
        ("Hertford, N.C.", "11", "37143"),
        ("Hertford NC", "11", "37143"),
        ("Kansas City, Kansas", "11", "20209"),
        ("Hertford", "99", ""),
    ],
)
def test_city_state_and_zip_code_in_one_cell(cell: str, precision: str, geoid: str) -> None:
    """Hertford, 27944, is in Perquimans County, Kansas City, KS, in Wyandotte (USPS, Census)."""
    records = place_text(f'date,address,city state zip\n2020-01-01,5 Nosuch St,"{cell}"\n')
    assert records.table["precision"].tolist() == [precision]
    assert records.table["geoid"].tolist() == [geoid]


def test_a_state_of_its_own_column_is_not_overruled_by_capitals_of_a_city() -> None:
    """Cherry Hill is in New Jersey; LA may end a name where the row says another state."""
    records = place_text("date,city,state\n2020-01-01,CHERRY HILL NJ,NJ\n2020-01-02,CUT LA,TX\n")
    assert records.table["geoid"].tolist() == ["34007", ""]


def test_a_city_or_county_one_letter_off_is_read_as_the_only_one_near() -> None:
    """Hertford and Perquimans are in North Carolina, 37143 (Census); two letters are too many.

    Hartford is in Connecticut: that it is one letter from Hertford says nothing.
    """
    rows = ["Hertfrod,", ",Perquimmans", "Hertfodr,", "Hrtfodr,", "Hartford,", "Hertford,", "Edn,"]
    lines = [f"5 Nosuch St,{row},NC" for row in rows]
    raw = open_table("\n".join(["address,city,county,state", *lines]).encode(), "a.csv")
    placed = addresses.find(raw, propose(raw))
    assert placed.answer["geoid"].tolist() == ["37143"] * 3 + ["", "", "37143", ""]
    why = placed.answer["reason"]
    assert why[:3].str.contains("one letter changed").all()
    assert why[[3, 4, 6]].str.contains("check the spelling").all()
    assert (placed.answer["score"][:3] <= 0.85).all()
    assert placed.answer["score"][5] > 0.85
    assert [note.rows for note in placed.notes if "letter changed" in note.text] == [(2, 3, 4)]


def test_a_zip_code_needs_no_city_that_is_known() -> None:
    raw = open_table(b"zip,city,state\n27944,Hertfrod,NC\n", "a.csv")
    answer = addresses.find(raw, propose(raw)).answer
    assert answer[["precision", "reason"]].to_numpy().tolist() == [["09", ""]]


def test_a_name_of_county_and_city_contradicts_neither() -> None:
    """Baltimore city (24510) and Baltimore County (24005) are two areas of one name (Census)."""
    records = place_text(
        "date,city,county,state\n2020-01-01,Baltimore,Baltimore,MD\n"
        "2020-01-02,Baltimore,Baltimore County,MD\n2020-01-03,Baltimore,Baltimore city,MD\n"
    )
    assert records.table["geoid"].tolist() == ["24510", "24005", "24510"]


def test_coordinates_in_another_state_than_the_row_says_are_used_and_said() -> None:
    records = place_text("date,lat,lon,state\n2020-01-01,41.7658,-72.6734,IL\n")
    assert records.table["geoid"].tolist() == ["09003"]
    assert said(records, "in another state") == [1]


def test_coordinates_that_are_not_where_their_row_says_have_a_reason() -> None:
    """36.18, -76.46 is in Hertford, NC (27944).

    By hand: 36.8, -76.3 is in Virginia, 35.5, -79.5 280 km off, 36.0, -76.0 in a sound.
    """
    points = [(36.18, -76.46), (36.8, -76.3), (35.5, -79.5), (36.0, -76.0), (-76.46, 36.18), (0, 0)]
    lines = [f"2020-01-01,{lat},{lon},Hertford,NC,27944" for lat, lon in points]
    raw = open_table("\n".join(["date,lat,lon,city,state,zip", *lines]).encode(), "a.csv")
    placed = addresses.find(raw, propose(raw))
    assert placed.answer["reason"].tolist() == [
        "", "its coordinates lie in another state than the row names",
        "its coordinates lie more than 50 km from its ZIP code, city and county",
        "its coordinates lie outside all counties: counted in the one within 5 km",
        "longitude and latitude were exchanged: turned round",
        "its coordinates are no place in the United States and were not used",
    ]  # fmt: skip
    assert placed.answer["precision"].tolist() == ["01"] * 5 + ["09"]
    rows = {note.rows: note.text for note in placed.notes}
    assert "in another state" in rows[3,]
    assert "more than 50 km" in rows[4,]


def test_a_zip_code_in_another_state_is_not_used() -> None:
    records = place_text("date,zip,city,state\n2020-01-01,60644,Hartford,CT\n")
    assert records.table["geoid"].tolist() == ["09003"]
    assert records.table["precision"].tolist() == ["11"]
    assert said(records, "ZIP code in another state") == [1]


def test_a_city_without_a_state_is_not_guessed_across_the_country() -> None:
    records = place_text("date,city\n2020-01-01,Springfield\n2020-01-02,Hartford\n")
    assert set(records.table["precision"]) == {"99"}
    assert said(records, "no state") == [2]


def test_the_state_of_the_file_is_taken_when_nearly_all_points_lie_in_it() -> None:
    rows = "".join(f"2020-01-01,41.7{n:03d},-72.67{n:02d},\n" for n in range(40))
    records = place_text("date,lat,lon,city\n" + rows + "2020-01-02,,,Stamford\n")
    assert records.table["geoid"].iloc[-1] == "09001"
    assert said(records, "without a state: CT was taken") == [1]


def test_injury_before_death_and_home_only_when_chosen() -> None:
    text = (
        "date,injury zip,death zip,residence zip\n"
        "2020-01-01,06103,06510,60644\n2020-01-01,,06510,60644\n2020-01-01,,,60644\n"
    )
    table = place_text(text).table
    assert table["location_role"].tolist() == ["injury", "death", ""]
    chosen = place_text(text, home="residence zip").table
    assert chosen["location_role"].tolist() == ["injury", "death", "residence"]
    assert chosen["geoid"].tolist() == ["09003", "09009", "17031"]


def test_utc_becomes_the_local_day_of_the_county_or_of_the_file() -> None:
    text = (
        "date,zip\n2020-07-02T03:30:00Z,60644\n2020-07-02T03:30:00Z,06103\n"
        "2020-07-02T05:30:00Z,60644\n2020-07-02T04:30:00Z,\n2020-07-02,60644\n"
    )
    days = place_text(text).table["occurred_on"].astype(str).str[:10].tolist()
    # By hand: Chicago is five hours behind UTC in July, Hartford four; row 5 has no county.
    assert days == ["2020-07-01", "2020-07-01", "2020-07-02", "2020-07-01", "2020-07-02"]


def test_counts_of_areas_stand_in_their_area() -> None:
    records = place_text(
        'county,state,overdoses\nHartford,CT,12\nNowhere,CT,3\n"Cook County, IL",IL,<10\n'
    )
    assert records.area_counts
    assert records.table["geoid"].tolist() == ["09003", "", "17031"]
    assert records.incidents == 15
    by_zip = place_text("zip,overdoses\n06103,12\n60644,3\n")
    assert by_zip.table["precision"].tolist() == ["09", "09"]


def test_a_place_written_inside_the_address_is_used() -> None:
    """No street is known: the ZIP code or city at the end of the cell counts."""
    rows = (
        '1,2020-01-01,"150 Nosuch St, Hertford NC 27944"\n'
        '2,2020-01-01,"PO Box 12, Hertford NC 27944"\n'
        '3,2020-01-01,"150 Nosuch St, Hertford, NC"\n'
        "4,2020-01-01,150 Nosuch St\n"
    )
    records = place_text("case number,date,address\n" + rows)
    assert records.table["precision"].tolist() == ["09", "09", "11", "99"]
    assert set(records.table["geoid"][:3]) == {"37143"}


def test_a_county_of_another_state_is_never_placed_there() -> None:
    """Codes of the Census Bureau: Cook is 17031 (Illinois), Franklin 39049 (Ohio); 43215 is there.

    Neither is in the other state. "Frenkln" is in none: misspelled, and not said to be elsewhere.
    """
    rows = [
        "OH,Cook,,", "OH,,17031,", "OH,Cook,17031,", 'OH,"Cook County, IL",,',  # nothing else
        "OH,Franklin,17031,", "OH,Cook,,43215",  # something else of the row places it
        "OH,Franklin,39049,", "OH,Frenkln,,", ",,17031,",
    ]  # fmt: skip
    lines = [f"{n},2020-01-02,{row}" for n, row in enumerate(rows)]
    records = place_text("\n".join(["case number,date,state,county,county fips,zip", *lines]))
    table = records.table
    assert table["geoid"].tolist() == [""] * 4 + ["39049"] * 3 + ["", "17031"]
    assert set(table["method"][:4]) == {"no usable place: its state has no such county"}
    assert table["method"][7] == "no usable place"
    assert said(records, "a county of another state") == [6]
    assert said(records, "4 could not be placed") == [6]
    found = {one.key: one for one in placement.findings_of(records)}["county_of_another_state"]
    assert found.title == "4 of 9 records (44%) name a county of another state."
    assert found.severity == "serious"
    assert found.record_ids == tuple(table["record_id"][:4])


def test_the_state_of_the_file_holds_for_counties_without_one() -> None:
    lines = [f"{n},2020-01-02,{'OH' if n else ''},{'Summit' if n else 'Cook'}" for n in range(30)]
    records = place_text("\n".join(["case number,date,state,county", *lines]))
    assert records.table["geoid"][0] == ""
    assert said(records, "a county of another state") == [1]

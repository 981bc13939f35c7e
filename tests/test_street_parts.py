"""Addresses in several columns, as dispatch systems export them, and degrees in their place."""

import pandas as pd
import pytest

from geo.geocoding.address import parse
from geo.ingest import propose, read
from geo.ingest.places import ADDRESS, read_places
from geo.ingest.read import open_table
from geo.ingest.street_joined import joined
from geo.ingest.street_pieces import ADDRESS_PART

PART = f"incident.{ADDRESS_PART}"
HEAD = "Call Date,House No,Pre Dir,Street Name,Street Type,Post Dir,Apt,City,State,Zip\n"
ROWS = (
    "2024-01-03,104,N,Church,St,,2,Hertford,NC,27944\n"
    "2024-01-04,212,,Market,St,,,Hertford,NC,27944\n"
    "2024-01-05,333,W,Grubb,St,,Apt B,Hertford,NC,27944\n"
    "2024-01-06,,,Ocean,Hwy,N,,Hertford,NC,27944\n"
)
WRITTEN = ["104 N Church St APT 2", "212 Market St", "333 W Grubb St Apt B", "Ocean Hwy N"]


def addresses(text):
    raw = open_table(text.encode(), "calls.csv")
    places = read_places(raw.text, propose(raw), "incident")
    return [] if places is None else places[ADDRESS].tolist()


def roles(text):
    return {c.column: c.role for c in propose(open_table(text.encode(), "calls.csv")).choices}


def test_pieces_become_one_address():
    assert addresses(HEAD + ROWS) == WRITTEN


def test_the_order_of_the_columns_does_not_matter():
    table = pd.read_csv(pd.io.common.StringIO(HEAD + ROWS), dtype=str, keep_default_na=False)
    turned = table[list(reversed(table.columns))].to_csv(index=False)
    assert addresses(turned) == WRITTEN


@pytest.mark.parametrize(
    ("number", "street"),
    [
        ("HOUSENUM", "STREETNAME"), ("St_No", "St_Name"), ("Street #", "Street"),
        ("ADDR_NUM", "Road Name"), ("Address Number", "Str Name"), ("Hse Nbr", "Address"),
    ],
)  # fmt: skip
def test_names_of_a_number_beside_a_street(number, street):
    text = f"Date,{number},{street},Zip\n2024-01-03,104.0,N Church St,27944\n"
    assert addresses(text) == ["104 N Church St"]


@pytest.mark.parametrize(
    ("number", "street", "role"),
    [
        ("Injury Street Number", "Injury Street Name", "injury"),
        ("Scene House No", "Scene Street Name", "scene"),
        ("Location Number", "Location Street", "incident"),
        ("AddrNum", "AddrStreet", "incident"),
    ],
)
def test_whose_pieces_they_are_is_no_part_of_their_name(number, street, role):
    text = f"Date,{number},{street},Zip\n2024-01-03,104,N Church St,27944\n"
    assert roles(text)[number] == roles(text)[street] == f"{role}.{ADDRESS_PART}"
    places = read_places((raw := open_table(text.encode(), "calls.csv")).text, propose(raw), role)
    assert places is not None
    assert places[ADDRESS].tolist() == ["104 N Church St"]


def test_pieces_of_a_home_are_not_used():
    text = "Date,Patient Street Number,Patient Street Name,Zip\n2024-01-03,104,N Church St,27944\n"
    assert not any(ADDRESS_PART in role for role in roles(text).values())


def test_what_stands_in_two_pieces_is_said_once():
    """A dispatch system's columns, as one of them repeats the others."""
    rows = (
        "2024-01-03,104,N,N Church St,St,,,Hertford,NC,27944\n"
        "2024-01-04,216,West,216 W Grubb Street,ST,,,Hertford,NC,27944\n"
        "2024-01-05,7,N,North,St,,,Hertford,NC,27944\n"
    )
    assert addresses(HEAD + rows) == [
        "104 N Church St", "216 West Grubb ST", "7 N North St",
    ]  # fmt: skip


def test_of_two_streets_one_may_be_a_whole_address():
    text = (
        "Date,Incident Street 1,Incident Street 2,Zip\n"
        "2024-01-03,Holiday Inn,104 N Church St,27944\n"
        "2024-01-04,104 N Church St,Apt 2,27944\n2024-01-05,Church St,Grubb St,27944\n"
        "2024-01-06,104 N Church St,Grubb St,27944\n2024-01-07,,Grubb St,27944\n"
    )
    assert addresses(text) == [
        "104 N Church St", "104 N Church St Apt 2", "Church St & Grubb St", "104 N Church St",
        "Grubb St",
    ]  # fmt: skip


def test_a_highway_and_its_mile_are_an_address():
    text = "Date,Highway,Mile Marker,State\n2024-01-03,US 17,230.5,NC\n2024-01-04,US 17,,NC\n"
    assert addresses(text) == ["US 17 MILE 230.5", "US 17"]
    found = parse(addresses(text)[0])
    assert (found.kind, found.mile, found.street.base) == ("milepost", 230.5, "#17")


def test_a_highway_beside_the_pieces_of_the_injury_is_that_of_the_injury():
    head = "Injury Street Number,Injury Street Name,Highway,Mile Marker,Injury City,Injury State"
    rows = (
        "150,Dobbs St,,,Hertford,NC",
        ",,US 17,230,Hertford,NC",
        "150,Dobbs St,US 17,,Hertford,NC",
    )
    raw = open_table("\n".join((head, *rows)).encode(), "calls.csv")
    places = read_places(raw.text, propose(raw), "injury")
    assert places[ADDRESS].tolist() == ["150 Dobbs St", "US 17 MILE 230", "150 Dobbs St"]
    assert read_places(raw.text, propose(raw), "incident") is None


@pytest.mark.parametrize(
    ("header", "row", "written"),
    [
        ("Injury Address,Cross Street,Injury City", "Elm St,Oak St,A", "Elm St & Oak St"),
        ("Injury Address,Address 2,Injury City", "4 Elm St,Apt 3,A", "4 Elm St Apt 3"),
        ("Injury Street Name,Low Number,High Number", "Elm St,100,198", "100-198 BLOCK Elm St"),
        # The second line may be that of the home.
        ("Injury Address,Home Address,Address 2", "Elm St,4 Ash St,9 Oak St", "Elm St"),
    ],
)
def test_what_says_not_whose_it_is_belongs_to_the_only_address(header, row, written):
    raw = open_table(f"id,{header}\n1,{row}\n".encode(), "calls.csv")
    assert read_places(raw.text, propose(raw), "injury")[ADDRESS].tolist() == [written]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("On Street", "Cross Street"), ("street1", "street2"), ("Street Name", "Cross Street Name"),
        ("Intersection Street 1", "Intersection Street 2"), ("Street", "At Street"),
    ],
)  # fmt: skip
def test_two_streets_are_a_crossing(first, second):
    text = f"Date,{first},{second},City\n2024-01-03,Market St,Church St,Hertford\n"
    assert addresses(text) == ["Market St & Church St"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Address,Cross Street\nNew Hope Rd,Suttons Ln\n4 Elm St,Oak St\n",
         ["New Hope Rd & Suttons Ln", "4 Elm St"]),
        ("Address,Intersection,City\n4 Elm St,,A\n,Dobbs St & S Church St,B\n",
         ["4 Elm St", "Dobbs St & S Church St"]),
        ("Street,Cross Street 1,Cross Street 2\nElm St,Oak St,Ash St\n4 Elm St,,\nElm St,Oak St,\n",
         ["Elm St BETWEEN Oak St AND Ash St", "4 Elm St", "Elm St & Oak St"]),
        ("From Street,To Street,On Street,City\nOak St,Ash St,Elm St,A\nOak St,,Elm St,A\n",
         ["Elm St BETWEEN Oak St AND Ash St", "Elm St BETWEEN Oak St &"]),
        ("Incident Address,Address 2\n4 Elm St,Apt 4\nApt 4,4 Elm St\nElm St,Hertford NC\n",
         ["4 Elm St Apt 4", "4 Elm St", "Elm St"]),
        ("Street 1,Street 2,City\nElm St,UNKNOWN,A\nElm St,Oak St,A\nFront,Market,A\n",
         ["Elm St", "Elm St & Oak St", "Front & Market"]),
        ("Address,St Name,Cross St 1,Cross St 2\n4 Elm St,Elm St,A,B\n,Elm St,A,\nElm St,,A,B\n",
         ["4 Elm St", "Elm St & A", "Elm St BETWEEN A AND B"]),
    ],
)  # fmt: skip
def test_what_crosses_a_street_without_a_number_places_it(text, written):
    assert addresses(text) == written
    kinds = {"BETWEEN": "between", " & ": "intersection"}
    for one in written:
        expected = next((kind for sign, kind in kinds.items() if sign in one), "")
        assert not expected or parse(one).kind == expected


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("House Number,Pre Dir,Street,Suffix", "104,N,Church,St"),
        ("House No,Dir,Street,Suffix", "104,N,Church,St"),
        ("House No,Dir,Street,Type", "104,N,Church,St"),
        ("Injury House Number,Injury Pre Dir,Injury Street,Injury Street Type", "104,N,Church,St"),
    ],
)
def test_a_column_called_just_street_is_its_name_beside_a_number(header, row):
    owner = "injury" if "Injury" in header else "incident"
    raw = open_table(f"{header},City,State\n{row},Hertford,NC\n".encode(), "calls.csv")
    assert read_places(raw.text, propose(raw), owner)[ADDRESS].tolist() == ["104 N Church St"]


def test_a_number_makes_the_crossing_needless():
    rows = "2024-01-03,104,Market St,Church St\n2024-01-04,,Market St,Church St\n"
    assert addresses(f"Date,House No,Street,Cross Street\n{rows}") == [
        "104 Market St", "Market St & Church St",
    ]  # fmt: skip


def test_a_bare_number_right_before_a_street_is_that_of_the_house():
    rows = "2024-01-03,104,Market St,Hertford\n2024-01-04,6,Elm St,Hertford\n"
    assert addresses(f"Date,Number,Street,City\n{rows}") == ["104 Market St", "6 Elm St"]
    found = roles("Number,Date,Address\n10045,2024-01-03,6 Elm St\n10046,2024-01-03,7 Elm St\n")
    assert (found["Number"], found["Address"]) == ("record_id", "incident.address")
    counted = "".join(f"{100 + n},Market St & Church St\n" for n in range(9))
    assert roles(f"Number,Location\n{counted}")["Number"] == "record_id"


def test_fractions_stand_behind_the_number():
    head = "Date,address_number,address_fraction,street_name,city,state,zip\n"
    assert addresses(f"{head}2024-01-03,104,1/2,Church St,Hertford,NC,27944\n") == [
        "104 1/2 Church St"
    ]


def test_pieces_fill_the_gaps_of_whole_addresses():
    rows = "2024-01-03,104,Church,St,\n2024-01-04,,,,6 Elm St\n"
    text = f"Date,House Number,Street Name,Street Type,Address\n{rows}"
    assert addresses(text) == ["104 Church St", "6 Elm St"]


@pytest.mark.parametrize("name", ["Block", "HUNDRED_BLOCK", "Blk No", "Block Number"])
def test_a_block_beside_a_street(name):
    text = f"Date,{name},Street,City\n2024-01-03,1200,Market St,Hertford\n"
    assert addresses(text) == ["1200 BLOCK Market St"]


def test_a_column_of_whole_blocks_stays_an_address():
    assert addresses("Date,Block,City\n2024-01-03,1200 BLK Market St,Hertford\n") == [
        "1200 BLK Market St"
    ]


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("low_number", "high_number"), ("Block Low", "Block High"), ("from_number", "to_number"),
        ("From Address", "To Address"), ("FROMADDR", "TOADDR"), ("Start No", "End No"),
        ("Block Range From", "Block Range To"), ("LowHouseNumber", "HighHouseNumber"),
        ("incident_low_number", "incident_high_number"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("street", ["Street", "Address", "Street Name"])
def test_the_two_ends_of_a_block(low, high, street):
    rows = (
        "2024-01-03,100,198,Market St,27944\n2024-01-03,298.0,200.0,Market St,27944\n"
        "2024-01-03,104,104,Market St,27944\n2024-01-03,300,,Market St,27944\n"
        "2024-01-03,,,Market St,27944\n"
    )
    found = addresses(f"Date,{low},{high},{street},Zip\n{rows}")
    assert found == ["100-198 BLOCK Market St", "200-298 BLOCK Market St", "104 Market St",
                     "300 BLOCK Market St", "Market St"]  # fmt: skip
    assert [parse(one)[:3] for one in found[:4]] == [
        ("block", 100, 198), ("block", 200, 298), ("house", 104, -1), ("block", 300, 399),
    ]  # fmt: skip


def test_a_house_number_says_more_than_the_ends_of_its_block():
    rows = "2024-01-03,104,100,198,Market St\n2024-01-03,,100,198,Market St\n"
    assert addresses(f"Date,House No,Low Number,High Number,Street\n{rows}") == [
        "104 Market St", "100-198 BLOCK Market St",
    ]  # fmt: skip
    assert addresses("Date,House No,Block,Street\n2024-01-03,104,100,Market St\n") == [
        "104 Market St"
    ]


def test_where_somebody_came_from_is_no_block():
    head = "Date,From Address,To Address,Incident Address\n"
    text = f"{head}2024-01-03,12 Oak St,1 Hospital Dr,14 Elm St\n"
    found = propose(open_table(text.encode(), "calls.csv"))
    assert addresses(text) == ["14 Elm St"]
    assert {c.column: c.role for c in found.others} == {
        "From Address": "unclear.address", "To Address": "unclear.address",
    }  # fmt: skip
    assert PART not in roles("Date,Low Number,High Number,City\n2024-01-03,1,9,Hertford\n").values()


def test_a_bare_type_is_a_piece_where_its_cells_are():
    head = "Date,House No,Dir,Street Name,Type,City\n"
    assert addresses(f"{head}2024-01-03,104,N,Church,ST,Hertford\n") == ["104 N Church ST"]
    assert addresses(f"{head}2024-01-03,104,Inbound,Church,Medical,Hertford\n") == ["104 Church"]


def test_a_whole_address_makes_pieces_needless():
    text = "Date,Address,House No,Street Name\n2024-01-03,104 Church St,104,Church\n"
    found = roles(text)
    assert found["Address"] == "incident.address"
    assert PART not in found.values()


@pytest.mark.parametrize(
    "header",
    [
        "Date,House No,City", "Date,Apt,City", "Date,Location Type,City", "Date,Street Type,City",
        "Date,Building Number,City", "Date,ST_NAME,City",
    ],
)  # fmt: skip
def test_without_a_street_there_is_no_address(header):
    value = {"Date,ST_NAME,City": "Ohio"}.get(header, "12")
    assert PART not in roles(f"{header}\n2024-01-03,{value},Hertford\n").values()


def test_pieces_of_a_home_are_not_used_unasked():
    header = "Incident Date,Incident City,Home Street Number,Home Street Name"
    text = f"{header}\n2024-01-03,A,1,Oak St\n"
    assert not {"Home Street Number", "Home Street Name"} & roles(text).keys()


def test_a_person_may_say_which_columns_are_pieces():
    raw = open_table(b"Date,A,B,Zip\n2024-01-03,104,Church St,27944\n", "x.csv")
    mapping = propose(raw).with_choice(PART, "A").with_choice(PART, "B")
    assert mapping.columns(PART) == ("A", "B")
    assert joined(raw.text, mapping.columns(PART)).tolist() == ["104 Church St"]
    assert mapping.from_json(mapping.to_json()) == mapping


def test_degrees_written_in_place_of_an_address_are_a_point():
    rows = '2024-01-03,"36.1894, -76.4661"\n2024-01-04,212 Market St\n2024-01-05,4 Elm St\n'
    raw = open_table(f"Date,Address\n{rows}".encode(), "calls.csv")
    places = read_places(raw.text, propose(raw), "incident")
    assert places[["lat", "lon", ADDRESS]].iloc[0].tolist() == [36.1894, -76.4661, ""]
    assert places["lat"].isna().tolist() == [False, True, True]
    assert places[ADDRESS].tolist()[1:] == ["212 Market St", "4 Elm St"]


STREETS = ["212 Market St", "4 Elm St", "333 W Grubb St"]


def among_streets(written):
    rows = pd.DataFrame({"Date": ["2024-01-03"] * 4, "Address": [written, *STREETS]})
    raw = open_table(rows.to_csv(index=False).encode(), "calls.csv")
    return read_places(raw.text, propose(raw), "incident")


@pytest.mark.parametrize(
    "written",
    [
        "36.19 -76.46", "36.19, -76.46", "36.1900;-76.4600", "(36.190, -76.460)",
        "36\u00b011'24\"N 76\u00b027'36\"W", "36\u00b0 11' 24\" N, 76\u00b0 27' 36\" W",
        "N 36\u00b0 11.4' W 76\u00b0 27.6'", "36.190N 76.460W",
        "https://www.google.com/maps/@36.19,-76.46,15z",
        "https://www.google.com/maps/place/Here/@36.2,-76.5,17z/data=!3d36.19!4d-76.46",
        "https://maps.apple.com/?ll=36.19,-76.46&q=Pin",
        "https://www.openstreetmap.org/?mlat=36.19&mlon=-76.46#map=15/36.2/-76.5",
    ],
)  # fmt: skip
def test_a_point_in_place_of_an_address_in_other_forms(written):
    places = among_streets(written)
    # 11' 24" are 0.19 of a degree, 27' 36" are 0.46
    assert places[["lat", "lon"]].iloc[0].tolist() == pytest.approx([36.19, -76.46])
    assert places[ADDRESS].tolist() == ["", *STREETS]


def test_a_column_of_points_keeps_its_hemispheres():
    rows = "".join(f"2024-01-0{day},36.190N 76.460W\n" for day in range(1, 6))
    raw = open_table(f"Date,Location\n{rows}".encode(), "calls.csv")
    assert set(read_places(raw.text, propose(raw), "incident")["lon"]) == {-76.46}


@pytest.mark.parametrize("written", ["50 N 100 W", "12.5 Mile Rd", "http://x.org/a", "12.50 3.20"])
def test_an_address_with_numbers_is_no_point(written):
    places = among_streets(written)
    assert places["lat"].isna().all()
    assert places[ADDRESS].tolist() == [written, *STREETS]


def test_no_row_is_lost():
    raw = open_table((HEAD + ROWS).encode(), "calls.csv")
    assert len(read(raw, propose(raw)).table) == len(WRITTEN)

"""Streets found in real files: right to the meter, honest about what is not sure."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import load
from geo.errors import GeocodeError
from geo.geocoding import street_sources
from geo.geocoding.address import parse
from geo.geocoding.street_build import build, load_part, save_part
from geo.geocoding.street_finder import ASKED, Finder, open_finder
from geo.geocoding.street_index import installed, open_index
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_score import USABLE
from geo.geocoding.street_sources import CenterlineColumns, PointColumns
from geo.schema import POINT_PRECISIONS, PRECISIONS
from tests.addresses_messy import houses, longest_word, messy, rows, with_typos, without_some


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """Indexes of Perquimans County NC (EDGES 2020) and Meagher County MT (ADDRFEAT 2021)."""
    folder = tmp_path_factory.mktemp("streets")
    data = shared_data / "geocoding"
    for state, path in (
        ("NC", "tiger_nc37143/tl_2020_37143_edges.shp"),
        ("MT", "tiger_mt30059/tl_2021_30059_addrfeat.shp"),
    ):
        build([street_sources.read_tiger(data / path)], state, folder)
    return folder


@pytest.fixture(scope="session")
def finder(folder: Path) -> Finder:
    return open_finder(folder, load.gazetteer())


def asked(*given: tuple[str, ...]) -> pd.DataFrame:
    """Address, ZIP code, city, state, county; what is left out is empty."""
    full = [(*one, *[""] * (len(ASKED) - len(one))) for one in given]
    return pd.DataFrame(full, columns=list(ASKED)).astype("str")


def find(finder: Finder, *given: tuple[str, ...]) -> pd.DataFrame:
    return finder.find(finder.read(asked(*given)))


# -- against another program's interpolation ------------------------------------------------------


@pytest.fixture(scope="session")
def expected(shared_data: Path) -> pd.DataFrame:
    """One house on each of the 2,817 lines that osm-search's TIGER import drew for the county."""
    table = pd.read_csv(
        shared_data / "geocoding" / "tiger_nc37143" / "expected_37143.csv", sep=";", dtype=str
    )
    rng = np.random.default_rng(0)
    low, high = table["from"].astype(int), table["to"].astype(int)
    steps = (np.minimum(low, high) + 2 * rng.integers(0, (high - low).abs() // 2 + 1)).to_numpy()
    share = np.where(high == low, 0.5, (steps - low) / (high - low).replace(0, 1))
    lines = shapely.from_wkt(table["geometry"])
    points = shapely.line_interpolate_point(lines, share, normalized=True)
    return table.assign(number=steps, lon=shapely.get_x(points), lat=shapely.get_y(points))


def off_m(found: pd.DataFrame, expected: pd.DataFrame) -> np.ndarray:
    here = (found[name].to_numpy() for name in ("lon", "lat"))
    return distance_m(*here, *(expected[name].to_numpy() for name in ("lon", "lat")))


def test_every_house_is_where_another_program_puts_it(
    finder: Finder, expected: pd.DataFrame
) -> None:
    found = find(
        finder,
        *(
            (f"{number} {street}", zip5, "", "NC", "37143")  # the lines name the county
            for number, street, zip5 in expected[["number", "street", "postcode"]].to_numpy()
        ),
    )
    assert (found["precision"] == "03").all()
    assert (found["geoid"] == "37143").all()
    distance = off_m(found, expected)
    assert np.median(distance) < 10
    assert (distance > 100).mean() < 0.03
    assert (distance <= found["radius_m"]).all()


def lines_with(table: gpd.GeoDataFrame, street: str, number: int) -> np.ndarray:
    """Lines of a street with a range that holds a number of its parity; straight from the file."""
    mine = table[table["FULLNAME"] == street]
    held = np.zeros(len(mine), dtype=bool)
    for side in "LR":
        ends = (mine[f"{side}{end}ADD"] for end in ("FROM", "TO"))
        # Some numbers carry a letter in front: "P198".
        low, high = (end.str.extract(r"(\d+)$")[0].astype(float) for end in ends)
        inside = (np.minimum(low, high) <= number) & (number <= np.maximum(low, high))
        held |= (inside & ((low % 2 == number % 2) | (low % 2 != high % 2))).to_numpy()
    return mine.geometry.to_numpy()[held]


def test_a_number_is_on_the_range_of_its_own_parity(
    finder: Finder, expected: pd.DataFrame, shared_data: Path
) -> None:
    # Lines marked "all" between two odd ends: the other program puts even numbers there, too. In
    # the file most even numbers have a range of their own on another line: ours goes there. Where
    # there is none, the score and the radius say that the place is less sure.
    every = expected["interpolation"] == "all"
    one = expected[every & (expected["from"].astype(int) % 2 == expected["to"].astype(int) % 2)]
    asked_for = [
        (number + 1, street, zip5)
        for number, street, zip5 in one[["number", "street", "postcode"]].to_numpy()
    ]
    found = find(finder, *((f"{n} {street}", zip5, "", "NC") for n, street, zip5 in asked_for))
    table = gpd.read_file(shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp")
    own, other = 0, 0
    for (number, street, _), row in zip(asked_for, found.itertuples(), strict=True):
        lines = lines_with(table, street, number)
        if row.precision == "03" and row.score >= 0.99:
            assert len(lines)
            off = shapely.distance(lines, shapely.Point(row.lon, row.lat)).min() * 111_320
            assert off < 13  # beside the line, 10 m and what a degree of longitude is less
            own += 1
        elif not len(lines):
            other += 1
    assert own > 300
    assert other > 50


HIGHEST_LIMIT = 0.9  # of a name with a wrong letter (docs/geocoding.md)


# -- what people write ----------------------------------------------------------------------------

MARKET = ("105 E Market St", "27944", "Hertford", "NC")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("105 E MARKET STREET", "27944", "Hertford", "NC"), "capitals, the whole word"),
        (("105 East Market St.", "27944", "", "NC"), "the direction in words, no city"),
        (("105 Market St E", "27944", "", "NC"), "the direction after"),
        (("105 E Market", "27944", "", "NC"), "no type"),
        (("105 E Market St Apt 4B", "27944", "", "NC"), "a unit"),
        (("Apt 4B, 105 E Market St", "27944", "", "NC"), "the unit first"),
        (("105 E Market St, Hertford, NC 27944", "", "", ""), "all in one cell"),
        (("105 E Market St Hertford NC", "", "", ""), "all in one cell, no ZIP code, no comma"),
        (("105 E Marekt St", "27944", "", "NC"), "two letters swapped"),
        (("105 E Markt St", "27944", "Hertford", "NC"), "a letter missing"),
        (("105 E Market St", "", "Hertford", "NC"), "no ZIP code"),
        (("105 E Market St", "27946", "Hertford", "NC"), "the ZIP code of the next town"),
        (("105 E Market St", "", "", "NC", "37143"), "only the county"),
        (("E 105 Market St", "27944", "", "NC"), "the direction before the number"),
        (("105 E MarketSt", "27944", "", "NC"), "joined words"),
    ],
)
def test_ways_to_write_one_address(finder: Finder, given: tuple[str, ...], why: str) -> None:
    found = find(finder, MARKET, given)
    assert found["precision"].tolist() == ["03", "03"], why
    assert found.loc[1, "matched_text"] == "105 E Market St, NC 27944"
    assert found.loc[0, ["lon", "lat"]].tolist() == found.loc[1, ["lon", "lat"]].tolist()
    assert found["score"][1] <= found["score"][0]


def test_one_wrong_letter_is_forgiven(finder: Finder) -> None:
    rng = np.random.default_rng(5)
    clean = [
        one
        for one in houses(finder.indexes["NC"], 3000, 4)
        if len(longest_word(one.address)) >= 5 and len(one.address.split()) < 5
    ]
    wrong = [with_typos(one, rng) for one in clean]
    found = finder.find(finder.read(rows(wrong, "NC")))
    place = np.array([(one.lon, one.lat) for one in clean])
    here = found[["lon", "lat"]].to_numpy()
    near = distance_m(here[:, 0], here[:, 1], place[:, 0], place[:, 1]) < 250
    assert near.mean() >= 0.95


def test_a_score_means_what_it_says(finder: Finder, shared_data: Path, tmp_path: Path) -> None:
    # A tenth of the streets is missing from each index, as new streets are from an older file;
    # others than those the weights were fitted on.
    data = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    whole = street_sources.read_tiger(data)
    scores, rights, answered = [], [], []
    for seed in range(101, 107):
        kept, out = without_some(whole, 0.1, seed)
        assert out
        poorer = Finder({"NC": build([kept], "NC", tmp_path)}, load.gazetteer())
        written = messy(finder.indexes["NC"], 2500, seed)
        found = poorer.find(poorer.read(rows(written, "NC")))
        place = np.array([(one.lon, one.lat) for one in written])
        here = found[["lon", "lat"]].to_numpy()
        off = distance_m(here[:, 0], here[:, 1], place[:, 0], place[:, 1])
        given = (found["precision"] != "").to_numpy()
        answered.append(given.mean())
        scores.append(found["score"].to_numpy()[given])
        rights.append((off <= np.maximum(250, found["radius_m"])).to_numpy()[given])
    score, right = np.concatenate(scores), np.concatenate(rights)
    assert np.mean(answered) > 0.8  # ZIP codes of counties that are not indexed are refused
    # The limits that stand above the regression make it less sure than it was right, never more.
    assert right.mean() >= score.mean() - 0.01
    free = score > HIGHEST_LIMIT
    assert abs(score[free].mean() - right[free].mean()) < 0.01
    for low, high, room in ((0.6, 0.9, 0.25), (0.9, 0.97, 0.06), (0.97, 1.01, 0.01)):
        inside = (score >= low) & (score < high)
        assert right[inside].mean() >= score[inside].mean() - room


# -- kinds of places ------------------------------------------------------------------------------


def test_two_streets_meet_at_the_node_they_share(finder: Finder, shared_data: Path) -> None:
    # From the file itself: the node ids (TNIDF, TNIDT) that two streets have in common.
    path = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    table = gpd.read_file(path)
    nodes = []
    for name in ("N Church St", "W Grubb St"):
        mine = table[table["FULLNAME"] == name]
        lines = shapely.line_merge(mine.geometry.to_numpy())
        ends = pd.concat([
            pd.Series(shapely.get_point(lines, 0), index=mine["TNIDF"]),
            pd.Series(shapely.get_point(lines, -1), index=mine["TNIDT"]),
        ])  # fmt: skip
        nodes.append(ends[~ends.index.duplicated()])
    shared = nodes[0].index.intersection(nodes[1].index)
    assert len(shared) == 1
    point = nodes[0][shared[0]]
    ways = ["N Church St & W Grubb St", "W GRUBB ST AND N CHURCH ST", "N. Church/W. Grubb",
            "corner of N Church St and Grubb St", "N Church St @ W Grub St"]  # fmt: skip
    found = find(finder, *((way, "27944", "", "NC") for way in ways))
    assert found["precision"].tolist() == ["04"] * len(ways)
    assert np.allclose(found["lon"], point.x, atol=1e-6)
    assert np.allclose(found["lat"], point.y, atol=1e-6)


def test_streets_that_do_not_meet_are_said(finder: Finder) -> None:
    found = find(finder, ("Snug Harbor Rd & Market St", "27944", "", "NC"))
    assert found["precision"].tolist() == [""]
    assert found["reason"].tolist() == ["the two streets do not meet"]


def test_a_block_is_the_middle_of_its_range(finder: Finder) -> None:
    found = find(finder, ("100 BLK OF E MARKET ST", "27944", "", "NC"), MARKET)
    assert found["precision"].tolist() == ["05", "03"]
    assert found["method"][0] == "block"
    lon, lat = found["lon"].to_numpy(), found["lat"].to_numpy()
    assert distance_m(lon[:1], lat[:1], lon[1:], lat[1:])[0] < 120


def test_the_radius_of_a_block_holds_its_houses(finder: Finder, shared_data: Path) -> None:
    """Where each house stands is interpolated here with Shapely, from the file alone."""
    edges = gpd.read_file(shared_data / "geocoding/tiger_nc37143/tl_2020_37143_edges.shp")
    edges = edges[edges["FULLNAME"].notna() & edges["LFROMADD"].fillna("").str.isdigit()]
    edges = edges[edges["LTOADD"].str.isdigit() & (edges["LFROMADD"].astype(int) >= 100)]
    first, last = edges["LFROMADD"].astype(int), edges["LTOADD"].astype(int)
    number = np.minimum(first, last) + (abs(last - first) // 4) * 2
    share = ((number - first) / (last - first).replace(0, 1)).where(first != last, 0.5)
    place = shapely.line_interpolate_point(edges.geometry.to_numpy(), share, normalized=True)
    block = (number // 100 * 100).astype(str)
    asked = pd.DataFrame({
        "address": block + " BLK " + edges["FULLNAME"], "zip": edges["ZIPL"].fillna(""),
        "city": "", "state": "NC", "county_fips": "37143",
    }).astype("str").reset_index(drop=True)  # fmt: skip
    found = finder.find(finder.read(asked))
    here = (found["precision"] == "05").to_numpy()
    lon, lat = found["lon"].to_numpy(), found["lat"].to_numpy()
    off = distance_m(lon, lat, shapely.get_x(place), shapely.get_y(place))
    assert here.mean() > 0.95
    assert (off[here] <= found["radius_m"].to_numpy()[here]).mean() > 0.97


def test_a_street_without_a_number_is_its_middle_when_it_is_short(finder: Finder) -> None:
    short, long = find(
        finder, ("Cork St", "27944", "", "NC"), ("Ocean Hwy S", "27944", "", "NC")
    ).itertuples()
    assert (short.precision, short.method) == ("05", "middle of the street")
    assert short.radius_m <= 3000
    assert (long.precision, long.reason) == ("", "street too long for a middle")


def test_what_is_no_street_gets_a_reason(finder: Finder) -> None:
    given = {
        "PO BOX 12": "PO box or rural box",
        "RR 2 BOX 15": "PO box or rural box",
        "UNKNOWN": "no address",
        "": "no address",
        "12 NOWHERE BLVD": "street not found",
        "US 17 MM 12": "no mile markers are loaded for this road",
    }
    found = find(finder, *((text, "27944", "", "NC") for text in given))
    assert found["reason"].tolist() == list(given.values())
    assert found["lon"].isna().all()
    assert set(found["score"]) == {0.0}


def test_what_fits_several_places_is_a_tie(finder: Finder) -> None:
    # Both East and West Grubb Street have a number 190; 101 is at their common crossing in both.
    ways = ("190 Grubb St", "190 E Grubb St", "101 Grubb St")
    found = find(finder, *((way, "27944", "", "NC") for way in ways))
    assert found["reason"].tolist() == ["several places fit equally well", "", ""]
    assert found["candidates"].tolist() == [2, 1, 1]
    assert found["precision"].tolist() == ["", "03", "03"]


def test_without_a_zip_code_the_streets_of_the_town_come_first(finder: Finder) -> None:
    """King St is in Hertford (27944) and in Winfall (27985); Church St is N and S in Hertford."""
    found = find(
        finder, ("101 King St", "", "Hertford", "NC"), ("101 King St", "", "Winfall", "NC"),
        ("Church St", "", "Hertford", "NC"), ("Church St", "", "Winfall", "NC"),
    )  # fmt: skip
    told = found["matched_text"].tolist()
    assert told[:2] == ["101 King St, NC 27944", "101 King St, NC 27985"]
    assert (found["score"][:2] > 0.9).all()
    assert found["precision"].tolist()[2:] == ["", "05"]
    assert found["reason"][2] == "several places fit equally well"
    assert told[3] == "Church St, NC 27985"


def test_another_town_than_the_row_names_is_for_a_person_to_look_at(finder: Finder) -> None:
    found = find(
        finder, ("310 Church St", "27919", "Belvidere", "NC"),  # Belvidere has no Church Street
        ("150 Dobbs St", "27944", "Charlotte", "NC"), ("150 Dobbs St", "27944", "Hertford", "NC"),
        ("310 Church", "27944", "Hertford", "NC"),  # N or S Church St, or Church Ln
    )  # fmt: skip
    assert found["score"].tolist() == [0.85, 0.55, 0.997, 0.0]
    assert found["precision"].tolist() == ["03", "", "03", ""]
    assert found["reason"].tolist() == [
        "", "the row's own columns (city, ZIP code, state) name different places", "",
        "several places fit equally well",
    ]  # fmt: skip


def test_never_another_state(finder: Finder) -> None:
    # Main Street is in both indexes.
    found = find(
        finder,
        ("100 Main St", "", "", "CT"), ("100 Main St", "", "Hartford", "CT"),
        ("100 Main St", "06103", "", ""), ("100 Main St", "", "", ""),
        ("100 Main St", "27944", "", "CT"), ("100 Main St, Hartford, CT", "", "", "CT"),
    )  # fmt: skip
    assert found["precision"].tolist() == [""] * 6
    assert found["reason"].tolist() == [
        "state not indexed", "state not indexed", "state not indexed", "state not known",
        "state not indexed", "state not indexed",
    ]  # fmt: skip


def test_a_zip_code_of_another_state_is_not_used(finder: Finder) -> None:
    found = find(finder, ("105 E Market St", "06103", "Hertford", "NC"))
    assert found["matched_text"].tolist() == ["105 E Market St, NC 27944"]


def test_every_answer_says_how_good_it_is(finder: Finder) -> None:
    written = messy(finder.indexes["NC"], 2000, 3)
    found = finder.find(finder.read(rows(written, "NC")))
    given = found["precision"] != ""
    assert set(found["precision"][given]) <= POINT_PRECISIONS & set(PRECISIONS)
    assert found.loc[given, ["lon", "lat", "radius_m"]].notna().all(axis=None)
    assert (found["radius_m"][given] >= 15).all()
    assert found["score"][given].between(USABLE, 1).all()
    assert (found["source"][given] == "TIGER/Line EDGES 2020").all()
    assert (found["matched_text"][given] != "").all()
    assert (found["reason"][~given] != "").all()
    assert found.loc[~given, ["lon", "lat"]].isna().all(axis=None)


# -- properties -----------------------------------------------------------------------------------


def test_order_and_company_change_nothing(finder: Finder) -> None:
    written = messy(finder.indexes["NC"], 400, 9)
    table = rows(written, "NC")
    found = finder.find(finder.read(table))
    turned = finder.find(finder.read(table.iloc[::-1])).iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, turned)
    alone = finder.find(finder.read(table.iloc[[7]]))
    pd.testing.assert_frame_equal(alone, found.iloc[[7]].reset_index(drop=True))


def test_case_blanks_and_marks_change_no_answer(finder: Finder) -> None:
    written = houses(finder.indexes["MT"], 300, 11)
    plain = finder.find(finder.read(rows(written, "MT")))
    table = rows(written, "MT")
    for change in (
        lambda text: text.lower(),
        lambda text: f"  {text.upper().replace(' ', '   ')}. ",
        lambda text: f"{text}, apt 4",
        lambda text: f"{text.replace(' ', chr(9))},",
    ):
        changed = table.assign(address=table["address"].map(change))
        pd.testing.assert_frame_equal(finder.find(finder.read(changed)), plain)


# Publication 28 of the USPS, appendix C2, and what people write for the same.
UNITS = (
    "Apt 4", "Apt B", "Apt N", "Apt 4-B", "Apt 4 B", "Apt #4", "APT4B", "Apt No. 4", "Apt Number 4",
    "#4B", "# 4", "4B", "C-4", "No. 4", "Bldg 2", "Bldg C, Apt 4", "BLDG2 APT4", "Dept 4", "Fl 2",
    "2nd Floor", "Second Floor", "Main Floor", "1st Fl Rear", "3rd Floor Apt 2", "Hngr 3", "Key 4",
    "Lot 7", "LOT7", "Pier 4", "Rm 209", "RM12", "Slip 3", "Spc 4", "Stop 4", "Ste 200-A", "STE100",
    "Trlr 5", "Trailer Lot 5", "Unit 12", "UNIT-4", "Bsmt", "Frnt", "Lbby", "Lowr", "Ofc", "PH",
    "PH 2", "Rear", "Uppr", "Rear Apt", "Upper Unit", "Lower Level", "In Rear", "Apt Rear",
    "Tower B", "West Wing", "Cabin 3", "House 2", "Store 4", "Box 12",
    "Apto 4", "Piso 2", "(Apt 4)", 'Apt "B"',
)  # fmt: skip
MAY_BE_STREETS = ("Apt Left", "Apt Upper", "Upper", "Lower", "Front", "Office")  # Upper Main St


FORMS = (
    "{unit}, {house}", "{unit} {house}", "{number}, {unit}, {street}", "{house} {unit}",
    "{house}, {unit}", "{house} - {unit}", "{house}, {unit}, NC", "{number} {unit} {street}",
)  # fmt: skip


def test_where_a_unit_stands_changes_no_answer(finder: Finder) -> None:
    plain = rows(houses(finder.indexes["NC"], 60, 13), "NC")
    said = [(unit, form) for unit in UNITS for form in FORMS]
    said += [(unit, form) for unit in MAY_BE_STREETS for form in FORMS[:-1]]
    texts = [
        form.format(unit=unit, house=house, number=house.split()[0], street=house.split(" ", 1)[1])
        for unit, form in said
        for house in plain["address"]
    ]
    table = pd.concat([plain] * len(said), ignore_index=True).assign(address=texts)
    places = ["lon", "lat", "precision", "score"]
    found = finder.find(finder.read(table))[places]
    as_plain = pd.concat([finder.find(finder.read(plain))[places]] * len(said), ignore_index=True)
    other = ~np.isclose(found[["lon", "lat", "score"]], as_plain[["lon", "lat", "score"]]).all(
        axis=1
    )
    other |= (found["precision"] != as_plain["precision"]).to_numpy()
    assert [texts[at] for at in np.flatnonzero(other)] == []


# -- other sources --------------------------------------------------------------------------------

AMHERST = CenterlineColumns(
    ("PREFIX", "NAME", "TYPE", "SUFFIX"), "LF_Addr", "LT_Addr", "RF_Addr", "RT_Addr",
    "ZIPLEFT", "ZIPRIGHT",
)  # fmt: skip


@pytest.fixture(scope="session")
def amherst(shared_data: Path) -> gpd.GeoDataFrame:
    """Amherst's centerlines; the file has no shapes, so each street gets a line of its own."""
    path = shared_data / "geocoding" / "amherst_ma" / "Street_Centerlines.csv"
    table = pd.read_csv(path, dtype=str, encoding="utf-8-sig")
    at = np.arange(len(table))
    east, north = 110_000 + 150.0 * (at % 40), 900_000 + 150.0 * (at // 40)
    ends = np.stack([np.stack([east, north], 1), np.stack([east + 100, north], 1)], 1)
    return gpd.GeoDataFrame(table, geometry=shapely.linestrings(ends), crs=26986)


def test_a_towns_own_centerlines(amherst: gpd.GeoDataFrame, tmp_path: Path) -> None:
    segments = street_sources.centerlines(amherst, AMHERST, "Town of Amherst")
    finder = Finder({"MA": build([segments], "MA", tmp_path)}, load.gazetteer())
    ranged = amherst[pd.to_numeric(amherst["LF_Addr"]).fillna(0) > 0]
    sides = ranged[ranged["NAME"].str.strip() != ""]
    given = [
        (f"{low} {name}", zip5, "Amherst", "MA")
        for low, name, zip5 in sides[["LF_Addr", "FULL_NAME", "ZIPLEFT"]].to_numpy()
    ]
    found = find(finder, *given)
    assert (found["precision"] == "03").mean() > 0.97
    assert set(found["source"]) <= {"Town of Amherst", ""}
    middle = shapely.centroid(sides.geometry.to_crs(4326).to_numpy())
    off = distance_m(
        found["lon"].to_numpy(),
        found["lat"].to_numpy(),
        shapely.get_x(middle),
        shapely.get_y(middle),
    )
    # A line is 100 m long: its first house is 10 m aside and at most 50 m from the middle.
    assert (off < 55).mean() > 0.93


def test_address_points_come_before_ranges(tmp_path: Path, shared_data: Path) -> None:
    table = pd.DataFrame({
        "street": ["E Market St", "E Market St"], "no": ["105", "107"], "zip": ["27944"] * 2,
        "x": ["-76.4660", "-76.4661"], "y": ["36.1900", "36.1901"],
    })  # fmt: skip
    columns = PointColumns(("street",), "no", "zip", "x", "y")
    data = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    parts = [street_sources.read_tiger(data), street_sources.points(table, columns, "911 points")]
    finder = Finder({"NC": build(parts, "NC", tmp_path)}, load.gazetteer())
    found = find(
        finder, ("105 E Market St", "27944", "", "NC"), ("113 E Market St", "27944", "", "NC")
    )
    assert found["precision"].tolist() == ["00", "03"]
    assert found["source"].tolist() == ["911 points", "TIGER/Line EDGES 2020"]
    assert found.loc[0, ["lon", "lat"]].tolist() == [-76.466, 36.19]
    assert found["radius_m"][0] < found["radius_m"][1]


def test_a_mile_lies_between_its_markers(tmp_path: Path) -> None:
    table = pd.DataFrame({
        "road": ["I-95", "I-95", "I-95", "US 17"], "mile": ["54", "55", "60", "54"],
        "x": ["-77.80", "-77.80", "-77.80", "-77.0"], "y": ["35.0", "35.01", "35.06", "35.0"],
    })  # fmt: skip
    columns = PointColumns(("road",), mile="mile", lon="x", lat="y")
    markers = street_sources.points(table, columns, "mile markers")
    index = build([markers], "NC", tmp_path, load.locator().locate)
    finder = Finder({"NC": index}, load.gazetteer())
    duplin = ("", "", "NC", "37061")
    found = find(
        finder, *((text, *duplin) for text in ("I-95 MM 54.5", "I 95 N MILE 55", "I-95 MM 57")),
        ("I-95 MM 54.5", "", "", "NC"), ("I-95 MM 54.5", "", "", "NC", "37183"),
        ("12 I-95", *duplin),  # markers are no streets
    )  # fmt: skip
    assert found["lat"].round(6).tolist()[:2] == [35.005, 35.01]
    assert found["method"].tolist() == ["mile marker", "mile marker", "", "", "", ""]
    assert found["reason"][2] == "no mile markers are loaded for this road"


# -- the index ------------------------------------------------------------------------------------


def test_an_index_is_small_and_can_be_put_together_from_its_parts(
    folder: Path, tmp_path: Path, shared_data: Path
) -> None:
    index = open_index(folder / "NC")
    size = sum(array.nbytes for array in index.arrays.values())
    assert size / len(index.segment_kind) < 160
    data = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    save_part(street_sources.read_tiger(data), tmp_path / "part.npz")
    again = build([load_part(tmp_path / "part.npz")], "NC", tmp_path / "again")
    for name, array in index.arrays.items():
        assert np.array_equal(array, again.arrays[name]), name
    assert again.vintage == index.vintage


def test_counties_of_points_are_asked_when_someone_knows(tmp_path: Path, shared_data: Path) -> None:
    data = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    index = build([street_sources.read_tiger(data)], "NC", tmp_path, load.locator().locate)
    assert set(np.unique(index.segment_county)) <= {37143, 37139, 37073, 37041, 37091}


def test_a_damaged_index_is_said(folder: Path, tmp_path: Path, shared_data: Path) -> None:
    assert installed(folder) == ["MT", "NC"]
    data = shared_data / "geocoding" / "tiger_mt30059" / "tl_2021_30059_addrfeat.shp"
    build([street_sources.read_tiger(data)], "MT", tmp_path)
    (tmp_path / "MT" / "lonlat.npy").write_bytes(b"torn")
    with pytest.raises(GeocodeError, match="damaged"):
        open_index(tmp_path / "MT")
    meta = tmp_path / "MT" / "meta.json"
    meta.write_text(json.dumps(json.loads(meta.read_text()) | {"format": 0}))
    with pytest.raises(GeocodeError, match="another version"):
        open_index(tmp_path / "MT")


def test_files_that_are_no_streets_are_refused(tmp_path: Path, amherst: gpd.GeoDataFrame) -> None:
    with pytest.raises(GeocodeError, match="not one of TIGER"):
        street_sources.read_tiger(tmp_path / "roads.shp")
    torn = tmp_path / "tl_2020_37143_edges.zip"
    torn.write_bytes(b"PK not really")
    with pytest.raises(GeocodeError, match="damaged"):
        street_sources.read_tiger(torn)
    with pytest.raises(GeocodeError, match="coordinate system"):
        street_sources.centerlines(amherst.set_crs(None, allow_override=True), AMHERST, "a")
    with pytest.raises(GeocodeError, match="no column"):
        street_sources.centerlines(amherst.drop(columns="LF_Addr"), AMHERST, "a")
    feet = pd.DataFrame({"s": ["Main St"], "n": ["1"], "x": ["1176000"], "y": ["1900000"]})
    with pytest.raises(GeocodeError, match="degrees"):
        street_sources.points(feet, PointColumns(("s",), "n", lon="x", lat="y"), "a")


def test_hospitals_are_near_their_zip_code_and_city(shared_data: Path) -> None:
    table = pd.read_csv(
        shared_data / "geocoding" / "hifld_hospitals.csv", dtype=str, encoding="utf-8-sig"
    )
    lon, lat = (table[name].astype(float).to_numpy() for name in ("LONGITUDE", "LATITUDE"))
    found = load.gazetteer().by_zip(table["ZIP"])
    here = found[["lon", "lat"]].to_numpy()
    off = distance_m(here[:, 0], here[:, 1], lon, lat)
    assert np.isfinite(off).mean() >= 0.995
    assert np.nanmedian(off) <= 2_100


def test_chicago_by_the_addresses_of_others(shared_data: Path, tmp_path: Path) -> None:
    """Cook County's own coordinates: every other address is known, the rest are looked for.

    The medical examiner's points and addresses come from one place, so an address that is known
    must be found where it is, and one between two known ones near them.
    """
    table = pd.read_csv(
        shared_data / "incidents" / "cook_county_me_opioid.csv", dtype=str, keep_default_na=False,
        encoding="utf-8-sig",
    )  # fmt: skip
    table = table[(table["longitude"] != "") & (table["INCIDENT_STREET"] != "")]
    parsed = [parse(text) for text in table["INCIDENT_STREET"]]
    table = table.assign(
        number=[str(one.number) for one in parsed], zip=table["INCIDENT_ZIP"].str[:5],
        street=[" ".join(part for part in one.street if part) for one in parsed],
        house=[one.kind == "house" for one in parsed],
    ).reset_index(drop=True)  # fmt: skip
    known = table[table["house"] & (table.index % 2 == 0)]
    columns = PointColumns(("street",), "number", "zip", "longitude", "latitude")
    points = street_sources.points(known, columns, "Cook")
    index = build([points], "IL", tmp_path, load.locator().locate)
    rest = table[table.index % 2 == 1].reset_index(drop=True)
    rows = pd.DataFrame({
        "address": rest["INCIDENT_STREET"], "zip": rest["zip"], "city": rest["INCIDENT_CITY"],
        "state": "IL", "county_fips": "",
    }).astype("str")  # fmt: skip
    finder = Finder({"IL": index}, load.gazetteer())
    found = finder.find(finder.read(rows))
    there = rest[["longitude", "latitude"]].astype(float).to_numpy()
    off = distance_m(found["lon"].to_numpy(), found["lat"].to_numpy(), there[:, 0], there[:, 1])
    right = pd.Series((off <= 250) | (off <= found["radius_m"].to_numpy()))
    same, between = found["precision"] == "00", found["precision"] == "03"
    assert same.sum() > 700
    assert np.median(off[same]) < 1
    assert right[same].mean() >= 0.99
    assert between.sum() > 600
    assert np.median(off[between]) < 100
    assert right[between].mean() >= found.loc[between, "score"].mean()
    counties = set(found.loc[found["precision"] != "", "geoid"])
    assert counties <= {"17031", "17043", "17097", "17197", ""}  # "": in the lake


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (("150 Pine St", "", "", "NC", "37183"), "not known"),  # Wake County, 200 km away
        (("150 Pine St", "27909", "Elizabeth City", "NC"), "not known"),  # Pasquotank County
        (("150 Pine St", "", "Edenton", "NC"), "not known"),  # Chowan County
        (("150 Pine St", "", "Sunny Acres", "NC"), "not known"),
        (("150 Pine St", "27601", "Raleigh", "NC"), "not known"),
        (("150 Pine St", "", "", "NC"), "no county, city or ZIP code"),
        (("W Grubb St & N Church St", "27909", "Elizabeth City", "NC"), "not known"),
    ],
)
def test_a_namesake_in_the_indexed_county_is_not_taken(finder: Finder, given, reason) -> None:
    """Only Perquimans County is indexed: its Pine St is not that of another place."""
    found = find(finder, given)
    assert found["precision"].tolist() == [""]
    assert reason in found["reason"][0]
    assert find(finder, ("150 Pine St", "27944", "", "NC"))["precision"].tolist() == ["03"]


def test_two_streets_with_nothing_between_are_a_crossing_where_they_meet(finder: Finder) -> None:
    """TIGER/Line 2020, Hertford: Market and N Church St share a node, Pine and Dobbs St none."""
    texts = ["Market St Church St", "Market St & Church St", "Pine St Dobbs St"]
    rows = [(text, "27944", "Hertford", "NC", "") for text in texts]
    answer = finder.find(finder.read(pd.DataFrame(rows, columns=list(ASKED)).astype("str")))
    assert answer["precision"].tolist() == ["04", "04", ""]
    assert answer["lon"][0] == answer["lon"][1]

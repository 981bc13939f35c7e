"""Written addresses to their parts: the suite of hard cases, and what must never change."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.geocoding.address import parse
from geo.geocoding.address_whole import (
    BLOCK,
    HOUSE,
    KINDS,
    MOST_LETTERS,
    NOTHING,
    Address,
    parse_whole,
    settled,
)
from geo.geocoding.street_names import NO_STREET, Street, split_name
from geo.geocoding.street_words import BARE_UNITS, DIRECTIONS, TYPE_NAMES, TYPES, UNITS

SUITE = Path(__file__).parent / "data" / "addresses.txt"
CITIES = frozenset({
    "HERTFORD", "HARTFORD", "STPAUL", "EHARTFORD", "WHARTFORD", "NEWHOPE", "KANSASCITY",
    "WASHINGTON", "MIAMI", "PORTLAND", "GARY", "CHICAGO",
})  # fmt: skip


def suite() -> list[tuple[str, ...]]:
    lines = SUITE.read_text(encoding="utf-8").splitlines()
    cases = [line for line in lines[3:] if line.strip() and not line.startswith("##")]
    return [tuple(part.strip() for part in line.split("|")) for line in cases]


CASES = suite()


def numbers(found: Address) -> str:
    if found.mile >= 0:
        return f"mm{round(found.mile, 1):g}"
    if found.kind == BLOCK:
        return f"{found.number}-{found.high}"
    return str(found.number) if found.number >= 0 else ""


def street(found: Street) -> str:
    return "" if found == NO_STREET else "/".join(found)


def crosses(found: Address) -> str:
    both = (street(one) for one in (found.cross, found.other_cross))
    return " - ".join(one for one in both if one)


def rest(found: Address) -> str:
    parts = {"u": found.unit, "c": found.city, "s": found.state, "z": found.zip}
    return " ".join(f"{name}={part}" for name, part in parts.items() if part)


def read(written: str) -> Address:
    text, _, city = written.partition(" ~ ")
    return parse(text, CITIES, city)


def test_the_suite_is_large_and_explains_itself() -> None:
    assert len(CASES) >= 400
    assert all(len(case) == 7 and case[6] for case in CASES)
    assert len({case[0] for case in CASES}) == len(CASES)
    assert {case[1] for case in CASES} == set(KINDS)


def test_a_type_behind_a_name_is_no_town() -> None:  # Lane SC, Cove TX
    assert parse("12 OAK LANE", {"LANE"}).street == ("", "OAK", "LN", "")
    assert parse("12, OAK COVE", {"COVE"}).street == ("", "OAK", "CV", "")
    assert parse("12 OAK HERTFORD VILLAGE", (), "HERTFORD").street == ("", "OAK", "", "")
    assert parse("12 OAK ST LANE", {"LANE"})[3:7:3] == (("", "OAK", "ST", ""), "LANE")


@pytest.mark.parametrize("case", CASES, ids=[f"{n}" for n in range(len(CASES))])
def test_the_suite(case: tuple[str, ...]) -> None:
    written, kind, number, name, cross, ends, why = case
    found = read(written)
    said = (found.kind, numbers(found), street(found.street), crosses(found), rest(found))
    assert said == (kind, number, name, cross, ends), f"{written}: {why}"


PLAIN = [case[0] for case in CASES if "~" not in case[0] and "\u2019" not in case[0]]


@pytest.mark.parametrize("change", [str.lower, str.title, str.upper])
def test_capitals_do_not_matter(change) -> None:
    # Title case writes "1St" and "O'Donnell'S": the letters stay the same.
    assert [text for text in PLAIN if read(change(text)) != read(text)] == []


@pytest.mark.parametrize("blank", ["  ", "    ", "\t"])
def test_blanks_do_not_matter(blank: str) -> None:
    assert [text for text in PLAIN if read(f" {text.replace(' ', blank)} ") != read(text)] == []


@pytest.mark.parametrize("mark", [",", ".", " ,", " .", ";", ", ,"])
def test_marks_at_the_end_do_not_matter(mark: str) -> None:
    assert [text for text in PLAIN if read(text + mark) != read(text)] == []


HOUSES = [f"{n} {street}" for n, street in zip(
    (1, 12, 123, 1234, 12345, 7, 376, 115), ("MAIN ST", "N OAK AVE", "COUNTY RD 12",
    "US HWY 17 N", "BROADWAY", "OLD US 17", "SEE VIEW LN", "LITTLE CT"), strict=True)]  # fmt: skip
PARTS = ["APT 4B", "#4B", "# 3", "UNIT 12", "STE 200", "2ND FLOOR", "BLDG C", "LOT 7", "RM 209",
         "FL 2", "APT. B", "TRLR 5", "REAR", "BSMT", "UPSTAIRS"]  # fmt: skip


@given(st.sampled_from(HOUSES), st.sampled_from(PARTS), st.integers(0, 7))
@settings(max_examples=500)
def test_where_the_unit_stands_does_not_matter(house: str, unit: str, where: int) -> None:
    number, _, street = house.partition(" ")
    written = (
        f"{house} {unit}", f"{house}, {unit}", f"{unit}, {house}", f"{unit} {house}",
        f"{number} {unit} {street}", f"{number}, {unit}, {street}", f"{number} {unit}, {street}",
        f"{house} - {unit}",
    )[where]  # fmt: skip
    found, plain = read(written), read(house)
    assert found.unit
    assert found._replace(unit="") == plain


@given(st.sampled_from(HOUSES), st.sampled_from(["", "APT 4B"]), st.integers(0, 5))
@settings(max_examples=200)
def test_marks_within_do_not_matter(house: str, unit: str, where: int) -> None:
    number, _, street = house.partition(" ")
    front = f"{unit}, " if unit else ""
    written = (
        f"{front}{number}, {street},", f"{front}{number}; {street}", f"{front}No. {house}",
        f'{front}"{house}"', f"{front}{house} ,", f"{front}House at {house}",
    )[where]  # fmt: skip
    assert read(written)._replace(unit="") == read(house)


REMARKS = ["OD PT JANE ROE DOB 1/2/80", "JOHN DOE", "white male 34yo narcan x2", "case 2024-1123",
           "252-555-1234", "- Jane Roe", "(Jane Roe)", "PT UNRESPONSIVE", "JANE ROE AND JOHN DOE",
           "(252) 555-1234", "found by J Doe"]  # fmt: skip
TYPED = [house for house in HOUSES if house != "12345 BROADWAY"]


@given(st.sampled_from(TYPED), st.sampled_from(REMARKS), st.sampled_from(["", "HERTFORD"]))
@settings(max_examples=300)
def test_nothing_behind_a_street_goes_into_it(house: str, remark: str, city: str) -> None:
    found = parse(f"{house} {remark}", CITIES, city)
    assert settled(found, found.zip) == parse(house, CITIES, city)


@given(st.text(max_size=60))
@settings(max_examples=500)
def test_nothing_written_makes_it_fail(written: str) -> None:
    found = parse(written)
    assert found.kind in KINDS
    assert (found.kind == HOUSE) <= (found.number > 0 and bool(found.street.base))


@given(st.text(alphabet="0123456789 ABNSEW#&@/,.-'STRDHWYPOBX", max_size=40))
@settings(max_examples=500)
def test_nothing_like_an_address_makes_it_fail(written: str) -> None:
    assert parse(written, CITIES, "HERTFORD").kind in KINDS


@pytest.mark.parametrize(
    "piece", ["A", "N ", "N.", "a-", "St ", "a and ", "\u00e9", "MM 5 ", "\u200d"]
)
def test_a_cell_of_a_hundred_thousand_letters_is_not_all_read(piece: str) -> None:
    cell = piece * (100_000 // len(piece))
    assert parse(f"12 Main St, {cell}") == parse(f"12 Main St, {cell[:MOST_LETTERS]}")
    assert parse(cell) == parse(cell[: 2 * MOST_LETTERS])


def test_an_endless_word_is_no_address_and_blanks_around_one_do_not_count() -> None:
    assert parse("A" * 100_000 + " St").kind == NOTHING
    assert parse(" " * 100_000 + "12 Main St" + " " * 100_000) == parse("12 Main St")


WORDS = sorted({*TYPES, *DIRECTIONS, *UNITS, *BARE_UNITS, "MAIN", "OAK", "ELM", "HERTFORD", "AND",
                "5TH", "22ND", "AT", "NC", "SAINT", "BLK", "MARTIN", "LUTHER", "KING", "US", "MM",
                "HARTFORD", "EAST", "THE", "OF", "A", "B", "17", "4B", "UNKNOWN", "HWY",
                "ONE", "MILE", "XX", "TH", "BLOCK", "(", "-", "&", "/", "12", "EXIT", "NO", ",",
                "27944", "# 5", "OD", "DOBBS", "BROADWAY", "EDENTON", "NEW", "LOUIS",
                "THRU", "WGRUBB", "1RST", "FS", "CORNER", "+", "C/O", "HUNDRED", "(120)", "NEAR",
                "FOREST", "SERVICE", "EXT", "**", "CT", "BETWEEN", "BTW", "CREEK", "COVE", "LANE",
                "FOUND", "JOHN"})  # fmt: skip


@given(
    st.integers(0, 99999),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    st.sampled_from(["", "HERTFORD", "KINGST"]),
)  # fmt: skip
@settings(max_examples=2000)
def test_the_quick_way_gives_the_answer_of_the_long_way(
    number: int, words: list[str], city: str
) -> None:
    text = " ".join([str(number), *words])
    assert parse(text, CITIES, city) == parse_whole(text, CITIES, city)


@pytest.mark.parametrize(
    ("written", "zip5"),
    [("12 MAIN ST", "27944"), ("12 MAIN ST 27932", "27932"), ("CORNER OF MAIN AND OAK", "27944")],
)
def test_the_zip_code_of_the_row_counts_where_the_text_has_none(written: str, zip5: str) -> None:
    assert parse(written, zip5="27944").zip == zip5


@pytest.mark.parametrize("case", CASES, ids=[f"{n}" for n in range(len(CASES))])
def test_the_quick_way_in_the_suite(case: tuple[str, ...]) -> None:
    text, _, city = case[0].partition(" ~ ")
    assert parse(text, CITIES, city) == parse_whole(text, CITIES, city)


def test_every_way_to_write_a_type_is_the_same_type() -> None:
    for written, short in TYPES.items():
        if written.isalpha() and written not in {"ST", "LA", "CO"}:
            assert split_name(f"MAPLEWOOD {written}") == Street("", "MAPLEWOOD", short, "")
    assert set(TYPES.values()) == set(TYPE_NAMES)


def test_real_streets_are_read(shared_data: Path) -> None:
    # Cook County's own street column: 12,321 rows; what cannot be read says no place, or names one.
    import pandas as pd  # noqa: PLC0415  (only here)

    table = pd.read_csv(
        shared_data / "incidents" / "cook_county_me_opioid.csv", dtype=str, encoding="utf-8-sig"
    )
    streets = table["INCIDENT_STREET"].dropna()
    kinds = streets.map(lambda text: parse(text).kind)
    starts_with_number = streets.str.match(r"^\d+ +[A-Za-z]")
    assert (kinds[starts_with_number] == HOUSE).mean() > 0.998
    assert (kinds == NOTHING).mean() < 0.02

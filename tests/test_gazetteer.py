"""Look-up of ZIP codes, cities and counties against real files and the Census Bureau's names."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries import load
from geo.geocoding import gazetteer, names

# (name as people write it, state, geoid from the Census Bureau's list of county codes)
COUNTIES = [
    ("Middlesex", "CT", "09007"),
    ("MIDDLESEX COUNTY", "Connecticut", "09007"),
    ("middlesex co.", "9", "09007"),
    ("Baltimore City", "MD", "24510"),
    ("BALTIMORE CITY COUNTY", "MD", ""),
    ("City of Baltimore", "MD", "24510"),
    ("Baltimore County", "MD", "24005"),
    ("St. Louis", "MO", "29189"),
    ("Saint Louis City", "MO", "29510"),
    ("St Louis County", "MO", "29189"),
    ("DeKalb", "GA", "13089"),
    ("De Kalb County", "GA", "13089"),
    ("DEKALB CO", "GA", "13089"),
    ("LaPorte", "IN", "18091"),
    ("La Porte County", "IN", "18091"),
    ("Prince George's", "MD", "24033"),
    ("PRINCE GEORGES COUNTY", "MD", "24033"),
    ("Prince George’s", "MD", "24033"),  # noqa: RUF001 (as word processors write it)
    ("Orleans", "LA", "22071"),
    ("Orleans Parish", "LA", "22071"),
    ("Parish of Orleans", "LA", "22071"),
    ("Orleans County", "LA", "22071"),
    ("LaSalle Parish", "LA", "22059"),
    ("Anchorage", "AK", "02020"),
    ("Juneau City and Borough", "AK", "02110"),
    ("Aleutians East Borough", "AK", "02013"),
    ("Nome Census Area", "AK", "02180"),
    ("Doña Ana", "NM", "35013"),
    ("DONA ANA COUNTY", "NM", "35013"),
    ("Miami-Dade", "FL", "12086"),
    ("Dade", "FL", "12086"),
    ("O'Brien", "IA", "19141"),
    ("Lac Qui Parle", "MN", "27073"),
    ("Ste. Genevieve", "MO", "29186"),
    ("Sainte Genevieve", "MO", "29186"),
    ("Alexandria", "VA", "51510"),
    ("Alexandria city", "VA", "51510"),
    ("James City County", "VA", "51095"),
    ("James City", "VA", "51095"),
    ("Charles City", "VA", "51036"),
    ("Fairfax City", "VA", "51600"),
    ("Fairfax", "VA", "51059"),
    ("Carson City", "NV", "32510"),
    ("District of Columbia", "DC", "11001"),
    ("Washington", "DC", "11001"),
    ("City and County of Denver", "CO", "08031"),
    ("Shannon", "SD", "46102"),
    ("Bayamon Municipio", "PR", "72021"),
    ("Iowa City", "IA", ""),  # a city, not Iowa County
    ("Capitol Planning Region", "CT", ""),
    ("Middlesex", "", ""),
    ("Nowhere", "CT", ""),
]
STATES = [
    ("Connecticut", "CT"), ("ct", "CT"), ("Conn.", "CT"), ("09", "CT"), ("9", "CT"), ("9.0", "CT"),
    ("NEW YORK", "NY"), ("N.Y.", "NY"), ("W Va", "WV"), ("District of Columbia", "DC"),
    ("D.C.", "DC"), ("Puerto Rico", "PR"), ("42", "PA"), ("Penna.", "PA"), ("Ontario", ""),
    ("", ""), ("03", ""), ("99", ""),
]  # fmt: skip
SHARED_NAMES = {  # boundaries.md names five in Virginia and Maryland; St. Louis is in Missouri
    ("MD", "Baltimore"), ("MO", "St. Louis"), ("VA", "Fairfax"), ("VA", "Franklin"),
    ("VA", "Richmond"), ("VA", "Roanoke"),
}  # fmt: skip


@pytest.fixture(scope="module")
def places():
    return load.gazetteer()


@pytest.mark.parametrize(("name", "state", "geoid"), COUNTIES)
def test_county_names(places, name, state, geoid):
    assert places.by_county(pd.Series([name]), pd.Series([state]))["geoid"].tolist() == [geoid]


def test_every_county_by_its_own_name(places):
    table = load.counties()
    for written in (table["name"], table["name"].str.upper(), table["name"].str.replace(" ", "")):
        found = places.by_county(written, table["state"])
        assert found["geoid"].tolist() == table.index.tolist()


def test_shared_names_mean_the_county_and_say_so(places):
    table = load.counties()
    bare = table.apply(lambda row: row["name"].removesuffix(row["kind"]).strip(), axis=1)
    answer = places.by_county(bare, table["state"])
    noted = answer["note"] == gazetteer.ALSO_A_CITY
    assert set(zip(table["state"][noted], bare[noted], strict=True)) == SHARED_NAMES
    assert (table.loc[answer["geoid"][noted], "kind"] == "County").all()
    assert not places.by_county(table["name"], table["state"])["note"].any()


@pytest.mark.parametrize(("text", "usps"), STATES)
def test_state_codes(text, usps):
    assert names.state_code(text) == usps


def test_states_are_those_of_the_boundaries():
    table = load.states()
    assert set(names.STATES) == set(table.index)
    assert {u: f for u, (f, _) in names.STATES.items()} == table["statefp"].to_dict()


@given(st.text(max_size=40))
def test_keys_never_fail_and_do_not_change_again(text):
    for key in (names.county_key, names.county_base_key, names.place_key):
        assert isinstance(key(text), str)
    assert names.words(names.words(text)) == names.words(text)


def test_zip_codes_as_written(places):
    written = pd.Series(["06103", "06103-1234", "6103", 6103, 6103.0, "061031234", " 06103 "])
    assert set(places.by_zip(written)["geoid"]) == {"09003"}
    nothing = places.by_zip(pd.Series(["", None, "UNKNOWN", "00000", "9", "123456"]))
    assert nothing["lon"].isna().all()
    assert (nothing["geoid"] == "").all()


def test_zip_counties_and_radius_on_hospitals(places, shared_data):
    # HIFLD hospitals carry ZIP, coordinates and county; geocoding.md: 99.7% found, median 2.08 km.
    table = pd.read_csv(
        shared_data / "geocoding" / "hifld_hospitals.csv", encoding="utf-8-sig", dtype="str"
    )
    found = places.by_zip(table["ZIP"])
    hit = found["lon"].notna()
    assert hit.mean() == pytest.approx(0.997, abs=0.001)
    away = distance_m(found, table["LONGITUDE"].astype(float), table["LATITUDE"].astype(float))
    assert away[hit].median() == pytest.approx(2080, abs=20)
    assert (away <= found["radius_m"])[hit].mean() > 0.9
    right = found["geoid"] == table["COUNTYFIPS"].replace("46113", "46102")
    assert right[hit].mean() > 0.975
    doubtful = found["county_share"] < 0.7
    assert right[hit & doubtful].mean() < 0.95 < right[hit & ~doubtful].mean()


def test_cities_on_hospitals(places, shared_data):
    # geocoding.md: a place tier from USPS names finds 99.65%, median 2.4 km.
    table = pd.read_csv(
        shared_data / "geocoding" / "hifld_hospitals.csv", encoding="utf-8-sig", dtype="str"
    )
    found = places.by_place(table["CITY"], table["STATE"])
    assert found["lon"].notna().mean() > 0.99
    away = distance_m(found, table["LONGITUDE"].astype(float), table["LATITUDE"].astype(float))
    assert away.median() < 2400


def test_connecticut_towns(places, shared_data):
    table = pd.read_csv(
        shared_data / "incidents" / "ct_accidental_drug_deaths_2012_2018.csv", dtype="str"
    )
    found = places.by_place(table["DeathCity"], pd.Series("CT", index=table.index))
    assert found["lon"].notna()[table["DeathCity"].notna()].mean() > 0.99
    named = places.by_county(table["DeathCounty"], pd.Series("CT", index=table.index))
    both = (found["geoid"] != "") & (named["geoid"] != "")
    assert (found["geoid"] == named["geoid"])[both].mean() > 0.98


def test_city_needs_its_state(places):
    answer = places.by_place(pd.Series(["Springfield", "Springfield"]), pd.Series(["", "IL"]))
    assert answer["geoid"].tolist() == ["", "17167"]


def test_county_codes(places):
    given_codes = pd.Series(["09007", "9007", 9007, "46113", "02270", "51515", "99999", None, "x"])
    answer = places.by_fips(given_codes)
    expected = ["09007", "09007", "09007", "46102", "02158", "51019", "", "", ""]
    assert answer["geoid"].tolist() == expected
    assert (answer["note"] == gazetteer.RENUMBERED).tolist() == [False] * 3 + [True] * 3 + [
        False
    ] * 3


def test_every_point_is_in_its_county(places):
    table = load.counties()
    assert (load.locator().locate(table["lon"], table["lat"]) == table.index).all()
    assert places.by_fips(table.index.to_series())["radius_m"].between(1000, 400_000).mean() > 0.99


def test_answers_keep_the_index(places):
    index = pd.Index(["b", "a", "b"])
    written = pd.Series(["06103", None, "60601"], index=index)
    for answer in (
        places.by_zip(written),
        places.by_place(written, written),
        places.by_county(written, written),
        places.by_fips(written),
    ):
        pd.testing.assert_index_equal(answer.index, index)


def test_time_zones(places):
    # IANA: the Florida panhandle, El Paso and most of western Kentucky are an hour behind.
    geoids = pd.Series(["09007", "17031", "12033", "48141", "21145", "15003", "04013", "", "99999"])
    assert places.timezone_of(geoids).tolist() == [
        "America/New_York", "America/Chicago", "America/Chicago", "America/Denver",
        "America/Chicago", "Pacific/Honolulu", "America/Phoenix", "", "",
    ]  # fmt: skip
    assert places.name_of(geoids).iloc[1] == "Cook County, IL"


def distance_m(found, lon, lat):
    """Great-circle distance, spherical law of cosines: another formula than the code's."""
    a, b = np.radians(found["lat"]), np.radians(lat)
    turn = np.radians(found["lon"] - lon)
    cosine = np.sin(a) * np.sin(b) + np.cos(a) * np.cos(b) * np.cos(turn)
    return 6_371_008.8 * np.arccos(cosine.clip(-1, 1))

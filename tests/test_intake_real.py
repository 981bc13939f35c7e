"""The real files, through the whole of intake; figures counted from the raw files by other code."""

import csv
import re
from collections import Counter
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from boundaries import load
from geo.geocoding.cascade import place
from geo.ingest import open_table, propose, read
from geo.schema import COLUMNS, Records

CT = "ct_accidental_drug_deaths_2012_2018.csv"
COOK = "cook_county_me_opioid.csv"
WONDER = "cdc_wonder_county_opioid_deaths_2006_2012.txt"
ODIN = "pa_overdose_information_network_2018.csv"
SEIZURES = "pa_opioid_seizures_2013_2018.csv"


@cache
def records_of(path: Path) -> Records:
    return place(read(open_table(path, path.name)), load.gazetteer(), load.locator())


def raw_rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def notes_with(records: Records, words: str) -> list[int]:
    return [note.count for note in records.report.notes if words in note.text]


@pytest.fixture(scope="module")
def incidents(shared_data: Path) -> Path:
    return shared_data / "incidents"


@pytest.mark.parametrize("name", [CT, COOK, WONDER, ODIN, SEIZURES])
def test_every_row_is_kept_or_dropped_and_the_table_keeps_its_contract(
    incidents: Path, name: str
) -> None:
    records = records_of(incidents / name)
    report = records.report
    assert report.rows_read == report.kept + sum(report.dropped.values())
    assert len(report.quarantine) == sum(report.dropped.values())
    assert tuple(records.table.columns) == COLUMNS
    assert records.table.index.tolist() == list(range(len(records.table)))
    assert records.table["record_id"].is_unique
    unplaced = records.table["precision"] == "99"
    assert (records.table["lon"].isna() == unplaced).all()
    assert ((records.table["geoid"] == "") == unplaced).all()


def test_connecticut_state_centroid_is_never_a_place(incidents: Path) -> None:
    records = records_of(incidents / CT)
    table, raw = records.table, raw_rows(incidents / CT)
    assert len(raw) == len(table) == 5105

    def point(text: str) -> tuple[str, ...] | None:
        found = re.search(r"\((-?[\d.]+), (-?[\d.]+)\)", text)
        return found.groups() if found else None

    center = ("41.575155", "-72.738288")
    # The first of injury and death with a point that is not the state's, straight from the cells.
    expected = [
        next(
            (
                p
                for r in ("InjuryCityGeo", "DeathCityGeo")
                if (p := point(row[r])) not in {None, center}
            ),
            None,
        )
        for row in raw
    ]
    lost = {n for n, p in enumerate(expected) if p is None}
    assert len(lost) == 3
    assert set(table.index[table["precision"] == "99"]) == lost
    assert not ((table["lat"] == 41.575155) & (table["lon"] == -72.738288)).any()
    same = [
        (f"{lat:.6f}", f"{lon:.6f}") == tuple(f"{float(v):.6f}" for v in p)
        for lat, lon, p in zip(table["lat"], table["lon"], expected, strict=True)
        if p is not None
    ]
    # Three rows keep no point of theirs: two are placed by county, one point lies in the Sound.
    # Four more name another county than that of their town's middle: Port Chester and South Salem
    # are in Westchester, Wingdale in Dutchess County, New York; one Chaplin is said to be in
    # Hartford County.
    towns_and_counties = {
        ("PORT CHESTER", "WESTCHESTER"): "36119", ("SOUTH SALEM", "WESTCHESTER"): "36119",
        ("WINGDALE", "DUTCHESS"): "36027", ("CHAPLIN", "HARTFORD"): "09003",
    }  # fmt: skip
    named = {
        n: towns_and_counties[row["InjuryCity"], row["InjuryCounty"]]
        for n, row in enumerate(raw)
        if (row["InjuryCity"], row["InjuryCounty"]) in towns_and_counties
        and row["InjuryState"]  # one South Salem says no state: its label says Connecticut
        and point(row["InjuryCityGeo"]) not in {None, center}
    }
    assert len(named) == 4
    assert table.loc[list(named), "geoid"].tolist() == list(named.values())
    assert notes_with(records, "in another county than the row names") == [4]
    assert len(same) - sum(same) <= 3 + 4
    assert notes_with(records, "Place of injury: 1,756 rows on the middle of a state") == [1756]
    # Towns of Middlesex County, from the Secretary of the State's register of towns.
    towns = {
        "CHESTER", "CLINTON", "CROMWELL", "DEEP RIVER", "DURHAM", "EAST HADDAM", "EAST HAMPTON",
        "ESSEX", "HADDAM", "KILLINGWORTH", "MIDDLEFIELD", "MIDDLETOWN", "OLD SAYBROOK", "PORTLAND",
        "WESTBROOK",
    }  # fmt: skip
    label = [
        next(
            row[r].split(", CT")[0].strip().upper()
            for r in ("InjuryCityGeo", "DeathCityGeo")
            if point(row[r]) not in {None, center}
        )
        for row, p in zip(raw, expected, strict=True)
        if p is not None
    ]
    tally = sum(name in towns for name in label)
    middlesex = int((table["geoid"] == "09007").sum())
    assert tally <= middlesex <= tally * 1.05  # villages within the towns come on top
    assert middlesex < 250  # 1,830 in a later download when the state's middle is taken as a place


def test_connecticut_dates_roles_and_precision(incidents: Path) -> None:
    records = records_of(incidents / CT)
    table, raw = records.table, raw_rows(incidents / CT)
    kinds = Counter(row["DateType"] for row in raw)
    assert (table["date_role"] == "death").sum() == kinds["DateofDeath"] == 2822
    assert (table["date_role"] == "reported").sum() == kinds["DateReported"] == 2281
    assert table["occurred_on"].isna().sum() == 2
    days = [
        datetime.strptime(r["Date"][:10], "%m/%d/%Y").date() if r["Date"] else None for r in raw
    ]
    assert days == [None if pd.isna(day) else day.date() for day in table["occurred_on"]]
    # Town centers are not addresses: nothing here may enter a grid or a density.
    assert set(table["precision"]) == {"11", "12", "99"}
    heroin = sum(row["Heroin"] == "Y" for row in raw)
    named = sum(
        row["Heroin"] != "Y" and bool(re.search("heroin", row["COD"] + row["Other"], re.IGNORECASE))
        for row in raw
    )
    assert heroin <= table["drugs"].str.contains("|heroin|", regex=False).sum() <= heroin + named
    assert set(table["outcome"]) == {"fatal"}


def test_cook_county_days_are_local_and_year_9999_is_no_date(incidents: Path) -> None:
    records = records_of(incidents / COOK)
    table, raw = records.table, raw_rows(incidents / COOK)
    assert len(raw) == len(table) == 12321
    zone = ZoneInfo("America/Chicago")

    def utc(text: str) -> datetime | None:
        return datetime.strptime(text + "00", "%Y/%m/%d %H:%M:%S%z") if text else None

    moved = 0
    for row, day, role in zip(raw, table["occurred_on"], table["date_role"], strict=True):
        incident = utc(row["INCIDENT_DATE"])
        usable = incident is not None and incident.year < 2030
        when = incident if usable else utc(row["DEATH_DATE"])
        assert when is not None
        assert day.date() == when.astimezone(zone).date()
        assert role == ("incident" if usable else "death")
        moved += when.astimezone(zone).date() != when.date()
    assert notes_with(records, "on another day by the local clock") == [moved]
    assert table["occurred_on"].max().date() <= date(2023, 7, 27)  # SOURCES: the last death
    assert notes_with(records, '"INCIDENT_DATE" before 1990 or in the future') == [1]


def test_cook_county_death_dates_move_2518_rows(incidents: Path) -> None:
    raw = open_table(incidents / COOK, COOK)
    mapping = propose(raw).with_choice("incident.date", None)
    records = place(read(raw, mapping), load.gazetteer(), load.locator())
    # SOURCES: converting the UTC days to America/Chicago moves 2,518 rows.
    assert notes_with(records, "on another day by the local clock") == [2518]
    assert set(records.table["date_role"]) == {"death"}


def test_cook_county_degrees_are_used_and_feet_are_not(incidents: Path) -> None:
    records = records_of(incidents / COOK)
    table, raw = records.table, raw_rows(incidents / COOK)
    without = [n for n, row in enumerate(raw) if not row["longitude"]]
    assert len(without) == 972
    given = table["method"] == "coordinates given"
    assert given.sum() == 12321 - 972
    assert not given[without].any()
    for row, lon, lat, known in zip(raw, table["lon"], table["lat"], given, strict=True):
        if known:
            assert (lon, lat) == (float(row["longitude"]), float(row["latitude"]))
    # The rest stand on ZIP codes and cities, never on points; those with neither stay unplaced.
    assert set(table.loc[without, "precision"]) <= {"09", "10", "11", "99"}
    nowhere = sum(
        not raw[n]["INCIDENT_ZIP"] and raw[n]["INCIDENT_CITY"] in {"", "UNKNOWN"} for n in without
    )
    assert nowhere <= (table["precision"] == "99").sum() <= nowhere + 20
    assert notes_with(records, "outside all counties, in water") == [3]  # SOURCES: 3 in the lake
    used = {choice.column for choice in records.report.mapping}
    assert {"RESIDENCE_CITY", "RESIDENCE_ZIP"}.isdisjoint(used)


def test_wonder_suppressed_is_missing_and_never_zero(incidents: Path) -> None:
    records = records_of(incidents / WONDER)
    table = records.table
    counties = [
        row for row in raw_rows(incidents / WONDER, "\t") if (row["County Code"] or "").isdigit()
    ]
    assert len(counties) == len(table) == 3147
    assert sum(records.report.dropped.values()) == 87
    suppressed = [row["Deaths"] == "Suppressed" for row in counties]
    assert sum(suppressed) == 1584
    assert table.loc[suppressed, "count"].isna().all()
    numbers = [float(row["Deaths"]) if row["Deaths"].isdigit() else None for row in counties]
    assert [None if pd.isna(v) else v for v in table["count"]] == numbers
    assert records.incidents == sum(v for v in numbers if v is not None)
    assert notes_with(records, '"Deaths" suppressed') == [1584]
    population = [float(r["Population"]) if r["Population"].isdigit() else None for r in counties]
    # A county without people has no rate either: zero is missing.
    assert [None if pd.isna(v) else v for v in table["population"]] == [
        v or None for v in population
    ]
    kept = [row["County Code"] for row in counties]
    recoded = {"46113", "02270", "51515"}
    same = [
        code == geoid
        for code, geoid in zip(kept, table["geoid"], strict=True)
        if geoid and code not in recoded
    ]
    assert sum(not value for value in same) <= 1
    assert records.area_counts
    assert set(table["outcome"]) == {"fatal"}


def test_odin_rows_fold_to_incidents(incidents: Path) -> None:
    records = records_of(incidents / ODIN)
    table, raw = records.table, raw_rows(incidents / ODIN)
    by_incident: dict[str, list[dict[str, str]]] = {}
    for row in raw:
        by_incident.setdefault(row["Incident ID"], []).append(row)
    assert records.report.kept == len(raw) == 4625
    assert len(table) == records.incidents == len(by_incident) == 3386
    assert records.extra == {"victims": 3445}
    fatal = {key for key, rows in by_incident.items() if any(r["Survive"] == "N" for r in rows)}
    assert set(table.loc[table["outcome"] == "fatal", "record_id"]) == fatal
    heroin = {
        key
        for key, rows in by_incident.items()
        if any("HEROIN" in r["Susp OD Drug Desc"] for r in rows)
    }
    assert (
        set(table.loc[table["drugs"].str.contains("|heroin|", regex=False), "record_id"]) == heroin
    )
    # The county where it happened, not where the victim lives.
    county = {key: rows[0]["Incident County Name"] for key, rows in by_incident.items()}
    names = load.gazetteer().name_of(table["geoid"])
    for key, name in zip(table["record_id"], names, strict=True):
        assert name == f"{county[key]} County, PA"


def test_odin_doses_times_and_people(incidents: Path) -> None:
    records = records_of(incidents / ODIN)
    table = records.table.set_index("record_id")
    by_incident: dict[str, list[dict[str, str]]] = {}
    for row in raw_rows(incidents / ODIN):
        by_incident.setdefault(row["Incident ID"], []).append(row)
    ages = {("80", "130"): 85.0}  # 80 and over: the middle of ten years
    for key, rows in by_incident.items():
        given = {r["Administration ID"]: r["Dose Count"] for r in rows if r["Dose Count"] != "NULL"}
        doses = sum(int(number) for number in given.values())
        found = table.loc[key]
        assert found["parts"] == len(rows)
        assert found["naloxone_doses"] == doses
        assert (found["naloxone"] == "yes") == any(r["Naloxone Administered"] == "Y" for r in rows)
        first = rows[0]
        clock = first["Incident Time"]
        if clock == "NULL":
            assert pd.isna(found["minute_of_day"])
            assert found["time_precision"] == "day"
        else:
            hour, minute, _ = clock.split(":")
            assert found["minute_of_day"] == 60 * int(hour) + int(minute)
            assert found["time_precision"] == "minute"
        band = (first["Age Start Description"], first["Age End Desc"])
        assert found["age"] == ages.get(band, (int(band[0]) + int(band[1]) + 1) / 2)
        assert found["sex"] == {"Male": "M", "Female": "F"}.get(first["Gender Desc"], "")
    assert table["parts"].sum() == 4625
    assert records.row_ids is not None
    assert records.row_ids.tolist() == [row["Incident ID"] for row in raw_rows(incidents / ODIN)]


def test_seizures_add_up_by_county_drug_and_quarter(incidents: Path) -> None:
    records = records_of(incidents / SEIZURES)
    table = records.table
    counted: dict[str, Counter[str]] = {"geoid": Counter(), "drugs": Counter(), "start": Counter()}
    kilograms: Counter[str] = Counter()
    otherwise = 0  # rows whose quarter and first day disagree
    classes = {"Heroin": "|heroin|", "Fentanyl": "|fentanyl|", "Opium": "|opioid_unspecified|"}
    for row in raw_rows(incidents / SEIZURES):
        number = int(row["Incident Count"].replace(",", ""))
        abroad = row["County Name"] == "Out of State"
        counted["geoid"]["" if abroad else "42" + row["FIPS County Code"]] += number
        counted["drugs"][classes[row["Drug"]]] += number
        month = {"Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10}[row["Qtr"]]
        start = datetime.strptime(row["Qtr Start Date"], "%m/%d/%Y").date()
        counted["start"][start.isoformat()] += number
        otherwise += start != date(int(row["Year"]), month, 1)
        kilograms[classes[row["Drug"]]] += float(row["Drug Quantity"].replace(",", ""))
    table = table.assign(start=table["occurred_on"].dt.strftime("%Y-%m-%d"))
    for name, tally in counted.items():
        assert table.groupby(name)["count"].sum().to_dict() == dict(tally)
    assert (len(counted["geoid"]), len(counted["drugs"]), len(counted["start"])) == (67, 3, 23)
    assert set(table["time_precision"]) == {"quarter"}
    assert notes_with(records, "not the start of the period given") == [otherwise] == [1]
    for drug, mass in table.groupby("drugs")["mass_g"].sum().items():
        assert mass == pytest.approx(1000 * kilograms[str(drug)])
    assert set(table["unit"]) == {"KG"}


def test_connecticut_and_cook_county_people_and_clocks(incidents: Path) -> None:
    table, raw = records_of(incidents / CT).table, raw_rows(incidents / CT)
    assert table["age"].fillna(-1).tolist() == [float(row["Age"] or -1) for row in raw]
    sexes = {"Male": "M", "Female": "F"}
    assert table["sex"].tolist() == [sexes.get(row["Sex"], "") for row in raw]
    # Every date is at 12:00:00 AM: days, not minutes.
    assert set(table["time_precision"]) == {"day", ""}
    reported = [row["DateType"] == "DateReported" for row in raw]
    assert (table["reported_on"].notna() == reported).all()
    table, raw = records_of(incidents / COOK).table, raw_rows(incidents / COOK)
    zone = ZoneInfo("America/Chicago")
    for row, minute in zip(raw, table["minute_of_day"], strict=True):
        text = row["INCIDENT_DATE"]
        if text and not text.startswith("9999"):
            local = datetime.strptime(text + "00", "%Y/%m/%d %H:%M:%S%z").astimezone(zone)
            assert minute == local.hour * 60 + local.minute


def test_seizures_are_counts_of_counties(incidents: Path) -> None:
    records = records_of(incidents / SEIZURES)
    table, raw = records.table, raw_rows(incidents / SEIZURES)
    assert records.area_counts
    assert set(table["kind"]) == {"seizure"}
    assert records.incidents == sum(int(r["Incident Count"].replace(",", "")) for r in raw)
    abroad = [row["County Name"] == "Out of State" for row in raw]
    assert set(table.loc[abroad, "precision"]) == {"99"}
    expected = ["" if a else "42" + r["FIPS County Code"] for a, r in zip(abroad, raw, strict=True)]
    assert table["geoid"].tolist() == expected
    assert set(table["precision"]) == {"12", "99"}
    days = [datetime.strptime(row["Qtr Start Date"], "%m/%d/%Y").date() for row in raw]
    assert [value.date() for value in table["occurred_on"]] == days

"""Seizures of several drugs: each drug keeps its quantity, from the file to the sums by drug.

Expected sums are those of pandas over the raw rows, with the units of `records.md`.
"""

import io
from dataclasses import replace

import pandas as pd
import pytest

from analysis.incidents import incident_layer
from analysis.seizures import by_drug, listed
from analysis.study import Study
from boundaries import changed, load
from boundaries.intake import placed
from geo.errors import SchemaError
from geo.ingest import Mapping, open_table, propose
from geo.ingest.aside import up_to_date, why_aside
from geo.schema import Records
from geo.seized import Part, of_record, parts_of, spell
from geo.store import Correction, FolderStore, open_store
from geo.store import backup as backups
from geo.store.mending import guarded
from tests.store_files import answers, put, to_csv

# One row a drug, as the property segment of NIBRS has them: letters, and a unit for each.
NIBRS = """ORI,Incident Number,Incident Date,County,State,Suspected Drug Type,Est Drug Quantity,Unit
IL0160000,24-001,2024-01-02,Cook,IL,D,12.5,GM
IL0160000,24-001,2024-01-02,Cook,IL,E,2,LB
IL0160000,24-001,2024-01-02,Cook,IL,P,30,DU
IL0160000,24-002,2024-01-03,Cook,IL,D,1,OZ
IL0160000,24-002,2024-01-03,Cook,IL,B,,XX
"""
LETTERS = {"D": "|heroin|", "E": "|cannabis|", "P": "|other|", "B": "|cocaine|"}
GRAMS = {"GM": 1, "KG": 1000, "OZ": 28.349523125, "LB": 453.59237}
PLACE = "County,State"
LOUISIANA = [
    "Acadia", "Allen", "Ascension", "Assumption", "Avoyelles", "Beauregard", "Bienville", "Bossier",
    "Caddo", "Calcasieu", "Caldwell", "Cameron", "Catahoula", "Claiborne", "Concordia",
]  # fmt: skip


def records_of(text: str, mapping: Mapping | None = None) -> Records:
    raw = open_table(text.encode(), "seizures.csv")
    return placed(raw, mapping or propose(raw))


def parts_said(text: str) -> list[tuple[str, float, str]]:
    """Drug, quantity (-1 unknown) and unit of each part, in the order of the records."""
    parts = parts_of(records_of(text).table)
    return list(zip(parts["drugs"], parts["quantity"].fillna(-1), parts["unit"], strict=True))


def masses_said(text: str) -> dict[str, float]:
    sums: dict[str, float] = by_drug(records_of(text).table)["mass_g"].dropna().to_dict()
    return sums


@pytest.fixture
def store(tmp_path) -> FolderStore:
    return open_store(tmp_path / "store", load.locator())


def masses(store: FolderStore, source: str = "EMS") -> dict[str, float]:
    return by_drug(store.records(source).table)["mass_g"].dropna().to_dict()


def test_sums_by_drug_are_those_of_the_raw_rows() -> None:
    records = records_of(NIBRS)
    assert (len(records.table), records.table["parts"].tolist()) == (2, [3, 2])
    raw = pd.read_csv(io.StringIO(NIBRS))
    raw["drugs"] = raw["Suspected Drug Type"].map(LETTERS)
    raw["mass_g"] = raw["Est Drug Quantity"] * raw["Unit"].map(GRAMS)
    sums = by_drug(records.table)
    expected = raw.groupby("drugs")["mass_g"].sum(min_count=1)
    pd.testing.assert_series_equal(sums["mass_g"].sort_index(), expected)
    assert sums["doses"].dropna().to_dict() == {"|other|": 30}
    assert sums["not_known"][lambda n: n > 0].to_dict() == {"|cocaine|": 1}
    assert sums["seizures"].to_dict() == {
        "|heroin|": 2, "|cannabis|": 1, "|cocaine|": 1, "|other|": 1
    }  # fmt: skip


def test_sums_of_area_counts_stand_for_their_seizures(shared_data) -> None:
    path = shared_data / "incidents" / "pa_opioid_seizures_2013_2018.csv"
    raw = pd.read_csv(path, thousands=",")
    sums = by_drug(records_of(path.read_text("utf-8-sig")).table)
    counted = raw.groupby("Drug")["Incident Count"].sum()
    assert sorted(sums["seizures"]) == sorted(counted)
    assert sorted(sums["mass_g"]) == pytest.approx(
        sorted(1000 * raw.groupby("Drug")["Drug Quantity"].sum())
    )


@pytest.mark.parametrize(
    "header",
    [
        "Drug 1,Quantity 1,Unit 1,Drug 2,Quantity 2,Unit 2,Drug 3,Quantity 3,Unit 3",
        "Drug,Quantity,Unit,Drug2,Quantity2,Unit2,Drug3,Quantity3,Unit3",
        ",".join(f"Drug{n}_Type,Drug{n}_Qty,Drug{n}_Unit" for n in (1, 2, 3)),
    ],
)
def test_numbered_columns_are_a_drug_each(header) -> None:
    said = parts_said(
        f"Case Number,Seizure Date,{PLACE},{header}\n"
        "1,2024-01-02,Cook,IL,Heroin,12.5,GM,Marijuana,2,LB,Blue pills,30,DU\n"
        "2,2024-01-03,Cook,IL,Heroin,1,OZ,,,,,,\n"
    )
    assert said == [
        ("", 30, "DU"), ("|cannabis|", 2, "LB"), ("|heroin|", 12.5, "GM"), ("|heroin|", 1, "OZ")
    ]  # fmt: skip


def test_a_third_drug_that_comes_next_month_is_read_by_the_remembered_columns(store) -> None:
    header = f"Case Number,Seizure Date,{PLACE},Drug 1,Quantity 1,Unit 1,Drug 2,Quantity 2,Unit 2\n"
    put(store, (header + "1,2024-01-02,Cook,IL,Heroin,12.5,GM,,,\n").encode())
    put(store, (header + "2,2024-02-02,Cook,IL,Heroin,1,GM,Cocaine,4,GM\n").encode(), name="b.csv")
    assert masses(store) == {"|heroin|": 13.5, "|cocaine|": 4}


def test_columns_called_by_a_drug_are_read_in_their_unit() -> None:
    text = (
        f"Case,Date,{PLACE},HEROIN_GRAMS,Fentanyl (g),cocaine_kg,Meth (oz)\n"
        "1,2024-01-02,Cook,IL,12.5,0,1,\n2,2024-01-03,Cook,IL,,3,,<0.1\n"
        "3,2024-01-04,Cook,IL,,-2,0,\n"
        "4,2024-01-05,Cook,IL,1,trace,,5 g\n"
    )
    records = records_of(text)
    assert records.table["drugs"].tolist() == [
        "|cocaine|heroin|", "|fentanyl|meth|", "", "|fentanyl|heroin|meth|"
    ]  # fmt: skip
    assert by_drug(records.table)["mass_g"].dropna().to_dict() == {
        "|heroin|": 13.5, "|fentanyl|": 3, "|cocaine|": 1000
    }  # fmt: skip
    # A limit, a trace and a unit other than the column's say that there was some, not how much.
    not_known = by_drug(records.table)["not_known"]
    assert not_known[not_known > 0].to_dict() == {"|meth|": 2, "|fentanyl|": 1, "": 1}
    warned = [n.text for n in records.report.notes if n.severity == "warning"]
    assert any('"Fentanyl (g)" below zero, a limit or no number' in text for text in warned)
    assert any('another unit than the name of "Meth (oz)"' in text for text in warned)
    assert not any("not read" in text for text in warned)


def test_one_column_called_by_a_drug_needs_a_word_of_seizures() -> None:
    rows = f"Date,{PLACE},Fentanyl (g)\n2024-01-02,Cook,IL,3\n"
    assert parts_said(rows.replace("Date", "Seizure Date", 1)) == [("|fentanyl|", 3, "GM")]
    raw = open_table(rows.encode(), "calls.csv")  # the file's name says it as well
    assert "drug_quantity" not in {choice.role for choice in propose(raw).choices}


@pytest.mark.parametrize("is_wide", [True, False])
def test_grams_by_county_and_year_are_no_seizures(*, is_wide: bool) -> None:
    """15 counties in 3 years: of how many seizures each row is, only a person can say."""
    rows = [(county, year) for county in range(15) for year in (2020, 2021, 2022)]
    head = "County,State,Year," + ("Heroin (kg),Meth (kg),Cocaine (kg)" if is_wide else "Drug,Kg")
    text = "\n".join(
        [head]
        + [
            f"{LOUISIANA[county]},LA,{year},"
            + (f"{county}.5,{year % 7},0" if is_wide else "Heroin,2")
            for county, year in rows
        ]
    )
    raw = open_table(text.encode(), "seizures.csv")
    mapping = propose(raw)
    assert any("Rows seem to be counts of areas" in why for why in mapping.reasons)
    with pytest.raises(SchemaError, match="no column is chosen"):
        placed(raw, mapping)
    each = placed(raw, replace(mapping, area_counts=False))  # the person's word
    assert len(each.table) == 45


@pytest.mark.parametrize(
    ("columns", "sums"),
    [
        ("Fentanyl Powder (g),Fentanyl Tablets (g),Total Fentanyl (g)", {"|fentanyl|": 105}),
        ("Heroin (g),Cocaine (g),Total Weight (g)", {"|heroin|": 15, "|cocaine|": 90}),
        ("Heroin_KG,Cocaine_KG,Total_KG", {"|heroin|": 15000, "|cocaine|": 90000}),
        ("Fentanyl (g),Heroin (g),Total Opioids (g)", {"|fentanyl|": 15, "|heroin|": 90}),
    ],
)
def test_a_total_beside_its_parts_is_not_added_to_them(columns, sums) -> None:
    text = (
        f"Case No,Seizure Date,{PLACE},{columns}\n1,2024-01-05,Cook,IL,10,90,100\n"
        "2,2024-01-06,Cook,IL,5,0,5\n3,2024-01-07,Cook,IL,,,7\n"
    )
    mapping = propose(open_table(text.encode(), "a.csv"))
    total = columns.rpartition(",")[2]
    assert why_aside(mapping)[total].startswith("Total of columns beside it")
    assert any(f'"{total}"' in why and "total" in why for why in mapping.reasons)
    records = records_of(text)
    assert by_drug(records.table)["mass_g"].dropna().to_dict() == pytest.approx(sums)
    lost = [n for n in records.report.notes if "not counted" in n.text]
    assert [(n.rows, n.severity) for n in lost] == [((4,), "warning")]
    alone = mapping
    for part in columns.split(",")[:2]:
        alone = alone.without(part)
    chosen = alone.with_choice("drug_quantity", total)  # the person's word
    assert not any("total of columns" in why for why in up_to_date(chosen).reasons)


def test_a_column_that_adds_others_up_is_a_total_under_any_name() -> None:
    rows = [(10, 90, 100), (5, 1, 6), (2, 2, 4), (0, 3, 3)]
    text = f"Case No,Seizure Date,{PLACE},Fentanyl Powder (g),Fentanyl Tablets (g),Fentanyl (g)\n"
    text += "".join(f"{n},2024-01-05,Cook,IL,{a},{b},{c}\n" for n, (a, b, c) in enumerate(rows))
    assert masses_said(text) == {"|fentanyl|": 113}
    # What adds up to no other column is powder, tablets and more of it.
    assert masses_said(text.replace(",100\n", ",7\n")) == {"|fentanyl|": 113 + 20}


def test_pills_plants_and_volumes_beside_masses_are_read_too() -> None:
    """By hand: a pill, hit or dose is a dosage unit, a volume stays one."""
    text = (
        f"Case No,Seizure Date,{PLACE},Heroin (g),Fentanyl pills,Marijuana plants,Heroin_DU,"
        "Meth (ml),LSD hits,Hash (g),Heroin/Fentanyl (g),Meth dosage units,Oxy 30 mg tablets\n"
        "1,2024-01-05,Cook,IL,12.5,30,4,8,250,6,3,20,2,9\n"
    )
    said = parts_said(text)
    assert said == [
        ("|cannabis|", 3, "GM"), ("|cannabis|", 4, "NP"), ("|fentanyl|", 30, "DU"),
        ("|fentanyl|heroin|", 20, "GM"), ("|heroin|", 12.5, "GM"), ("|heroin|", 8, "DU"),
        ("|meth|", 250, "ML"), ("|meth|", 2, "DU"), ("|other|", 6, "DU"), ("|rx_opioid|", 9, "DU"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "columns",
    [
        "Heroin (mg/L),Fentanyl (ng/mL)",
        "heroin_ng_ml,fentanyl_mg_per_l",
        "Methadone doses,Heroin ($)",
    ],
)
def test_what_was_found_in_blood_or_given_was_not_seized(columns) -> None:
    raw = open_table(f"Date,{PLACE},{columns}\n2023-01-01,Cook,IL,1,2\n".encode(), "calls.csv")
    assert "drug_quantity" not in {choice.role for choice in propose(raw).choices}


def test_amounts_with_a_column_of_units_for_each_drug() -> None:
    text = (
        f"Case No,Seizure Date,{PLACE},Heroin Amount,Heroin UOM,Meth Amount,Meth UOM\n"
        "1,2024-01-05,Cook,IL,10,G,2,LB\n2,2024-01-06,Cook,IL,5,KG,,\n"
    )
    assert parts_said(text) == [
        ("|heroin|", 10, "GM"), ("|meth|", 2, "LB"), ("|heroin|", 5, "KG")
    ]  # fmt: skip
    both = (
        f"Case No,Seizure Date,{PLACE},Fentanyl Powder Qty,Fentanyl Pill Qty,Fentanyl Powder Unit,"
        "Fentanyl Pill Unit\n1,2024-01-05,Cook,IL,10,200,OZ,DU\n"
    )
    assert parts_said(both) == [("|fentanyl|", 200, "DU"), ("|fentanyl|", 10, "OZ")]


def test_what_cannot_be_measured_keeps_its_part() -> None:
    header = f"Case Number,Seizure Date,{PLACE},Drug,Quantity,Unit\n"
    same = "1,2024-01-02,Cook,IL"
    text = header + "".join(
        f"{same},{cells}\n"
        for cells in ("Heroin,,GM", "Meth,-5,GM", "Cocaine,<0.1,GM", "Fentanyl,7,bundles")
    )
    assert parts_said(text) == [
        ("|cocaine|", -1, "GM"), ("|fentanyl|", 7, ""), ("|heroin|", -1, "GM"), ("|meth|", -1, "GM")
    ]  # fmt: skip
    sums = by_drug(records_of(text).table)
    assert sums["mass_g"].isna().all()
    assert sums["not_known"].tolist() == [1, 1, 1, 1]


def test_packages_alike_count_each_and_are_said() -> None:
    header = f"Case Number,Seizure Date,{PLACE},Drug,Quantity,Unit\n"
    records = records_of(header + "1,2024-01-02,Cook,IL,Heroin,5,GM\n" * 2)
    assert records.table["mass_g"].tolist() == [10]
    assert by_drug(records.table)["mass_g"].to_dict() == {"|heroin|": 10}
    said = [n for n in records.report.notes if "more than once: each counts" in n.text]
    assert [(n.severity, n.count, n.rows) for n in said] == [("warning", 1, (2,))]


def test_victims_do_not_multiply_what_was_seized() -> None:
    """Two victims beside each of heroin (two packages) and cocaine: 5 + 5 g and 3 g, not twice."""
    header = f"Case Number,Seizure Date,{PLACE},Victim ID,Drug,Quantity,Unit\n"
    drugs = ("Heroin,5,GM", "Heroin,5,GM", "Cocaine,3,GM")
    rows = "".join(f"1,2024-01-02,Cook,IL,{v},{drug}\n" for v in (1, 2) for drug in drugs)
    records = records_of(header + rows)
    assert by_drug(records.table)["mass_g"].to_dict() == {"|cocaine|": 3, "|heroin|": 10}
    assert records.extra == {"victims": 2}
    said = [n.text for n in records.report.notes if "repeated for another victim" in n.text]
    assert len(said) == 1


def test_the_order_of_lines_says_nothing(store) -> None:
    put(store, NIBRS.encode())
    head, *lines = NIBRS.splitlines()
    done = put(store, "\n".join([head, *reversed(lines)]).encode(), name="again.csv").done
    assert (done.added, done.changed, done.same) == (0, 0, 2)


def test_a_restated_quantity_and_a_drug_taken_away_are_told_and_undone(store) -> None:
    put(store, NIBRS.encode())
    before = answers(store)
    first = masses(store)
    assert first == {"|heroin|": 12.5 + GRAMS["OZ"], "|cannabis|": 2 * GRAMS["LB"]}
    again = put(store, NIBRS.encode(), name="copy.csv")
    assert not again.is_new
    assert answers(store) == before
    restated = NIBRS.replace("E,2,LB", "E,3,LB").replace(
        "IL0160000,24-002,2024-01-03,Cook,IL,D,1,OZ\n", ""
    )
    done = put(store, restated.encode()).done
    assert (done.added, done.changed, done.same) == (0, 2, 0)
    assert masses(store) == {"|heroin|": 12.5, "|cannabis|": 3 * GRAMS["LB"]}
    words = changed.in_words(store.changes(done.number))
    said = words[words[changed.FIELD] == "What was seized of each drug"]
    assert said[changed.BEFORE].iloc[0] == "Cannabis: 2 lb; Heroin: 12.5 g; Other drug: 30 doses"
    assert said[changed.AFTER].iloc[0] == "Cannabis: 3 lb; Heroin: 12.5 g; Other drug: 30 doses"
    store.undo(done.number)
    assert masses(store) == first


def test_parts_come_back_from_a_backup(store, tmp_path) -> None:
    put(store, NIBRS.encode())
    store.backup(tmp_path / "all.backup")
    backups.restore(tmp_path / "all.backup", tmp_path / "other")
    other = open_store(tmp_path / "other")
    pd.testing.assert_frame_equal(
        parts_of(other.records("EMS").table), parts_of(store.records("EMS").table)
    )


def correct(store: FolderStore, field: str, value: str) -> None:
    now = pd.Timestamp.now("UTC").to_pydatetime()
    store.correct(Correction("EMS", "IL0160000 24-002", field, value, "lab", now))


def parts_seized(store: FolderStore, record_id: str) -> tuple[Part, ...]:
    row = store.records("EMS").table.set_index("record_id").loc[record_id]
    return of_record(*row[["seized", "drugs", "drug_as_written", "quantity", "unit"]])


def change(store: FolderStore, record_id: str, *parts: Part) -> None:
    now = pd.Timestamp.now("UTC").to_pydatetime()
    store.correct(Correction("EMS", record_id, "seized", spell(parts), "lab", now))


def test_drugs_corrected_by_hand_are_those_of_the_parts(store) -> None:
    put(store, NIBRS.encode())
    correct(store, "drugs", "|cocaine|fentanyl|")  # the ounce is no heroin: of which it is, is open
    assert masses(store) == {
        "|heroin|": 12.5, "|cannabis|": 2 * GRAMS["LB"], "": GRAMS["OZ"]
    }  # fmt: skip
    correct(store, "drugs", "|fentanyl|")
    assert masses(store)["|fentanyl|"] == GRAMS["OZ"]
    store.drop_correction("EMS", "IL0160000 24-002", "drugs")
    assert masses(store)["|heroin|"] == 12.5 + GRAMS["OZ"]


def test_one_part_of_a_seizure_is_corrected_and_stays_so(store) -> None:
    """The 30 doses are fentanyl, the heroin is 2 OZ: said by a person, kept through new files."""
    put(store, NIBRS.encode())
    said = {part.unit: part for part in parts_seized(store, "IL0160000 24-001")}
    pills = said["DU"]._replace(drugs="|fentanyl|")
    change(store, "IL0160000 24-001", said["GM"], said["LB"], pills)
    heroin = parts_seized(store, "IL0160000 24-002")
    ounce = next(part for part in heroin if part.quantity == 1)
    others = [part for part in heroin if part != ounce]
    change(store, "IL0160000 24-002", ounce._replace(quantity=2), *others)
    sums = by_drug(store.records("EMS").table)
    assert sums["doses"].dropna().to_dict() == {"|fentanyl|": 30}
    assert sums["mass_g"].dropna().to_dict() == {
        "|heroin|": 12.5 + 2 * GRAMS["OZ"], "|cannabis|": 2 * GRAMS["LB"]
    }  # fmt: skip
    assert store.records("EMS").table.set_index("record_id")["drugs"].to_dict() == {
        "IL0160000 24-001": "|cannabis|fentanyl|heroin|", "IL0160000 24-002": "|cocaine|heroin|"
    }  # fmt: skip
    put(store, (NIBRS + "IL0160000,24-003,2024-01-09,Cook,IL,D,1,GM\n").encode(), name="b.csv")
    assert by_drug(store.records("EMS").table)["doses"].dropna().to_dict() == {"|fentanyl|": 30}
    assert [one.outdated for one in store.corrections("EMS")] == [False, False]
    put(store, NIBRS.replace("P,30", "P,31").encode(), name="c.csv")
    assert by_drug(store.records("EMS").table)["doses"].dropna().to_dict() == {"|fentanyl|": 30}
    assert sorted(one.outdated for one in store.corrections("EMS")) == [False, True]
    store.drop_correction("EMS", "IL0160000 24-001", "seized")
    assert by_drug(store.records("EMS").table)["doses"].dropna().to_dict() == {"|other|": 31}


def test_a_seizure_of_one_drug_gets_another_unit_and_then_another_drug(store) -> None:
    head = f"Case Number,Seizure Date,{PLACE},Drug,Quantity,Unit\n"
    put(store, f"{head}9,2024-01-02,Cook,IL,Pills,5,\n8,2024-01-02,Cook,IL,Heroin,,\n".encode())
    (part,) = parts_seized(store, "9")
    assert (part.drugs, part.unit) == ("", "")
    change(store, "9", part._replace(drugs="|fentanyl|", unit="DU"))
    record = store.records("EMS").table.set_index("record_id").loc["9"]
    assert record[["drugs", "quantity", "unit", "drug_as_written", "seized"]].tolist() == [
        "|fentanyl|", 5, "DU", "Pills", ""
    ]  # fmt: skip
    change(store, "9", part._replace(drugs="|heroin|", unit="LB", quantity=2))
    record = store.records("EMS").table.set_index("record_id").loc["9"]
    assert (record["drugs"], record["mass_g"]) == ("|heroin|", 2 * GRAMS["LB"])
    assert len(store.corrections("EMS")) == 1
    now = pd.Timestamp.now("UTC").to_pydatetime()
    store.correct(Correction("EMS", "9", "drugs", "|meth|", "lab", now))
    assert masses(store) == {"|meth|": 2 * GRAMS["LB"]}


def test_an_exclusion_made_before_there_were_parts_is_not_called_outdated(store) -> None:
    """What a file said then was kept without the column `seized`, the last."""
    put(store, NIBRS.replace("24-002,2024-01-03,Cook,IL,B,,XX", "24-003,,,,,,").encode())
    correct(store, "excluded", "")
    assert [one.outdated for one in store.corrections("EMS")] == [False]
    table = store.records("EMS").table
    assert "IL0160000 24-002" not in set(table["record_id"])
    from geo.store import corrections  # noqa: PLC0415
    from geo.store.fold import MEANT  # noqa: PLC0415

    record = records_of(NIBRS.replace("IL0160000,24-002,2024-01-03,Cook,IL,B,,XX\n", "")).table
    said = corrections.said_by_file(record, "IL0160000 24-002", "excluded")
    assert len(said.split("\x1f")) == len(MEANT) - 1


def test_some_lines_of_a_seizure_mended(store) -> None:
    """Line by line back from the quarantine: what was seized is told by all lines."""
    header = f"Case Number,Seizure Date,{PLACE},Drug,Quantity,Unit\n"
    text = header + "6,2024-01-01,Cook,IL,Meth,1,GM\n"
    text += "7,2024-01-02,,,Heroin,5,GM\n7,2024-01-02,,,Cocaine,,GM\n"
    put(store, text.encode())
    given = guarded(store.quarantine("EMS"))
    given.loc[given["Drug"] == "Cocaine", ["County", "State", "Quantity"]] = ["Cook", "IL", "3"]
    put(store, to_csv(given[given["Drug"] == "Cocaine"]), name="mended.csv")
    table = store.records("EMS").table
    assert table["geoid"].tolist() == ["17031", "17031"]
    assert masses(store) == {"|meth|": 1, "|cocaine|": 3, "|heroin|": 5}
    assert table["mass_g"].fillna(-1).tolist() == [1, -1]


THRICE = f"""Case Number,Seizure Date,{PLACE},Drug,Quantity,Unit
50,2024-01-02,Cook,IL,Heroin,1,GM
50,2024-01-02,Cook,IL,Heroin,1,GM,x
50,2024-01-02,Cook,IL,Heroin,1,GM,x
51,2024-01-02,Cook,IL,Heroin,2,GM
"""


def mended(store: FolderStore) -> pd.DataFrame:
    return store.quarantine("EMS").drop(columns="cell 8")


def grams(store: FolderStore) -> dict[str, float]:
    table = store.records("EMS").table
    return dict(zip(table["record_id"], table["mass_g"], strict=True))


def test_mended_lines_that_equal_a_kept_one_count_each(store) -> None:
    """Three lines of 1 g are 3 g, however many of them were dropped first."""
    put(store, THRICE.encode())
    assert grams(store) == {"50": 1, "51": 2}
    given = mended(store)
    put(store, to_csv(given), name="mended.csv")
    assert grams(store) == {"50": 3, "51": 2}
    assert sorted(store.records("EMS").table["parts"]) == [1, 3]
    put(store, to_csv(given.assign(Unit="gm")), name="mended again.csv")
    assert grams(store) == {"50": 3, "51": 2}
    store.undo(3)
    store.undo(2)
    assert grams(store) == {"50": 1, "51": 2}


def test_a_line_mended_twice_is_what_it_was_last(store) -> None:
    put(store, THRICE.encode())
    given = mended(store)
    put(store, to_csv(given), name="mended.csv")
    given["Quantity"] = ["5", "1"]
    put(store, to_csv(given), name="mended again.csv")
    assert grams(store) == {"50": 7, "51": 2}
    put(store, to_csv(given.iloc[:1].assign(Quantity="6")), name="once more.csv")
    assert grams(store) == {"50": 8, "51": 2}


def test_a_kept_line_that_comes_back_changed_counts_once_beside_dropped_ones(store) -> None:
    """Without a place: both kept lines are given out; 2 LB become 3, and 30 doses come in."""
    head = f"Case Number,Seizure Date,{PLACE},Drug,Quantity,Unit\n"
    lines = [
        "7,2024-01-02,,,Meth,2,LB",
        "7,2024-01-02,,,Heroin,4,GM",
        "7,2024-01-02,,,Pills,30,DU,x",
        "8,2024-01-02,Cook,IL,Heroin,1,GM",
    ]
    put(store, (head + "\n".join(lines)).encode())
    given = mended(store).assign(County="Cook", State="IL")
    given.loc[given["Drug"] == "Meth", "Quantity"] = "3"
    put(store, to_csv(given[given["Drug"] != "Heroin"]), name="mended.csv")
    parts = parts_of(store.records("EMS").table[lambda table: table["record_id"] == "7"])
    assert sorted(zip(parts["quantity"], parts["unit"], strict=True)) == [
        (3, "LB"), (4, "GM"), (30, "DU")
    ]  # fmt: skip


def test_the_list_for_a_spreadsheet_names_drug_quantity_and_place() -> None:
    table = listed(records_of(NIBRS).table)
    assert table[["drug", "drug_as_written", "quantity", "unit", "county"]].iloc[0].tolist() == [
        "Cannabis", "E", 2, "lb", "Cook County, IL"
    ]  # fmt: skip
    assert len(table) == 5


def test_the_words_of_the_file_are_listed_for_seizures_of_one_drug_too(store) -> None:
    text = (
        f"Case Number,Seizure Date,{PLACE},Drug,Quantity,Unit\n"
        "1,2024-01-02,Cook,IL,heroin (brown),1,GM\n2,2024-01-03,Cook,IL,,4,GM\n"
        "3,2024-01-04,Cook,IL,Ice,4,GM\n3,2024-01-04,Cook,IL,Coke,2,GM\n"
    )
    put(store, text.encode())
    words = listed(store.records("EMS").table).set_index("record_id")["drug_as_written"]
    assert words["1"] == "heroin (brown)"
    assert words["2"] == ""
    assert sorted(words["3"]) == ["Coke", "Ice"]
    again = put(store, text.replace("(brown)", "(tan)").encode(), name="b.csv").done
    assert (again.changed, again.same) == (0, 3)  # other words for the same drug change nothing
    bare = f"Case Number,Seizure Date,{PLACE},Drug\n1,2024-01-02,Cook,IL,heroin (brown)\n"
    assert records_of(bare).table["drug_as_written"].tolist() == ["heroin (brown)"]


def test_rows_that_stand_for_several_seizures_do_not_say_how_many_had_each_drug() -> None:
    """3 seizures with heroin and cocaine, 1 with cocaine, 2 with meth only: meth is known."""
    sums = by_drug(
        records_of(
            "Seizure Date,County,State,Number of Seizures,Heroin (kg),Cocaine (kg),Meth (kg)\n"
            "2024-01-05,Cook,IL,3,12.5,1,\n2024-01-05,Lake,IL,1,,3,\n2024-02-05,Cook,IL,2,,,4\n"
        ).table
    )
    assert sums["seizures"].fillna(-1).to_dict() == {
        "|heroin|": -1, "|cocaine|": -1, "|meth|": 2
    }  # fmt: skip
    assert sums["seizures_at_most"].dropna().to_dict() == {"|heroin|": 3, "|cocaine|": 4}
    assert sums["mass_g"].to_dict() == {"|heroin|": 12500, "|cocaine|": 4000, "|meth|": 4000}


def test_points_of_seizures_name_each_drug() -> None:
    at = NIBRS.replace("County,State", "Latitude,Longitude").replace("Cook,IL", "41.88,-87.63")
    study = Study.from_json({"kinds": ["seizure"], "level": "county"})
    layer = incident_layer(study, [records_of(at)])
    assert layer.shapes is not None
    assert layer.shapes["seized"].tolist() == [
        "Cannabis: 2 lb; Heroin: 12.5 g; Other drug: 30 doses",
        "Cocaine: quantity not known; Heroin: 1 oz",
    ]
    assert layer.fields[-1].column == "seized"

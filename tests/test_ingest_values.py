"""Quantities, people, naloxone, outcomes: from what people write to what can be counted."""

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from geo.ingest import Intake, open_table, propose, read
from geo.ingest.drugs import classes_in, read_flags
from geo.ingest.naloxone import doses_of, naloxone_of
from geo.ingest.outcomes import outcome_of
from geo.ingest.people import age_of
from geo.ingest.units import unit_code, unit_in_name

# NIST Handbook 44, appendix C: exact.
POUND, OUNCE = 453.59237, 28.349523125


def intake_of(text: str) -> Intake:
    raw = open_table(text.encode(), "a.csv")
    return read(raw, propose(raw))


def notes_with(intake: Intake, words: str) -> list[int]:
    return [note.count for note in intake.report.notes if words in note.text]


@pytest.mark.parametrize(
    ("text", "code"),
    [("GM", "GM"), ("grams", "GM"), ("g", "GM"), ("Kilograms", "KG"), ("KG", "KG"), ("kilos", "KG"),
     ("lbs", "LB"), ("Pounds", "LB"), ("oz.", "OZ"), ("ML", "ML"), ("Liters", "LT"),
     ("fluid ounces", "FO"), ("fl oz", "FO"), ("Gallon", "GL"), ("Dosage Units", "DU"),
     ("tablets", "DU"), ("Number of Plants", "NP"), ("XX", "XX"), ("milligrams", "MG"),
     ("bundle", ""), ("", ""), ("12", "")],
)  # fmt: skip
def test_words_for_units(text: str, code: str) -> None:
    assert unit_code(text) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [("Sum Qty (lbs)", "LB"), ("quantity_kg", "KG"), ("Weight in grams", "GM"), ("WeightKG", "KG"),
     ("Drug Quantity", ""), ("Estimated Drug Quantity", ""), ("weight_g", "GM"),
     ("Qty [oz]", "OZ")],
)  # fmt: skip
def test_units_in_column_names(name: str, code: str) -> None:
    assert unit_in_name(name) == code


def test_nibrs_units_become_grams_only_where_they_are_mass() -> None:
    units = ["GM", "KG", "OZ", "LB", "ML", "LT", "FO", "GL", "DU", "NP", "XX", "ZZ", ""]
    rows = "".join(f"{n},2020-01-01,XY01,D,2,{unit}\n" for n, unit in enumerate(units))
    intake = intake_of(
        "Incident Number,Incident Date,ORI,Suspected Drug Type,Estimated Drug Quantity,"
        "Type Drug Measurement\n" + rows
    )
    table = intake.table
    assert set(table["kind"]) == {"seizure"}
    grams = dict(zip(units, table["mass_g"], strict=True))
    assert {unit: mass for unit, mass in grams.items() if not math.isnan(mass)} == {
        "GM": 2.0, "KG": 2000.0, "OZ": 2 * OUNCE, "LB": 2 * POUND,
    }  # fmt: skip
    assert table["quantity"].isna().tolist() == [unit == "XX" for unit in units]
    assert table["unit"].tolist() == [*units[:11], "", ""]
    assert notes_with(intake, "still at the laboratory") == [1]
    assert notes_with(intake, "no known unit") == [2]
    assert notes_with(intake, "never turned into grams") == [2]
    assert set(table["agency"]) == {"XY01"}


def test_unit_from_the_name_or_behind_the_number() -> None:
    pounds = intake_of(
        'Date,County,State,Drug,Sum Qty (lbs)\n2020-01-01,Bibb,AL,Heroin,"1,000.5"\n'
    )
    assert pounds.table["mass_g"].tolist() == [pytest.approx(1000.5 * POUND)]
    mixed = intake_of(
        "Seizure date,zip,drug,quantity\n2020-01-01,06103,Heroin,12 g\n"
        "2020-01-01,06103,Heroin,1.5 kg\n2020-01-01,06103,Heroin,30 bags\n"
        "2020-01-01,06103,Heroin,7\n"
    )
    assert mixed.table["mass_g"].fillna(-1).tolist() == [12, 1500, -1, -1]
    assert mixed.table["unit"].tolist() == ["GM", "KG", "DU", ""]


def test_twelve_digits_of_nibrs_have_three_decimals() -> None:
    """NIBRS technical specification, data element 21: nine digits and three decimals, no point."""
    intake = intake_of(
        "Incident Number,Incident Date,Drug Type,Estimated Quantity,Measurement\n"
        "1,2023-01-05,D,000000012500,GM\n2,2023-01-06,L,000000002000,KG\n"
        "3,2023-01-07,E,000000000500,LB\n4,2023-01-07,E,0000125,GM\n5,2023-01-07,E,12500,GM\n"
    )
    assert intake.table["quantity"].tolist() == [12.5, 2, 0.5, 125, 12500]
    assert intake.table["mass_g"].tolist() == [12.5, 2000, POUND / 2, 125, 12500]
    assert notes_with(intake, "nine and three decimals") == [3]


def test_quantities_without_a_drug_of_their_own_are_not_taken() -> None:
    """Which of two quantities is that of the one drug named cannot be told."""
    intake = intake_of(
        "Incident Number,Incident Date,Suspected Drug Type 1,Estimated Drug Quantity 1,"
        "Drug Measurement Type 1,Estimated Drug Quantity 2\n"
        "1,2020-01-01,D,5,GM,\n2,2020-01-01,D,5,GM,9\n"
    )
    assert intake.table["mass_g"].fillna(-1).tolist() == [5, -1]
    assert notes_with(intake, "several drugs side by side") == [1]


@pytest.mark.parametrize(
    ("text", "age"),
    [("34", 34), ("34.0", 34), ("34 years", 34), ("34 Y", 34), ("30 - 39", 35), ("30-39", 35),
     ("25 to 34", 30), ("80-130", 85), ("65+", 70), ("85 and over", 90), ("<1", 0.5),
     ("Under 18", 9), ("18 months", 1.5), ("0", 0), ("Age 40-49", 45)],
)  # fmt: skip
def test_ages_and_the_middle_of_bands(text: str, age: float) -> None:
    assert age_of(text) == age


@pytest.mark.parametrize("text", ["", "unknown", "999", "-1", "NULL", "130", "40-30", "adult"])
def test_ages_that_are_none(text: str) -> None:
    assert math.isnan(age_of(text))


def test_age_with_ends_and_units_in_columns_of_their_own() -> None:
    band = intake_of(
        "Incident Date,zip,Age Start Description,Age End Desc\n2020-01-01,06103,30,39\n"
        "2020-01-01,06103,80,130\n2020-01-01,06103,,\n"
    )
    assert band.table["age"].fillna(-1).tolist() == [35, 85, -1]
    unit = intake_of(
        "date,zip,Age,Age Units\n2020-01-01,06103,6,Months\n2020-01-01,06103,6,Years\n"
    )
    assert unit.table["age"].tolist() == [0.5, 6]


def test_units_of_age_in_codes_of_nemsis() -> None:
    """NEMSIS v3 data dictionary, ePatient.16; a year has 365.25 days. Other codes are no unit."""
    codes = ["2516009", "2516007", "2516001", "2516003", "2516005", "2516007 - Months", "Minutes"]
    codes += ["7701001", "1"]
    rows = "".join(f"2020-01-01,06103,6,{code}\n" for code in codes)
    intake = intake_of("date,zip,ePatient.15 - Age,ePatient.16 - Age Units\n" + rows)
    days, hours, minutes = 6 / 365.25, 6 / 8766, 6 / 525960
    assert intake.table["age"].fillna(-1).tolist() == pytest.approx(
        [6, 0.5, days, hours, minutes, 0.5, minutes, -1, -1]
    )
    assert notes_with(intake, "no unit of age") == [2]


def test_sex_in_letters_words_and_codes() -> None:
    # 9906001 and 9906003 are Female and Male in NEMSIS v3.4, element ePatient.13.
    words = ["F", "female", "M", "Male", "Nonbinary", "Unknown", "", "9906001", "9906003"]
    table = intake_of("zip,sex\n" + "".join(f"06103,{word}\n" for word in words)).table
    assert table["sex"].tolist() == ["F", "F", "M", "M", "X", "", "", "F", "M"]


@pytest.mark.parametrize(
    ("text", "given"),
    [("Y", "yes"), ("N", "no"), ("1", "yes"), ("0", "no"), ("2", "yes"), ("Narcan 4mg IN", "yes"),
     ("Yes, by bystander", "yes"), ("No naloxone", "no"), ("not given", "no"), ("None", "no"),
     ("Unknown", "unknown"), ("", "unknown"), ("NULL", "unknown"), ("Refused", "no"),
     ("4 mg intranasal", "yes"), ("Not recorded", "unknown"), ("2 doses", "yes"), ("U", "unknown")],
)  # fmt: skip
def test_naloxone_words(text: str, given: str) -> None:
    assert naloxone_of(text) == given


@pytest.mark.parametrize(
    ("text", "doses"),
    [("2", 2), ("2 doses", 2), ("3x", 3), ("x2", 2), ("4mg IN", 1), ("0", 0), ("two", 2),
     ("2x4mg", 2), ("2 x 4 mg", 2), ("0 mg", 0)],
)  # fmt: skip
def test_dose_words(text: str, doses: float) -> None:
    assert doses_of(text) == doses


def test_naloxone_among_medications_and_doses_beside() -> None:
    listed = intake_of(
        "zip,Medications Given\n06103,Naloxone; Oxygen\n06103,Ondansetron\n06103,\n06103,7242\n"
    ).table
    assert listed["naloxone"].tolist() == ["yes", "no", "unknown", "yes"]
    counted = intake_of(
        "zip,naloxone administered,dose count\n06103,Y,2\n06103,N,NULL\n06103,,3\n06103,Y,NULL\n"
    ).table
    assert counted["naloxone"].tolist() == ["yes", "no", "yes", "yes"]
    assert counted["naloxone_doses"].fillna(-1).tolist() == [2, 0, 3, -1]
    amounts = intake_of(
        "zip,Medication Administered,Medication Dosage\n06103,Narcan,0.4\n06103,Narcan,4\n"
        "06103,Ondansetron,8\n"
    ).table
    assert amounts["naloxone_doses"].tolist() == [1, 1, 0]


@pytest.mark.parametrize("heading", ["NARCAN (mg)", "Naloxone Dose (mg)", "naloxone_mg"])
def test_milligrams_in_the_heading_are_no_doses(heading: str) -> None:
    """One administration each, as beside "Medication Dosage"; 99 is the code for unknown."""
    rows = "".join(f"06103,{amount}\n" for amount in ("4", "8", "0", "0.4", "99"))
    intake = intake_of(f"zip,{heading}\n{rows}")
    assert intake.table["naloxone"].tolist() == ["yes", "yes", "no", "yes", "unknown"]
    assert intake.table["naloxone_doses"].fillna(-1).tolist() == [1, 1, 0, 1, -1]
    assert notes_with(intake, "counted as one dose each") == [3]
    assert notes_with(intake, "code") == [1]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("DOA", "fatal"), ("Patient Dead at Scene-No Resuscitation Attempted", "fatal"),
     ("Patient Treated, Transported by this EMS Unit", "nonfatal"), ("Expired", "fatal"),
     ("Patient Refused Evaluation/Care", "nonfatal"), ("Non-Fatal", "nonfatal"),
     ("Released to coroner", "fatal"), ("discharged home", "nonfatal"), ("survived", "nonfatal"),
     ("Cancelled", "unknown"), ("", "unknown"), ("cardiac arrest", "unknown")],
)  # fmt: skip
def test_outcome_from_what_became_of_the_patient(text: str, outcome: str) -> None:
    assert outcome_of(text) == outcome


def test_free_text_in_yes_no_columns() -> None:
    marks = ["PCP NEG", "POSITIVE (TRACE)", "Y POSS", "Not detected", "negative for all", "ND",
             "pending", "detected", "Y (PTCH)", "no - see report"]  # fmt: skip
    found = read_flags(pd.Series(marks), ("fentanyl",)).classes
    assert [bool(value) for value in found] == [
        False, True, True, False, False, False, False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "classes"),
    [  # ICD-10-CM 2024, table of drugs: with and without the dot.
        ("T40.1X1A", "heroin"), (";T401X1A;T50.901A;", "heroin"), ("T40.411A", "fentanyl"),
        ("T40.421A", "rx_opioid"), ("T40.491A", "opioid_unspecified"), ("T43.651A", "meth"),
        ("T43.621A", "amphetamine"), ("F11.129", "opioid_unspecified"), ("T42.4X1A", "benzo"),
        ("I10", ""), ("fentanyl not detected", ""),
    ],
)  # fmt: skip
def test_diagnosis_codes(text: str, classes: str) -> None:
    assert " ".join(classes_in(text)) == classes


def test_checkboxes_of_a_survey_are_drugs_when_their_labels_say_so() -> None:
    intake = intake_of(
        "record_id,injury_date,injury_zip,tox___fentanyl,tox___heroin,cod_drugs___86\n"
        "1,2020-01-01,06103,1,0,1\n2,2020-01-02,06103,0,0,1\n"
    )
    assert intake.table["drugs"].tolist() == ["|fentanyl|", ""]
    assert any("checkbox column" in note.text for note in intake.report.notes)


def test_a_patients_weight_is_no_seizure() -> None:
    intake = intake_of("date,zip,Patient Weight (kg),Suspected Drug\n2020-01-01,06103,80,Heroin\n")
    assert set(intake.table["kind"]) == {"overdose"}
    assert intake.table["mass_g"].isna().all()


def test_visits_to_hospitals_have_no_place_until_a_person_chooses(tmp_path: Path) -> None:
    raw = open_table(
        b"C_BioSense_ID,Date,HospitalZip,ZipCode,CCDD,DischargeDisposition\n"
        b"1,2020-01-01,06102,06103,heroin overdose,Discharged to home\n",
        "a.csv",
    )
    mapping = propose(raw)
    assert not {choice.role for choice in mapping.choices} & {"incident.zip", "residence.zip"}
    assert any("only places are homes" in reason for reason in mapping.reasons)
    chosen = read(raw, mapping.with_choice("residence.zip", "ZipCode"))
    assert chosen.places["residence"]["zip"].tolist() == ["06103"]
    assert chosen.table["outcome"].tolist() == ["nonfatal"]


def test_a_unit_that_contradicts_the_name_of_its_column_gives_no_quantity():
    """500 GM beside a weight in pounds: 1.1 lb is 499 g, 1.1 GM is not."""
    raw = open_table(
        b"case number,date,drug,UOM,EvidenceWeightLbs,county,state\n"
        b"1,2024-01-02,Heroin,GM,1.1,Cook,IL\n2,2024-01-03,Heroin,LB,1.1,Cook,IL\n",
        "seizures.csv",
    )
    intake = read(raw, replace(propose(raw), kind="seizure"))
    assert intake.table["mass_g"].round(3).tolist()[1] == 498.952  # 1.1 x 453.59237
    assert math.isnan(intake.table["mass_g"].iloc[0])
    assert any("another unit" in note.text and note.rows == (2,) for note in intake.report.notes)


def test_a_quantity_that_is_no_number_is_missing_and_told():
    rows = "".join(
        f"{n},2024-01-02,Heroin,{cell},Cook,IL\n" for n, cell in enumerate(("5", "-5", "<1", ""))
    )
    raw = open_table(f"case number,date,drug,quantity_g,county,state\n{rows}".encode(), "s.csv")
    intake = read(raw, replace(propose(raw), kind="seizure"))
    assert intake.table["mass_g"].fillna(-1).tolist() == [5, -1, -1, -1]
    assert [n.rows for n in intake.report.notes if "a limit or no number" in n.text] == [(3, 4)]


def test_columns_of_masses_tell_a_seizure_and_those_of_blood_do_not() -> None:
    intake = intake_of(
        "Date,County,State,Heroin (g),Fentanyl (g),Meth Weight (g),Marijuana (lbs)\n"
        "2023-01-01,Franklin,OH,12.5,0,100,2\n2023-01-02,Allen,OH,0,3,0,0\n"
    )
    assert set(intake.table["kind"]) == {"seizure"}
    assert intake.table["mass_g"].fillna(-1).tolist() == [-1, 3]  # not that of one drug of three
    blood = intake_of(
        "Date,County,State,Heroin (mg/L),Fentanyl (ng/mL)\n2023-01-01,Franklin,OH,1,2\n"
    )
    assert set(blood.table["kind"]) == {"overdose"}

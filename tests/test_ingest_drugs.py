"""Drug text: names of the street, misspellings, denials, and what was not understood.

Street names are common ones (see DEA, Slang Terms and Code Words, 2018). Misspellings stand in the
causes of death that Cook County and Connecticut publish.
"""

import pytest

from geo.ingest import Intake, open_table, propose, read
from geo.ingest.drug_names import spelled
from geo.ingest.drugs import classes_in, read_cell
from geo.schema import Note


def intake_of(text: str) -> Intake:
    raw = open_table(text.encode(), "a.csv")
    return read(raw, propose(raw))


def told(intake: Intake, words: str) -> list[Note]:
    return [note for note in intake.report.notes if words in note.text]


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("bromazolam", "benzo"), ("FLUALPRAZOLAM", "benzo"), ("8-AMINOCLONAZOLAM", "benzo"),
        ("blues (M30)", "opioid_unspecified"), ("speedball", "cocaine heroin"),
        ("goofball", "heroin meth"), ("oxy", "rx_opioid"), ("roxies", "rx_opioid"),
        ("perc 30", "rx_opioid"), ("coke", "cocaine"), ("crank", ""), ("weed", "cannabis"),
        ("black tar", "heroin"), ("gas station heroin", "other"),
        ("Fent/Xyl", "adulterant fentanyl"), ("dope", ""), ("speed", ""), ("lean", ""),
        ("lidocaine", ""),
    ],
)  # fmt: skip
def test_street_names_and_new_drugs(text: str, classes: str) -> None:
    assert " ".join(classes_in(text)) == classes


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("FETANYL", "fentanyl"), ("FENTNAYL", "fentanyl"), ("COCIANE", "cocaine"),
        ("METAHADONE", "methadone"), ("HYRDOCODONE", "rx_opioid"), ("ETAHNOL", "alcohol"),
        ("BRUPRENORPHINE", "buprenorphine"), ("MIRTRAGYNINE", "other"), ("DIAZAPAM", "benzo"),
        ("ISOTONITAZINE", "nitazene"), ("FURANYL FENATANYL", "fentanyl_analog"),
        ("PARA-FLUROFENTANYL", "fentanyl_analog"),
    ],
)  # fmt: skip
def test_misspellings_in_published_causes_of_death(text: str, classes: str) -> None:
    assert " ".join(classes_in(text)) == classes


@pytest.mark.parametrize(
    "word",
    ["herein", "heroic", "heroes", "methanol", "codaine", "hydrocortone", "morphing", "ethane",
     "caffeine", "narcan", "naloxone", "unknown", "kevlar"],
)  # fmt: skip
def test_other_words_are_not_misspellings(word: str) -> None:
    assert spelled(word) == word


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("heroin denied", ""), ("denies heroin, cocaine", ""),
        ("Denied heroin and cocaine use", ""),
        ("negative for heroin, fentanyl", ""), ("urine negative for heroin", ""),
        ("heroin ruled out", ""), ("ruled out heroin", ""), ("no heroin or fentanyl", ""),
        ("no crack cocaine", ""), ("no suspected heroin", ""), ("heroin and cocaine negative", ""),
        ("no evidence of fentanyl", ""), ("Heroin - neg", ""), ("non-opioid", ""),
        ("heroin denied, fentanyl", "fentanyl"), ("denies heroin; fentanyl", "fentanyl"),
        ("denies heroin, admits fentanyl", "fentanyl"),
        ("negative for fentanyl but positive for heroin", "heroin"),
        ("fentanyl positive, heroin negative", "fentanyl"), ("no heroin, fentanyl", "fentanyl"),
        ("patient denies drug use. Heroin on scene", "heroin"),
        ("non-fatal heroin overdose", "heroin"), ("No. 4 heroin", "heroin"),
        ("no response to narcan, heroin suspected", "heroin"),
    ],
)  # fmt: skip
def test_what_a_text_denies_is_no_drug(text: str, classes: str) -> None:
    assert " ".join(classes_in(text)) == classes


def test_what_is_not_understood_is_counted_with_its_rows_and_never_shown() -> None:
    words = ["Heroin", "dope", "unknown", "", "N/A", "Heroin, zzyzx", "white powder", "fetanyl",
             "heroin denied", "Unknown pill"]  # fmt: skip
    rows = "".join(f'2024-01-01,06103,"{word}"\n' for word in words)
    intake = intake_of("date,zip,drug\n" + rows)
    notes = told(intake, "no drug known here")
    assert [(n.severity, n.count, n.rows) for n in notes] == [("warning", 2, (3, 7))]
    assert not any("zzyzx" in n.text or "dope" in n.text for n in intake.report.notes)


def test_text_that_speaks_of_more_than_drugs_is_not_a_list_of_them() -> None:
    intake = intake_of(
        "death date,zip,cause of death\n2024-01-01,06103,Acute heroin toxicity with pneumonia\n"
        "2024-01-01,06103,Blunt trauma\n"
    )
    assert not told(intake, "no drug known here")
    assert [(n.severity, n.rows) for n in told(intake, "no drug found")] == [("warning", (3,))]


def test_a_column_of_what_was_denied_gives_no_drug() -> None:
    intake = intake_of(
        "date,zip,Drug,Substances Denied\n2024-01-01,06103,Heroin,Cocaine\n"
        "2024-01-01,06103,Meth,Heroin\n"
    )
    assert intake.table["drugs"].tolist() == ["|heroin|", "|meth|"]
    assert [n.severity for n in told(intake, "denied or not found: not read")] == ["warning"]


def test_items_of_a_list_are_understood_one_by_one() -> None:
    assert read_cell("heroin / zzyzx", listed=True) == (("heroin",), True)
    assert read_cell("COCAINE/CRACK", listed=True) == (("cocaine",), False)
    assert read_cell("BARBITURATES (I.E. AMYTAL, NEMBUTAL, ETC)", listed=True) == (
        ("other",), False,
    )  # fmt: skip

"""Typed rows: days, drugs, outcomes, counts, folding; nothing is lost on the way."""

import io
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import load
from geo.errors import CrsError, InputError, ReadError, SchemaError
from geo.geocoding.cascade import place
from geo.ingest import Intake, Mapping, open_table, propose, read
from geo.ingest.dates import parse
from geo.ingest.drugs import classes_in, read_flags, read_text
from geo.schema import DRUG_CLASSES


def intake_of(text: str, name: str = "a.csv") -> Intake:
    return read(open_table(text.encode(), name))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-05-01", "2020-05-01T00:00:00"),
        ("2020/5/1 13:05", "2020-05-01T13:05:00"),
        ("20200501", "2020-05-01T00:00:00"),
        ("05/01/2020 12:00:00 AM", "2020-05-01T00:00:00"),
        ("5/1/20 1:05 pm", "2020-05-01T13:05:00"),
        ("12/31/1999 12:15 PM", "1999-12-31T12:15:00"),
        ("1-May-2020", "2020-05-01T00:00:00"),
        ("01 May 2020", "2020-05-01T00:00:00"),
        ("May 1, 2020", "2020-05-01T00:00:00"),
        ("Friday, May 1st, 2020", "2020-05-01T00:00:00"),
        ("2020-05-01T23:30:00-05:00", "2020-05-02T04:30:00"),
        ("2020-05-01T23:30:00.000Z", "2020-05-01T23:30:00"),
        ("2020-05-01 00:30:00+0530", "2020-04-30T19:00:00"),
    ],
)
def test_dates_in_many_formats(text: str, expected: str) -> None:
    found = parse(pd.Series([text]))
    assert found.when.astype(str).tolist() == [expected]
    assert not found.unreadable.any()


@pytest.mark.parametrize("text", ["9999-01-01", "0001-01-01", "01/01/1950", "2200-12-31"])
def test_impossible_years_are_missing(text: str) -> None:
    found = parse(pd.Series([text]))
    assert np.isnat(found.when).all()
    assert found.impossible.tolist() == [True]


@pytest.mark.parametrize(
    "text", ["soon", "2020-13-01", "02/30/2020", "2020-05-01 25:00", "13/2020"]
)
def test_what_is_no_day_is_missing(text: str) -> None:
    assert np.isnat(parse(pd.Series([text])).when).all()


def test_tomorrow_is_the_last_day() -> None:
    today = date(2024, 3, 1)
    found = parse(pd.Series(["2024-03-02 23:59", "2024-03-03"]), today)
    assert found.impossible.tolist() == [False, True]


def test_day_first_is_seen_from_the_whole_column() -> None:
    found = parse(pd.Series(["28/06/2014", "01/02/2014"]))
    assert found.day_first
    assert found.when.astype("datetime64[D]").astype(str).tolist() == ["2014-06-28", "2014-02-01"]
    mixed = parse(pd.Series(["28/06/2014", "06/28/2014", "01/02/2014"]))
    assert mixed.mixed
    assert mixed.when[2] == np.datetime64("2014-01-02")


def test_excel_serial_numbers() -> None:
    # 43831 is 2020-01-01 in Excel (its documentation of DATE); .5 is noon.
    found = parse(pd.Series(["43831", "43831.5", ""]))
    assert found.when.astype(str).tolist() == ["2020-01-01T00:00:00", "2020-01-01T12:00:00", "NaT"]


@settings(max_examples=50)
@given(st.dates(date(1990, 1, 1), date(2020, 12, 31)))
def test_any_day_reads_back(day: date) -> None:
    texts = [day.isoformat(), day.strftime("%m/%d/%Y"), day.strftime("%b %d, %Y")]
    for text in texts:
        found = parse(pd.Series([text]))
        assert found.when.astype("datetime64[D]")[0] == np.datetime64(day)


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        # The 19 values of the Pennsylvania codebook, and wording of medical examiners.
        ("HEROIN", "heroin"),
        ("FENTANYL", "fentanyl"),
        ("FENTANYL ANALOG/OTHER SYNTHETIC OPIOID", "fentanyl_analog"),
        ("CARFENTANIL", "fentanyl_analog"),
        ("COCAINE/CRACK", "cocaine"),
        ("METHAMPHETAMINE", "meth"),
        ("BENZODIAZEPINES (I.E.VALIUM, XANAX, ATIVAN, ETC)", "benzo"),
        ("BARBITURATES (I.E. AMYTAL, NEMBUTAL, ETC)", "other"),
        ("PHARMACEUTICAL OPIOID", "rx_opioid"),
        ("PHARMACEUTICAL STIMULANT", "amphetamine"),
        ("SUBOXONE", "buprenorphine"),
        ("METHADONE", "methadone"),
        ("MARIJUANA", "cannabis"),
        ("SYNTHETIC MARIJUANA", "other"),
        ("ALCOHOL", "alcohol"),
        ("UNKNOWN", ""),
        ("Acute fent, hydrocod, benzodiazepine", "benzo fentanyl rx_opioid"),
        ("FENTANYL AND DESPROPIONYL FENTANYL (4-ANPP) TOXICITY", "fentanyl fentanyl_analog"),
        ("para-fluorofentanyl", "fentanyl_analog"),
        ("Xylazine", "adulterant"),
        ("isotonitazene", "nitazene"),
        ("Crack cocaine", "crack"),
        ("Heroin/Morph/Codeine", "heroin"),
        ("PCP NEG", ""),
        ("no fentanyl", ""),
        ("HYPERTENSIVE CARDIOVASCULAR DISEASE", ""),
        ("Opiate intoxication", "opioid_unspecified"),
    ],
)
def test_drug_words(text: str, classes: str) -> None:
    assert " ".join(classes_in(text)) == classes


@given(st.text(max_size=60))
def test_drug_classes_are_always_known_ones(text: str) -> None:
    assert set(classes_in(text)) <= set(DRUG_CLASSES)


def test_nibrs_letters() -> None:
    # NIBRS user manual, data element 20: D heroin, L amphetamines/methamphetamines, U unknown.
    assert read_text(pd.Series(["D", "L", "U", "A"])).tolist() == [
        "|heroin|",
        "|meth|",
        "",
        "|crack|",
    ]


def test_flags_of_every_kind() -> None:
    marks = pd.Series(["Y", "y", "1", "1.0", "YES", "Y (PTCH)", "", "0", "0.0", "N", "PCP NEG"])
    assert (read_flags(marks, ("heroin",)).classes != "").tolist() == [True] * 6 + [False] * 5


def test_outcome_by_column_and_by_nature() -> None:
    survive = intake_of("zip,survive\n06103,Y\n06103,N\n06103,U\n")
    assert survive.table["outcome"].tolist() == ["nonfatal", "fatal", "unknown"]
    words = intake_of("zip,outcome\n06103,Fatal\n06103,Non-fatal\n06103,Died\n06103,?\n")
    assert words.table["outcome"].tolist() == ["fatal", "nonfatal", "fatal", "unknown"]
    examiner = intake_of("zip,manner of death\n06103,Accident\n")
    assert examiner.table["outcome"].tolist() == ["fatal"]
    assert intake_of("zip,date\n06103,2020-01-01\n").table["outcome"].tolist() == ["unknown"]


@pytest.mark.parametrize("hidden", ["Suppressed", "<10", "*", "1-9", "Missing", "", "fewer than 5"])
def test_a_hidden_count_is_missing_never_zero(hidden: str) -> None:
    found = intake_of(f'county,state,deaths\nBibb,AL,{hidden}\nBlount,AL,"1,012"\nPike,AL,0\n')
    assert found.area_counts
    assert np.isnan(found.table["count"][0])
    assert found.table["count"][1:].tolist() == [1012.0, 0.0]


def test_rows_of_one_incident_fold_and_identical_rows_without_a_number_do_not() -> None:
    text = (
        "incident id,victim id,incident date,zip,drug,survive\n"
        "7,1,2020-01-01,06103,Heroin,Y\n7,1,2020-01-01,06103,Fentanyl,Y\n"
        "7,2,2020-01-01,06103,Heroin,N\n7,1,2021-01-01,06103,Heroin,Y\n"
    )
    folded = intake_of(text)
    assert folded.table["record_id"].tolist() == ["7 2020-01-01", "7 2021-01-01"]
    assert folded.table["drugs"].tolist() == ["|fentanyl|heroin|", "|heroin|"]
    assert folded.table["outcome"].tolist() == ["fatal", "nonfatal"]
    assert folded.extra == {"victims": 3}
    assert folded.report.kept == 4
    twice = intake_of("date,zip\n2020-01-01,06103\n2020-01-01,06103\n")
    assert len(twice.table) == 2
    assert twice.table["record_id"].is_unique


def test_a_number_that_repeats_everywhere_is_no_case_number() -> None:
    rows = "".join(f"5,2020-01-01,{60601 + n}\n" for n in range(60))
    assert len(intake_of("case number,date,zip\n" + rows).table) == 60


def test_date_falls_back_to_the_next_role_row_by_row() -> None:
    text = "injury date,death date,zip\n9999-01-01,2020-03-01,06103\n2020-01-01,2020-03-01,06103\n"
    table = intake_of(text).table
    assert table["date_role"].tolist() == ["death", "injury"]


def test_rows_without_place_or_date_are_kept() -> None:
    found = intake_of("date,zip\n2020-01-01,\n,06103\nnever,nowhere\n")
    assert found.report.kept == 3
    assert len(found.table) == 3


def test_files_that_cannot_be_used_are_refused_with_what_to_do() -> None:
    with pytest.raises(ReadError, match="no rows"):
        intake_of("date,zip\n")
    with pytest.raises(SchemaError, match="place or a date"):
        intake_of("name,color\nx,red\n")
    with pytest.raises(CrsError, match="projected"):
        intake_of("date,X,Y\n2020-01-01,1167472.7,1863428.0\n")
    raw = open_table(b"date,zip\n2020-01-01,06103\n", "a.csv")
    with pytest.raises(SchemaError, match="another file"):
        read(raw, Mapping(("other",), ()))


def test_no_value_ever_stands_in_an_error_or_note() -> None:
    street = "14 Rosebud Lane"
    found = intake_of(f'date,address,zip\n{street},"{street}",06103\n2020-01-01,{street},x\n')
    assert all(street not in note.text for note in found.report.notes)


def test_digest_follows_bytes_and_choices() -> None:
    raw = open_table(b"date,zip,city\n2020-01-01,06103,Hartford\n", "a.csv")
    mapping = propose(raw)
    same = read(raw, mapping).digest
    assert same == read(open_table(b"date,zip,city\n2020-01-01,06103,Hartford\n", "b.csv")).digest
    assert same != read(raw, mapping.with_choice("incident.city", None)).digest


CELLS = st.sampled_from(
    ["", "NULL", "1", "-1", "0", "41.76", "-72.67", "41,76", "1e400", "nan", "9999-01-01",
     "2020-02-30", "01/02/2020", "2020-01-01T00:00:00Z", "06103", "CT", "Hartford",
     "Cook County, IL", "Y", "<10", "1,234", "heroin",
     'a"b', "a\nb", "=1+1", "(41.7, -72.6)", "POINT (-72.6 41.7)",
     "CT\n(41.5, -72.7)", "total", "---", "\x00", "😀", "99999999999999999999", "43831"]
) | st.text(max_size=12)  # fmt: skip
NAMES = st.sampled_from(
    ["id", "case number", "date", "death date", "DateType", "lat", "lon", "X", "Y", "geo", "zip",
     "city", "county", "state", "fips", "deaths", "population", "survive", "heroin", "other",
     "drug", "year", "quarter", "victim id", "", "injury city", "kind"]
)  # fmt: skip


@settings(max_examples=150)
@given(
    st.lists(NAMES, min_size=1, max_size=8),
    st.lists(st.lists(CELLS, max_size=9), max_size=12),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_small_table_is_read_or_refused_and_no_row_is_lost(
    names: list[str], rows: list[list[str]], delimiter: str
) -> None:
    text = io.StringIO()
    frame = [
        delimiter.join('"' + c.replace('"', '""') + '"' for c in line) for line in [names, *rows]
    ]
    text.write("\n".join(frame))
    try:
        raw = open_table(text.getvalue().encode("utf-8", "replace"), "a.csv")
        intake = read(raw, propose(raw))
        records = place(intake, load.gazetteer(), load.locator())
    except InputError:
        return
    report = records.report
    assert report.rows_read == report.kept + sum(report.dropped.values())
    assert report.kept == len(raw.text)
    assert len(records.table) <= report.kept
    assert records.table["record_id"].is_unique
    placed = records.table["precision"] != "99"
    assert (records.table.loc[placed, "geoid"] != "").all()
    assert records.table.loc[placed, ["lon", "lat"]].notna().all(axis=None)

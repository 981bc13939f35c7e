"""Tables as bad programs leave them: every line is kept, or dropped with a reason."""

import gzip
from typing import Final

import pytest

from geo.errors import InputError
from geo.ingest import Intake, open_table, propose, read
from geo.ingest.counts import numbers
from tests.files_made import book

HEAD: Final = "case number,incident date,county,state,drug"
ROWS: Final = [f"{n},2020-05-{n:02d},Hartford,CT,heroin" for n in range(1, 21)]
ROLES: Final = [
    "record_id", "incident.date", "incident.county", "incident.state", "drug",
]  # fmt: skip


def written(*lines: str, end: str = "\n") -> bytes:
    return end.join(lines).encode()


def with_sixth(line: str) -> bytes:
    return written(HEAD, *ROWS[:5], line, *ROWS[6:])


def taken(content: bytes, name: str = "calls.csv") -> Intake:
    """What comes in, once every line of it was counted."""
    raw = open_table(content, name)
    assert raw.rows_read == len(raw.text) + len(raw.dropped)
    intake = read(raw, propose(raw))
    report = intake.report
    assert report.rows_read == report.kept + sum(report.dropped.values())
    return intake


WHOLE: Final = {
    "a byte order mark twice": b"\xef\xbb\xbf" * 2 + written(HEAD, *ROWS),
    "carriage returns only": written(HEAD, *ROWS, end="\r"),
    "marks of direction and no width in names": written(
        "\u202ecase number\u202c,inc\u200bident da\u200dte,\u2066county\u2069,\ufeffstate\u00ad,"
        "drug\u200e",
        *ROWS,
    ),
    "the same marks in cells": with_sixth(
        "6,2020\u200e-05\u200e-06,Hart\u00adford,C\u200bT,her\u200boin"
    ),
    "no-break spaces": written(
        HEAD.replace(" ", "\u00a0"), *(row.replace(",", " ,\u00a0") for row in ROWS)
    ),
    "a mark opened in the header": written(HEAD.replace("incident", '"incident'), *ROWS),
    "marks within cells": with_sixth('6,2020-05-06,Hart"ford,CT,"her"oin"'),
    "backslashes before marks": with_sixth(r'6,2020-05-06,Hartford,CT,"said \"heroin\" twice"'),
    "ten thousand empty columns": written(HEAD + "," * 9995, *(row + "," * 9995 for row in ROWS)),
    "bars with blanks": written(*(line.replace(",", " | ") for line in (HEAD, *ROWS))),
    "text called a workbook": written(HEAD, *ROWS),
    "a packed file called text": gzip.compress(written(HEAD, *ROWS)),
    "two packed files in one": gzip.compress(written(HEAD, *ROWS[:9], ""))
    + gzip.compress(written(*ROWS[9:])),
}  # fmt: skip


@pytest.mark.parametrize("what", WHOLE)
def test_all_twenty_rows_come_in_and_are_understood(what: str) -> None:
    intake = taken(WHOLE[what], "calls.xlsx" if "workbook" in what else "calls.csv")
    assert len(intake.table) == intake.report.kept == 20
    assert [choice.role for choice in intake.report.mapping] == ROLES
    assert intake.table["when"].notna().all()
    assert not any(
        mark in "".join(c.column for c in intake.report.mapping) for mark in "\u200b\ufeff"
    )


DROPPED: Final = {
    "a comma within single marks": (
        with_sixth("6,'2020-05-06','Hartford','CT','heroin, fentanyl'"),
        {"more cells than the header has": 1},
    ),
    "lines that end in every way": (
        f"{HEAD}\r\n{ROWS[0]}\n{ROWS[1]}\r{ROWS[2]}\r\r\n{ROWS[3]}\n".encode(), {"blank line": 1},
    ),
    "rows of commas": (written(HEAD, *ROWS[:5], ",,,,", ",,,,,,,", *ROWS[5:]), {"blank line": 2}),
    "the header again, with a byte order mark": (
        written(HEAD, *ROWS[:10], "\ufeff" + HEAD, *ROWS[10:]), {"header repeated": 1},
    ),
    "a line of dashes as databases draw it": (
        written(HEAD, "-----,----,---,--,----", *ROWS, "--,--,,,"), {"line of dashes": 2},
    ),
    "a table drawn with bars": (
        written(*(f"| {line.replace(',', ' | ')} |" for line in (HEAD, "--,--,--,--,--", *ROWS))),
        {"line of dashes": 1},
    ),
    "names in two rows": (
        written("Incident,Incident,Place,Place,", HEAD, *ROWS), {"title above the header": 1},
    ),
    "names in two rows of a width": (
        written("Call,Call,Place,Place,Else", HEAD, *ROWS), {"title above the header": 1},
    ),
    "the separator named on top": (
        written("sep=;", *(line.replace(",", ";") for line in (HEAD, *ROWS))),
        {"title above the header": 1},
    ),
    "an end-of-file mark": (written(HEAD, *ROWS, "\x1a"), {"footer or note below the table": 1}),
}  # fmt: skip


@pytest.mark.parametrize("what", DROPPED)
def test_what_is_no_row_is_dropped_with_its_reason(what: str) -> None:
    content, reasons = DROPPED[what]
    intake = taken(content)
    assert intake.report.dropped == reasons
    assert [choice.role for choice in intake.report.mapping] == ROLES
    assert intake.table["when"].notna().all()


@pytest.mark.usefixtures("opened_here")
def test_totals_between_the_rows_count_nothing_twice() -> None:
    lines = [["Hartford", "CT", 2020, 3], ["Subtotal", None, None, 3], ["Tolland", "CT", 2020, 4],
             ["Total CT", None, None, 7], ["Grand Total", None, None, 14]]  # fmt: skip
    intake = taken(book([["County", "State", "Year", "Deaths"], *lines]), "deaths.xlsx")
    assert intake.table["count"].tolist() == [3, 4]
    assert sum(intake.report.dropped.values()) == 3


def test_repeated_names_over_rows_of_text_are_a_header() -> None:
    text = written("Drug,Drug,County,State", "heroin,fentanyl,Hartford,CT", "cocaine,,Tolland,CT")
    raw = open_table(text, "calls.csv")
    assert (len(raw.text), raw.columns) == (2, ("Drug", "Drug (2)", "County", "State"))


def test_points_between_thousands_and_commas_before_decimals() -> None:
    lines = [
        f"2020-05-0{n};Hartford;CT;heroin;{q}"
        for n, q in enumerate(["1.234,5", "1.234", "12,5"], 1)
    ]
    table = taken(written("Seizure date;County;State;Drug;Weight (g)", *lines)).table
    assert table["mass_g"].tolist() == [1234.5, 1234, 12.5]
    assert numbers(taken_cells("1.234", "41.765")).tolist() == [1.234, 41.765]


def taken_cells(*cells: str):
    return open_table(written("x,y", *(f"{cell},a" for cell in cells)), "x.csv").text["x"]


def test_case_numbers_that_a_spreadsheet_cut_short_do_not_fold() -> None:
    """202000000123 and 202000000456 are both shown as 2.02E+11 in a narrow column."""
    lines = ["2.02E+11,2020-05-01,06103", "2.02E+11,2020-05-01,06103", "7,2020-05-01,06103"]
    intake = taken(written("case number,date,zip", *lines))
    assert len(intake.table) == intake.table["record_id"].nunique() == 3
    assert [note.count for note in intake.report.notes if "cut short" in note.text] == [2]


REFUSED: Final = {
    "more nothing than a fault leaves": (
        with_sixth("6,2020-05-06,Hart" + "\0" * 40 + ",CT,heroin"), "binary data"
    ),
    "a row of 20,000 cells": (with_sixth(",".join("x" * 20_000)), "more than a spreadsheet"),
    "a cell of ten million letters": (with_sixth("6,2020-05-06,Kent,CT," + "x" * 10**7), "million"),
    "UTF-16 cut in two": (written(HEAD, *ROWS).decode().encode("utf-16") + b"x", "damaged"),
    "a packed file cut short": (gzip.compress(written(HEAD, *ROWS))[:-9], "damaged"),
    "packed twice": (gzip.compress(gzip.compress(written(HEAD, *ROWS))), "another archive"),
    "commas only": (b"," * 10_000, "empty"),
    "rows without names": (written(*ROWS), "column"),
    "objects, one a line": (b'{"date":"2020-05-01","zip":"06103"}\n' * 10, "not GeoJSON"),
}  # fmt: skip


def test_a_byte_of_zero_costs_itself_and_names_its_line() -> None:
    raw = open_table(with_sixth("6,2020-05-06,Hart\0ford,CT,heroin"), "calls.csv")
    told = [note.text for note in raw.notes if "of zero" in note.text]
    where = with_sixth("here").decode().splitlines().index("here") + 1
    assert len(told) == 1
    assert f"first in line {where} of the file" in told[0]
    assert "Hartford" in raw.text.to_numpy()


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_a_table_is_refused_in_a_sentence(what: str) -> None:
    content, words = REFUSED[what]
    with pytest.raises(InputError, match=words):
        taken(content)

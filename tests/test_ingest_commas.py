"""Commas in quantities: thousands or decimals, decided once a file. Expected numbers by hand."""

import math

import pytest

from boundaries import load
from geo.ingest import Intake, open_table, propose, read
from geo.seized import parts_of
from geo.store import open_store
from tests.store_files import put, to_csv


def intake_of(text: str) -> Intake:
    raw = open_table(text.encode(), "a.csv")
    return read(raw, propose(raw))


def quantities(text: str) -> tuple[list[float], list[str]]:
    """Quantities of each row, -1 where missing, and the warnings said of commas."""
    intake = intake_of(text)
    said = [n.text for n in intake.report.notes if "comma" in n.text]
    return intake.table["quantity"].fillna(-1).tolist(), said


_CASES = "Case No;Seizure Date;County;State;Drug;Quantity;Unit\n"
_ROW = "2024-01-05;Cook;IL;Heroin"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1,250", "2,500", "0,125"), [1.25, 2.5, 0.125]),  # no thousand begins with 0
        (("1,250", "2,500", "12,5"), [1.25, 2.5, 12.5]),
        (("1,250", "2.500", "0,5"), [1.25, 2500, 0.5]),
        (("1.234,5", "1.250.000", "7"), [1234.5, 1250000, 7]),
        (("1,250", "2.5", "3.75"), [1250, 2.5, 3.75]),  # the point stands before decimals
        (("1,250", "2,250.5", "1,250,000"), [1250, 2250.5, 1250000]),
    ],
)
def test_one_reading_of_commas_for_a_whole_file_that_tells(cells, expected) -> None:
    text = _CASES + "".join(f"{n};{_ROW};{cell};KG\n" for n, cell in enumerate(cells))
    assert quantities(text) == (expected, [])


def test_commas_that_nothing_tells_of_are_decimal_between_semicolons_and_said() -> None:
    read, said = quantities(_CASES + f"1;{_ROW};1,250;KG\n2;{_ROW};2,500;KG\n")
    assert read == [1.25, 2.5]
    assert len(said) == 1
    assert "Nothing else in the file tells" in said[0]
    read, said = quantities(
        "Case No,Seizure Date,County,State,Drug,Quantity,Unit\n"
        '1,2024-01-05,Cook,IL,Heroin,"1,250",KG\n'
    )
    assert (read, len(said)) == ([1250], 1)


def test_coordinates_with_a_decimal_comma_tell_of_the_quantities() -> None:
    read, said = quantities(
        "Case No;Seizure Date;Latitude;Longitude;Drug;Quantity;Unit\n"
        "1;2024-01-05;41,8811;-87,6298;Heroin;1,250;KG\n"
        "2;2024-01-06;41,8911;-87,6398;Heroin;2,500;KG\n"
    )
    assert (read, said) == ([1.25, 2.5], [])


def test_commas_of_all_columns_of_quantities_are_read_alike() -> None:
    intake = intake_of(
        "Case No;Seizure Date;County;State;Heroin (kg);Cocaine (kg)\n"
        "1;2024-01-05;Cook;IL;1,250;0,5\n2;2024-01-06;Cook;IL;2,500;1,125\n"
    )
    grams = parts_of(intake.table)
    assert grams.groupby("drugs")["mass_g"].sum().to_dict() == {
        "|cocaine|": 1625, "|heroin|": 3750
    }  # fmt: skip


@pytest.mark.parametrize("surer", ["1,234.5", "7,250"])
def test_one_slip_does_not_turn_a_file_of_thousands(surer: str) -> None:
    cells = ["1,250", "2,500", surer, "12,5"]
    intake = intake_of(
        "Case No,Seizure Date,County,State,Drug,Quantity,Unit\n"
        + "".join(f'{n},2024-01-05,Cook,IL,Heroin,"{cell}",LB\n' for n, cell in enumerate(cells))
    )
    assert intake.table["quantity"].fillna(-1).tolist() == [
        1250, 2500, float(surer.replace(",", "")), -1
    ]  # fmt: skip
    misfit = [n for n in intake.report.notes if "does not fit" in n.text]
    assert [n.rows for n in misfit] == [(5,)]  # the header is row 1


def test_a_slip_in_a_column_called_by_a_drug_leaves_some_of_it_unmeasured() -> None:
    intake = intake_of(
        "Case No,Seizure Date,County,State,Heroin (g),Meth (g)\n"
        '1,2024-01-05,Cook,IL,"1,250","1,234.5"\n2,2024-01-06,Cook,IL,"12,5",0\n'
    )
    assert intake.table["drugs"].tolist() == ["|heroin|meth|", "|heroin|"]
    assert math.isnan(intake.table["quantity"][1])


def test_later_files_and_mended_lines_that_do_not_tell_are_read_as_the_first(tmp_path) -> None:
    """Lines to mend come back between commas: 1,250 kg stay one and a quarter."""
    store = open_store(tmp_path / "store", load.locator())
    first = _CASES + f"1;{_ROW};1,250;KG\n2;{_ROW};0,5;KG\n3;{_ROW};2,750;KG;x\n"
    put(store, first.encode())
    table = store.quarantine("EMS").drop(columns="cell 8")
    put(store, to_csv(table), name="mended.csv")
    found = store.records("EMS").table.set_index("record_id")["quantity"]
    assert found.to_dict() == {"1": 1.25, "2": 0.5, "3": 2.75}
    put(store, (_CASES + f"4;{_ROW};3,125;KG\n").encode(), name="later.csv")
    assert store.records("EMS").table["quantity"].max() == 3.125

"""Quotation marks: cells that run over many lines, marks that are stray, rows that they tear."""

import pytest

from geo.errors import ReadError
from geo.ingest import open_table
from geo.ingest.raw_table import RawTable

HEADER = "case number,incident date,zip,narrative,drug"
ROW = "2,2020-05-02,06103,short,heroin"
STRAY = "quotation marks that do not match"
PIECE = "piece of a row with quotation marks that do not match"


def opened(*lines: str) -> RawTable:
    return open_table("\n".join([HEADER, *lines]).encode(), "calls.csv")


def reasons(raw: RawTable) -> dict[int, str]:
    return dict(zip(raw.dropped["source_row"], raw.dropped["reason"], strict=True))


# Long cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [0, 3, 5_000])
@pytest.mark.parametrize("letters", [5, 900])
def test_a_narrative_of_four_hundred_lines_is_one_cell(before: int, letters: int) -> None:
    text = "\n".join(f"{number}, unit {'x' * letters}, arrived" for number in range(400))
    raw = opened(*[ROW] * before, f'1,2020-05-01,06103,"{text}",heroin', ROW)
    assert raw.delimiter == ","
    assert len(raw.text) == before + 2
    assert raw.text["narrative"][before] == text
    assert raw.text["drug"][before] == "heroin"
    assert raw.notes == ()
    assert raw.dropped.empty


@pytest.mark.parametrize("text", ["x\n" * 5_000_000, "x" * 10_000_000], ids=["lines", "one line"])
def test_a_cell_of_ten_megabytes_is_one_cell(text: str) -> None:
    raw = opened(ROW, f'1,2020-05-01,06103,"{text}",heroin', ROW)
    assert raw.text["narrative"].str.len().tolist() == [5, len(text.strip()), 5]
    assert raw.notes == ()


def test_a_cell_of_more_than_32_megabytes_is_refused() -> None:
    with pytest.raises(ReadError) as refused:
        opened(ROW, '1,2020-05-01,06103,"' + "a b c\n" * 6_000_000 + '",heroin', ROW)
    assert refused.value.message == "The file has a row with more than 32 MB in quotation marks."


def test_a_row_of_a_million_quoted_cells_is_refused() -> None:
    with pytest.raises(ReadError, match="a line of more than a million letters"):
        opened(ROW, '"a",' * 3_000_000)


# Stray marks: no row between two of them is lost --------------------------------------------------


@pytest.mark.parametrize("between", [1, 3, 30, 300, 20_000])
def test_rows_between_two_stray_marks_are_not_one_cell(between: int) -> None:
    rows = [f"{number},2020-05-02,06103,short,heroin" for number in range(between)]
    open_, close = '900001,2020-05-01,06103,"oops,heroin', '900002,2020-05-01,06103,oops",heroin'
    raw = opened(open_, *rows, close, ROW)
    assert raw.text["case number"].tolist() == [
        *(str(number) for number in range(between)), "900002", "2",
    ]  # fmt: skip
    assert reasons(raw) == {2: STRAY}


@pytest.mark.parametrize("between", [1, 30, 3_000])
def test_nor_where_rows_begin_with_words(between: int) -> None:
    header = "county,incident date,zip,narrative,drug"
    rows = [f"New Haven,{n % 12 + 1}/3/2020,06510,short,heroin" for n in range(between)]
    lines = [header, *rows, 'Stark,5/3/2020,06103,"oops,', *rows, 'Hartford,5/3/2020,06103,oops",']
    raw = open_table("\n".join([*lines, *rows, ""]).encode(), "calls.csv")
    assert raw.text["narrative"].tolist().count("short") == 3 * between


def test_nor_in_a_table_of_two_columns() -> None:
    rows = [f"{6000 + n % 900:05},heroin" for n in range(5_000)]
    lines = ["zip,drug", '06103,"heroin', *rows, '06104,heroin"', *rows, ""]
    raw = open_table("\n".join(lines).encode(), "calls.csv")
    assert raw.text["drug"].tolist().count("heroin") == 10_000


def test_a_mark_that_is_never_closed_before_a_million_rows() -> None:
    rows = "".join(f"{number},2020-05-02,06103,short,heroin\n" for number in range(200_000))
    raw = open_table(f'{HEADER}\n0,2020-05-01,06103,"oops,heroin\n{rows}'.encode(), "calls.csv")
    assert len(raw.text) == 200_000
    assert reasons(raw) == {2: STRAY}


@pytest.mark.parametrize("line", ['a","c', ',"x","y', '1,",', 'a,"b""c'])
def test_lines_that_each_open_a_cell_are_read_once(line: str) -> None:
    # Followed to its end from each line anew, 10,000 of them would be 50 million lines.
    raw = opened(*[line] * 10_001)
    assert len(raw.text) + len(raw.dropped) >= 5_000


# Pieces of torn rows ------------------------------------------------------------------------------

PLACED = [
    f'E-{number},2020-05-{number:02},06103,"Hartford, CT\n(41.76, -72.68)",heroin'
    for number in range(10, 20)
]


def test_a_row_torn_by_a_mark_that_was_not_opened_is_set_aside_whole() -> None:
    torn = 'E-20,2020-05-20,06103,Hartford, CT\n(41.76, -72.68)",heroin'
    raw = opened(*PLACED, torn, *PLACED)
    assert raw.text["case number"].tolist() == [row[:4] for row in PLACED] * 2
    assert raw.dropped["case number"].tolist() == ["E-20", "(41.76"]
    assert [note.count for note in raw.notes] == [2]
    assert raw.notes[0].rows == (12, 13)
    assert "pieces of one whose quotation marks do not match" in raw.notes[0].text


def test_a_row_torn_by_a_mark_that_was_not_closed_is_set_aside_whole() -> None:
    torn = 'E-20,2020-05-20,06103,"Hartford, CT\n(41.76, -72.68),heroin'
    raw = opened(*PLACED, torn, *PLACED)
    assert raw.text["case number"].tolist() == [row[:4] for row in PLACED] * 2
    assert reasons(raw) == {12: STRAY, 13: PIECE}


def test_the_lines_of_a_torn_narrative_are_no_incidents() -> None:
    plain = [f"E-{number},2020-05-02,06103,short,heroin" for number in range(100, 120)]
    torn = 'E-120,2020-05-20,06103,"Found cold,\nblue\n\nno pulse, narcan, by medic\nto ED,heroin'
    raw = opened(*plain, torn, *plain)
    assert raw.text["narrative"].tolist() == ["short"] * 40
    assert list(reasons(raw).values()) == [STRAY, PIECE, "blank line", PIECE, PIECE]


def test_short_rows_and_inch_marks_beside_a_stray_mark_stay() -> None:
    short, shorter = "E-1,2020-05-02,06103,short", "E-3,2020-05-02,06103"
    inch = 'E-2,2020-05-02,06103,5" blade,heroin'
    plain = [f"E-{number},2020-05-02,06103,short,heroin" for number in range(100, 120)]
    broken = 'E-4,2020-05-02,06103,"oops,heroin'
    raw = opened(*plain, short, broken, shorter, inch, *plain)
    assert raw.text["case number"].tolist()[20:23] == ["E-1", "E-3", "E-2"]
    assert raw.text["narrative"][22] == '5" blade'
    assert list(reasons(raw).values()) == [STRAY]

"""Any table, however broken: an answer or a refusal, and no line lost on the way.

What a file holds is counted here by plain Python: its line breaks. Each of them either ends a line
of the table or stands inside one of its cells.
"""

import csv
import io
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.ingest import delimited, open_table, read
from geo.ingest.encoding import decode
from geo.ingest.layout import lay_out
from geo.ingest.raw_table import RawTable

REAL = (
    "ct_accidental_drug_deaths_2012_2018.csv",
    "cook_county_me_opioid.csv",
    "cdc_wonder_county_opioid_deaths_2006_2012.txt",
    "pa_overdose_information_network_2018.csv",
    "pa_opioid_seizures_2013_2018.csv",
)
WHOLE = ("cdc_wonder_county_opioid_deaths_2006_2012.txt", "pa_opioid_seizures_2013_2018.csv")
"""Small enough to be damaged from the first line to the notes below the table."""

BREAKS = re.compile(r"\r\n|\r|\n")


def physical_lines(data: bytes) -> int:
    text = decode(data).utf8.decode()
    return len(BREAKS.findall(text)) + (bool(text) and not BREAKS.fullmatch(text[-1:]))


def check_nothing_is_lost(data: bytes) -> RawTable | None:
    """Every line is in the table, above it, or in the quarantine; None when the file is refused."""
    try:
        raw = open_table(data, "fuzz.csv")
    except InputError:
        return None
    assert raw.rows_read == len(raw.text) + len(raw.dropped)
    numbers = [*raw.rows.tolist(), *raw.dropped["source_row"].tolist()]
    assert len(set(numbers)) == len(numbers) == raw.rows_read
    assert max(numbers, default=0) <= raw.rows_read + 1  # the one missing is the header's
    decoded = decode(data)
    cut = delimited.find_cut(decoded.head)
    blocks = [block for block, _ in delimited.read_blocks(decoded.utf8, cut)]
    assert sum(block.size for block in blocks) == raw.rows_read + 1
    inside = sum(
        len(BREAKS.findall(cell)) for block in blocks for line in block.lines() for cell in line
    )
    ends = sum(block.size for block in blocks)
    assert ends + inside == physical_lines(data)
    try:
        report = read(raw).report
    except InputError:
        return raw
    assert report.rows_read == report.kept + sum(report.dropped.values())
    assert len(report.quarantine) == sum(report.dropped.values())
    assert report.rows_read == raw.rows_read
    return raw


def both_ways(data: bytes) -> None:
    """Arrow in large pieces and line by line give the same table."""
    decoded = decode(data)
    cut = delimited.find_cut(decoded.head)
    tables = []
    for fast in (True, False):
        blocks = (block for block, _ in delimited.read_blocks(decoded.utf8, cut, fast=fast))
        try:
            tables.append(lay_out(blocks))
        except InputError as error:
            tables.append(str(error))
    if isinstance(tables[0], str):
        assert tables[0] == tables[1]
        return
    quick, slow = tables
    assert quick.text.equals(slow.text)
    assert quick.rows.tolist() == slow.rows.tolist()
    assert quick.dropped.to_dict("list") == slow.dropped.to_dict("list")
    assert quick.short == slow.short


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "", "NA", "1", "2020-01-02", "41.5", '"', '""', "\n", "a\nb", ",", "=1+1",
                     "Total", "41,5", "\ufeff", "\u2028", "\x0b", "\x00", "'", "  x "]),
)  # fmt: skip
TABLES = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)


@settings(max_examples=150)
@given(TABLES, st.sampled_from(",;\t|"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_any_table_any_text(table: list[list[str]], delimiter: str, quoting: int) -> None:
    header = [f"name {letter}" for letter in "abcdef"[: len(table[0])]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(
        [header, *table]
    )
    check_nothing_is_lost(out.getvalue().encode())


@settings(max_examples=250)
@given(st.text(alphabet='a1,;"\n\r\t |é', max_size=60))
@example('a,b,c\n1,"x\n2,y",z\n')
@example('a,b,c\n"1""\n2,y,z"\n')
def test_any_text_at_all(text: str) -> None:
    check_nothing_is_lost(text.encode())


@settings(max_examples=150)
@given(
    st.lists(st.text(alphabet='ab1,"\n\r ', max_size=14), min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
)
def test_both_ways_give_the_same_table(lines: list[str], end: str) -> None:
    # The first 200 lines are always read one by one: what is to be compared comes behind.
    plain = [f"{n},x,y" for n in range(205)]
    both_ways(end.join(["id,b,c", *plain, *lines, *plain[:3]]).encode())


@pytest.fixture(scope="module")
def incidents(shared_data: Path) -> Path:
    return shared_data / "incidents"


@pytest.mark.parametrize("name", REAL)
def test_both_ways_give_the_same_table_on_real_files(incidents: Path, name: str) -> None:
    both_ways((incidents / name).read_bytes())


def cut_anywhere(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data) // 2)
    return data[start : dice.randrange(start + 1, len(data))]


def shuffle_lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.split(b"\n")
    dice.shuffle(lines)
    return b"\n".join(lines)


def stray_quotes(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(20):
        at = dice.randrange(len(changed))
        changed[at:at] = b'"'
    return bytes(changed)


def missing_quotes(data: bytes, dice: random.Random) -> bytes:
    letters = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(letters == ord('"'))
    gone = dice.sample(range(len(quotes)), min(20, len(quotes)))
    return np.delete(letters, quotes[gone]).tobytes()


def flip_bytes(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(50):
        changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def drop_columns(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8-sig")
    delimiter = "\t" if "\t" in text[:200] else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    gone = set(dice.sample(range(len(rows[0])), len(rows[0]) // 3))
    out = io.StringIO()
    kept = [[cell for at, cell in enumerate(row) if at not in gone] for row in rows]
    csv.writer(out, delimiter=delimiter).writerows(kept)
    return out.getvalue().encode()


def change_delimiter(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text[:200] else ",")
    out = io.StringIO()
    csv.writer(out, delimiter=dice.choice(";|\t")).writerows(rows)
    return out.getvalue().encode()


def double_header(data: bytes, dice: random.Random) -> bytes:
    first, rest = data.split(b"\n", 1)
    lines = rest.split(b"\n")
    at = dice.randrange(len(lines))
    return b"\n".join([first, first, *lines[:at], first, *lines[at:]])


def torn_lines(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(20):
        at = dice.randrange(len(changed))
        changed[at:at] = dice.choice([b"\n", b"\r", b"\r\n", b"\n\n"])
    return bytes(changed)


MUTATIONS = (
    cut_anywhere, shuffle_lines, stray_quotes, missing_quotes, flip_bytes, drop_columns,
    change_delimiter, double_header, torn_lines,
)  # fmt: skip


def some_of(data: bytes, size: int) -> bytes:
    """Whole lines from the top of a file."""
    return data[: data.find(b"\n", size) + 1] if len(data) > size else data


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutation: mutation.__name__)
@pytest.mark.parametrize("name", REAL)
def test_damaged_files(
    incidents: Path, name: str, mutate: Callable[[bytes, random.Random], bytes]
) -> None:
    damaged = mutate(some_of((incidents / name).read_bytes(), 100_000), random.Random(name))  # noqa: S311  (dice)
    check_nothing_is_lost(damaged)
    both_ways(damaged)


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutation: mutation.__name__)
@pytest.mark.parametrize("name", WHOLE)
def test_damaged_whole_files(
    incidents: Path, name: str, mutate: Callable[[bytes, random.Random], bytes]
) -> None:
    damaged = mutate((incidents / name).read_bytes(), random.Random(0))  # noqa: S311  (dice)
    check_nothing_is_lost(damaged)
    both_ways(damaged)


# What is in the rows kept, compared with the undamaged file as Python's own reader reads it -------


def rows_of(data: bytes) -> list[tuple[str, ...]]:
    """Rows below the header by Python's reader, cells without spaces around them."""
    rows = csv.reader(io.StringIO(data.decode(), newline=""))
    width = len(next(rows))
    found = [tuple(cell.strip() for cell in row) for row in rows]
    assert all(len(row) == width for row in found)
    return found


def without_quotes(data: bytes, count: int, dice: random.Random) -> tuple[bytes, set[int]]:
    """The file without some of its quotation marks, and the rows below the header they were in."""
    letters = np.frombuffer(data, np.uint8)
    is_open = np.cumsum(letters == ord('"')) % 2 == 1
    ends = np.flatnonzero((letters == ord("\n")) & ~is_open)
    quotes = np.flatnonzero(letters == ord('"'))
    row = np.searchsorted(ends, quotes) - 1  # the header is -1
    gone = dice.sample(range(int((row < 0).sum()), len(quotes)), count)
    return np.delete(letters, quotes[gone]).tobytes(), set(row[gone].tolist())


def check_what_is_kept(data: bytes, damaged: bytes, touched: set[int]) -> None:
    """Each row that was not touched is kept as it was; no more rows than there were."""
    rows = rows_of(data)
    kept = Counter(tuple(row) for row in open_table(damaged, "a.csv").text.itertuples(index=False))
    assert Counter(row for at, row in enumerate(rows) if at not in touched) <= kept
    assert kept.total() <= len(rows)
    if not touched:
        assert kept == Counter(rows)


QUOTED = (
    "ct_accidental_drug_deaths_2012_2018.csv",
    "cook_county_me_opioid.csv",
    "pa_overdose_information_network_2018.csv",
    "pa_opioid_seizures_2013_2018.csv",
)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("count", [0, 1, 20])
@pytest.mark.parametrize("name", QUOTED)
def test_missing_quotes_cost_the_rows_they_are_in(
    incidents: Path, name: str, count: int, seed: int
) -> None:
    data = some_of((incidents / name).read_bytes(), 400_000)
    while data.count(b'"') % 2:  # cut within a cell
        data = data[: data.rfind(b"\n", 0, -1) + 1]
    check_what_is_kept(data, *without_quotes(data, count, random.Random(seed)))  # noqa: S311  (dice)


WORDS = ["pt", "found", "unresponsive,", "blue", "cold", "narcan", "x2", "by", "medic,", "to", "ED"]


def narratives(dice: random.Random, first: str, at: int) -> bytes:
    """A table with a column of texts of one to thirty lines."""
    header = [first, "incident date", "zip", "drug", "fatal"]
    header.insert(at, "narrative")
    rows = []
    for number in range(120):
        lines = [
            " ".join(dice.choices(WORDS, k=dice.randrange(2, 12)))
            for _ in range(dice.choice([1, 1, 2, 5, 30]))
        ]
        name = dice.choice(["Hartford", "New Haven"]) if first == "county" else f"E-{number + 100}"
        drug = dice.choice(["Heroin", "Fentanyl, Cocaine", ""])
        day = f"{dice.randrange(1, 13)}/{dice.randrange(1, 29)}/2020"
        row = [name, day, f"06{dice.randrange(100, 999)}", drug, dice.choice("YN")]
        row.insert(at, "\n".join(lines))
        rows.append(row)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue().encode()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("at", [1, 3, 5])
@pytest.mark.parametrize("first", ["case number", "county"])
def test_missing_quotes_among_narratives(first: str, at: int, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  (dice)
    data = narratives(dice, first, at)
    check_what_is_kept(data, data, set())
    damaged, touched = without_quotes(data, 8, dice)
    check_what_is_kept(data, damaged, touched)
    check_nothing_is_lost(damaged)
    both_ways(damaged)

"""Dates of map servers. Expected days by GNU date: `date -u -d @1709337600` is 2024-03-02."""

import json

import pandas as pd
import pytest

from geo.ingest import open_table, propose, read
from geo.ingest.dates import parse


def test_milliseconds_at_midnight_are_days() -> None:
    found = parse(pd.Series(["1709337600000", "1709424000000", ""]))
    assert found.when.astype("datetime64[D]").astype(str).tolist()[:2] == [
        "2024-03-02", "2024-03-03",
    ]  # fmt: skip
    assert found.precision.tolist() == ["day", "day", ""]
    assert not found.zoned.any()


def test_other_milliseconds_are_instants_in_utc() -> None:
    """1709337661 is 00:01:01 of that day."""
    found = parse(pd.Series(["1709337661000", "1709424000000"]))
    assert found.when.astype(str).tolist() == ["2024-03-02T00:01:01", "2024-03-03T00:00:00"]
    assert found.zoned.all()


def test_many_different_ones_too() -> None:
    found = parse(pd.Series([str(1709337661000 + 60_000 * n) for n in range(6000)]))
    assert str(found.when[0]) == "2024-03-02T00:01:01"
    assert found.zoned.all()
    assert found.epoch.all()


def test_long_numbers_among_dates_and_telephones_are_none() -> None:
    assert not parse(pd.Series(["1709337600000", "3/2/2024", "3/3/2024"])).epoch.any()
    assert parse(pd.Series(["6145551234", "2025551234"])).unreadable.all()


@pytest.mark.usefixtures("opened_here")
def test_geojson_of_a_map_server() -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"INC_NO": f"A{n}", "INC_DATE": 1709337600000 + n * 86_400_000},
            "geometry": {"type": "Point", "coordinates": [-83, 39.96]},
        }
        for n in range(2)
    ]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    raw = open_table(data, "layer.geojson")
    assert propose(raw).column("record_id") == "INC_NO"
    intake = read(raw)
    assert intake.table["when"].dt.date.astype(str).tolist() == ["2024-03-02", "2024-03-03"]
    assert any("milliseconds since 1970" in note.text for note in intake.report.notes)

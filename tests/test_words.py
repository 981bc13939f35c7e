"""What a map says of itself in words."""

from dataclasses import replace

from analysis import run
from analysis.study import Study
from tests.records_made import by_county, records


def test_counts_of_counties_beside_single_records_are_told():
    """Two of three counties are in both: 09001 and 09003."""
    single = records(by_county({"09001": 4, "09003": 2, "09005": 3}))
    whole = replace(
        records(
            [{"geoid": "09001", "count": 40.0}, {"geoid": "09003", "count": 7.0}], area_counts=True
        ),
        source="counts.csv",
    )
    study = Study(states=("CT",))
    said = [w for w in run.run(study, (single, whole)).warnings if "each counts twice" in w]
    assert [w.split()[0] for w in said] == ["2"]
    assert not any("twice" in w for w in run.run(study, (single,)).warnings)

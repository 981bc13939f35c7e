"""Links between sources: against a known truth made of a real file, and case by case."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import linkage
from analysis.linkage import count_once, evidence, matching
from analysis.linkage.pairs import candidates, sides
from boundaries import load
from geo import schema
from geo.errors import StudyError
from geo.geocoding.cascade import place
from geo.ingest import open_table, read
from geo.schema import Records
from tests.linkage_truth import coroner_and_ems, with_people
from tests.records_made import records as made

COOK = "cook_county_me_opioid.csv"


def source(name: str, rows, **columns: object) -> Records:
    """Records of a source by a name, ids with its first letter."""
    records = made(rows)
    ids = [f"{name[0]}{i}" for i in range(len(rows))]
    table = records.table.assign(**{schema.RECORD_ID: ids, **columns})
    return replace(records, table=table, source=name, digest=name)


@pytest.fixture(scope="module")
def cook(shared_data: Path) -> Records:
    path = shared_data / "incidents" / COOK
    records = place(read(open_table(path, path.name)), load.gazetteer(), load.locator())
    return with_people(records, path, age="AGE", sex="GENDER", number="CASENUMBER")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_links_of_a_real_file_against_the_truth(cook: Records, seed: int) -> None:
    coroner, ems, truth = coroner_and_ems(cook, seed)
    links = linkage.link(coroner, ems, least=0.01)
    pairs = zip(links["record_a"], links["record_b"], strict=True)
    right = pd.Series([pair in truth for pair in pairs])
    sure = links["probability"] >= linkage.LIKELY
    assert right[sure].mean() > 0.98
    assert right[sure].sum() / len(truth) > 0.95
    assert links["record_a"].is_unique
    assert links["record_b"].is_unique
    # Calibrated: of pairs with a probability about p, about p are true.
    for low, high in ((0.6, 0.85), (0.85, 0.97), (0.97, 1.01)):
        some = (links["probability"] >= low) & (links["probability"] < high)
        assert some.sum() > 50
        assert right[some].mean() == pytest.approx(links.loc[some, "probability"].mean(), abs=0.15)
    # All in all as many links as the probabilities say.
    assert links["probability"].sum() == pytest.approx(right.sum(), rel=0.03)


def test_sources_that_share_nothing_have_no_links(cook: Records) -> None:
    """Decoys only: each event is in one of the two sources."""
    coroner, ems, truth = coroner_and_ems(cook, 4)
    shared = {number for number, _ in truth}
    alone = coroner.table[~coroner.table["record_id"].isin(shared)].reset_index(drop=True)
    decoys = ems.table[~ems.table["record_id"].str[4:].isin(shared)].reset_index(drop=True)
    links = linkage.link(replace(coroner, table=alone), replace(ems, table=decoys))
    assert (links["probability"] >= linkage.LIKELY).sum() <= 0.01 * len(alone)


def test_counties_and_days_alone_make_no_links() -> None:
    """Two sources known by county and day only, drawn apart: what meets, meets by chance."""
    rng = np.random.default_rng(12)
    counties = ["24510", "24005", "24003", "24025", "24031", "24033", "24021", "24043"]

    def some(name: str) -> Records:
        days = pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 365, 400), unit="D")
        return source(
            name,
            [
                {"geoid": g, "occurred_on": d, "lon": -76.6, "lat": 39.3}
                for g, d in zip(rng.choice(counties, 400), days, strict=True)
            ],
        )

    links = linkage.link(some("coroner"), some("ems"), least=0.0)
    assert len(links) > 50  # many meet
    assert (links["probability"] < linkage.LIKELY).all()


def test_matched_is_the_sum_over_all_matchings() -> None:
    """Every matching of a tree of pairs written out, each weighing the product of its odds."""
    left, right = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2])
    odds = np.array([3.0, 0.5, 2.0, 0.25])
    total, with_pair = 0.0, np.zeros(4)
    for chosen in product([False, True], repeat=4):
        used = np.flatnonzero(chosen)
        if len(set(left[used])) == len(set(right[used])) == len(used):
            weight = float(np.prod(odds[used]))
            total += weight
            with_pair[used] += weight
    np.testing.assert_allclose(matching.matched(odds, left, right, (3, 3)), with_pair / total)


def test_one_to_one_takes_the_surest_first() -> None:
    left, right = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    chosen = matching.one_to_one(np.array([0.9, 0.8, 0.85, 0.2]), left, right, 0.1)
    assert chosen.tolist() == [0, 3]


def test_candidates_are_all_pairs_of_a_county_within_the_days() -> None:
    rng = np.random.default_rng(1)

    def some(name: str) -> Records:
        day = pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 30, 200), unit="D")
        county = rng.choice(["24510", "24005", "24003"], 200)
        rows = [
            {"occurred_on": d, "geoid": g, "kind": k}
            for d, g, k in zip(day, county, rng.choice(["overdose", "seizure"], 200), strict=True)
        ]
        return source(name, rows)

    one, other = some("coroner"), some("ems")
    a, b = sides(one, other)
    found = {
        (int(a.row[i]), int(b.row[j]))
        for left, right in candidates(a, b, 2)
        for i, j in zip(left, right, strict=True)
    }
    rows = [
        list(zip(t["kind"], t["geoid"], t["occurred_on"], strict=True))
        for t in (one.table, other.table)
    ]
    expected = {
        (i, j)
        for (i, p), (j, q) in product(enumerate(rows[0]), enumerate(rows[1]))
        if p[:2] == q[:2] and abs((p[2] - q[2]).days) <= 2
    }
    assert found == expected
    assert len(expected) > 500


STREET = {"geoid": "24510", "lon": -76.61, "lat": 39.29, "precision": "01", "radius_m": 100.0}
ZIP = STREET | {"precision": "09", "radius_m": 3000.0}


def busy(name: str, rows, ages, *, seed: int) -> Records:
    """Given rows before 300 others of the same city, so that chance agreement can be counted."""
    rng = np.random.default_rng(seed)
    days = pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 600, 300), unit="D")
    others = [
        STREET | {"occurred_on": d, "lon": x, "lat": y}
        for d, x, y in zip(
            days, rng.uniform(-76.7, -76.5, 300), rng.uniform(39.2, 39.4, 300), strict=True
        )
    ]
    age = [*ages, *rng.integers(18, 75, 300).astype(float)]
    sex = [*["F"] * len(rows), *rng.choice(["F", "M"], 300)]
    return source(name, [*rows, *others], age=age, sex=sex)


def test_reasons_say_what_agrees_and_the_score_follows() -> None:
    near = STREET | {"lat": 39.2909}
    a = busy("coroner", [STREET], [34.0], seed=1)
    links = linkage.link(a, busy("ems", [near], [34.0], seed=2), least=0.3)
    top = links[links["record_a"] == "c0"].iloc[0]
    assert top["record_b"] == "e0"
    assert top["why"] == "same day; 100 m apart; age 34 in both; same sex; same outcome"
    assert top["distance_m"] == pytest.approx(99.5, abs=0.5)  # 0.0009 degrees of 110.57 km
    worse = linkage.link(a, busy("ems", [near], [61.0], seed=2), least=0.0)
    weaker = worse[(worse["record_a"] == "c0") & (worse["record_b"] == "e0")]
    assert weaker["why"].iloc[0] == "same day; 100 m apart; ages 34 and 61; same sex; same outcome"
    assert weaker["weight"].iloc[0] < top["weight"] - np.log(100)


def test_one_zip_code_for_all_is_no_evidence_of_closeness() -> None:
    rows = [ZIP | {"occurred_on": f"2018-{m:02d}-{d:02d}"} for m in range(1, 13) for d in (5, 15)]
    a, b = sides(source("coroner", rows), source("ems", rows))
    worth = evidence.worth(
        [np.array(field.if_same) for field in evidence.FIELDS], evidence.chances(a, b, 1, 1)
    )
    by_name = dict(zip([field.name for field in evidence.FIELDS], worth, strict=True))
    assert by_name["areas"][0] == 0.0
    assert by_name["outcome"][0] == 0.0  # all fatal on both sides
    assert by_name["days"][0] == pytest.approx(np.log(0.85 * 3))  # one day in three by chance
    assert by_name["age"][-1] == 0.0  # unknown


def test_county_middles_and_missing_people_give_no_distance_and_few_reasons() -> None:
    county = {"geoid": "24510", "lon": -76.6, "lat": 39.3, "precision": "12", "radius_m": 9e3}
    links = linkage.link(source("coroner", [county]), source("ems", [county]), least=0.0)
    assert links["distance_m"].isna().all()
    assert links["why"].tolist() == ["same day; same county; same outcome"]
    assert links["probability"].iloc[0] < linkage.LIKELY


def test_two_equally_good_partners_share_the_probability() -> None:
    a = busy("coroner", [STREET], [34.0], seed=1)
    one = linkage.link(a, busy("ems", [STREET], [34.0], seed=2), least=0.0)
    two = linkage.link(a, busy("ems", [STREET, STREET], [34.0, 34.0], seed=2), least=0.0)
    single = one.loc[one["record_a"] == "c0", "probability"].iloc[0]
    shared = two.loc[two["record_a"] == "c0", "probability"].iloc[0]
    assert single > 0.8
    assert shared <= 0.5


@pytest.mark.parametrize(
    "rows",
    [[], [STREET], [STREET] * 40, [{"occurred_on": None}], [{"geoid": "", "precision": "99"}]],
    ids=["empty", "one row", "all one place", "no day", "no place"],
)
def test_little_to_go_on_is_no_trouble(rows) -> None:
    links = linkage.link(source("coroner", rows), source("ems", rows), least=0.0)
    assert list(links.columns) == list(linkage.COLUMNS)
    assert links["probability"].between(0, 1).all()
    assert links["record_a"].is_unique
    if len(rows) == 40:  # any could be any: none is sure
        assert (links["probability"] < linkage.LIKELY).all()


def test_kinds_and_counts_of_areas_are_never_linked() -> None:
    deaths, seizures = source("coroner", [STREET]), source("ems", [STREET | {"kind": "seizure"}])
    assert linkage.link(deaths, seizures, least=0.0).empty
    areas = replace(source("ems", [STREET]), area_counts=True)
    assert linkage.link(deaths, areas, least=0.0).empty


def test_wrong_choices_are_refused() -> None:
    one = source("coroner", [STREET])
    with pytest.raises(StudyError, match="window"):
        linkage.link(one, one, window_days=90)
    with pytest.raises(StudyError, match="same name"):
        linkage.link_all([one, one])
    links = linkage.link_all([one])
    with pytest.raises(StudyError, match="no probability"):
        count_once.count_once([one], links, ["coroner"], 80)
    with pytest.raises(StudyError, match="not among"):
        count_once.count_once([one], links, ["lab"], 0.8)


# Counting once


def links_of(*pairs: tuple[str, str, float]) -> pd.DataFrame:
    """Pairs of ids such as ("c0", "e1", 0.9); the first letter is the source."""
    names = {"c": "coroner", "e": "ems", "p": "police"}
    rows = [
        {
            "source_a": names[a[0]], "source_b": names[b[0]],
            "record_a": a, "record_b": b, "probability": p,
        }
        for a, b, p in pairs
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_less_preferred_of_each_pair_is_not_counted_and_it_is_said() -> None:
    three = [source(name, [STREET] * 3) for name in ("coroner", "ems", "police")]
    links = links_of(("c0", "e0", 0.95), ("c1", "e1", 0.6), ("e0", "p2", 0.9), ("c0", "p2", 0.85))
    coroner, ems, police = count_once.count_once(three, links, ["coroner", "ems"], 0.8)
    assert coroner is three[0]
    assert ems.table["record_id"].tolist() == ["e1", "e2"]
    assert police.table["record_id"].tolist() == ["p0", "p1"]
    assert (ems.incidents, police.incidents) == (2, 2)
    assert ems.table.index.tolist() == [0, 1]
    note = ems.report.notes[-1]
    assert note.text == (
        "1 record is not counted: linked to a record of coroner, which is preferred, with a "
        "probability of at least 80%."
    )
    assert (note.count, note.rows) == (1, (2,))
    assert "coroner or ems" in police.report.notes[-1].text
    assert ems.report.rows_read == ems.report.kept + sum(ems.report.dropped.values())


def test_a_source_that_is_gone_plays_no_part_in_the_choice() -> None:
    two = [source(name, [STREET] * 3) for name in ("coroner", "ems")]
    choice = linkage.CountOnce(("undone", "ems", "coroner"), 0.5)
    counted = linkage.as_chosen(two, choice)
    links = linkage.link_all(two)
    expected = count_once.count_once(two, links, ["ems", "coroner"], 0.5)
    assert [one.digest for one in counted] == [one.digest for one in expected]
    assert linkage.not_counted(two, counted) == len(links[links["probability"] >= 0.5])
    assert linkage.as_chosen(two[:1], choice) == (two[0],)


def test_the_digest_names_the_choice() -> None:
    two = [source(name, [STREET] * 3) for name in ("coroner", "ems")]
    links = links_of(("c0", "e0", 0.95), ("c1", "e1", 0.6))
    digests = {
        one.digest
        for prefer, threshold in ((["coroner"], 0.8), (["ems"], 0.8), (["coroner"], 0.5))
        for one in count_once.count_once(two, links, prefer, threshold)
    }
    # Both as given, and three choices.
    assert len(digests) == 5
    again = count_once.count_once(two, links, ["coroner"], 0.8)[1].digest
    assert again == count_once.count_once(two, links, ["coroner"], 0.8)[1].digest

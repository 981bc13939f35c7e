"""Pieces of streets told by the streets at their ends, against the file they come from."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.geocoding.address import parse
from geo.geocoding.street_finder import Finder
from geo.geocoding.street_locate import distance_m
from tests.test_streets import find, finder, folder

__all__ = ["finder", "folder"]


@pytest.fixture(scope="module")
def faces(shared_data: Path) -> pd.DataFrame:
    """Pieces of streets from one named street to the next, each with a point drawn on it.

    By the nodes the file itself names (TNIDF, TNIDT); nothing of our index is used.
    """
    edges = gpd.read_file(shared_data / "geocoding/tiger_nc37143/tl_2020_37143_edges.shp")
    edges = edges[edges["FULLNAME"].notna() & (edges["ROADFLG"] == "Y")]
    ends = pd.concat([edges[["FULLNAME", node]].set_axis(["name", "node"], axis=1)
                      for node in ("TNIDF", "TNIDT")])  # fmt: skip
    names = ends.groupby("node")["name"].agg(set)
    share = np.random.default_rng(0).random(len(edges))
    on = shapely.line_interpolate_point(edges.geometry.to_numpy(), share, normalized=True)
    rows = []
    for name, first, last, zip5, point in zip(
        edges["FULLNAME"], edges["TNIDF"], edges["TNIDT"], edges["ZIPL"].fillna(""), on, strict=True
    ):
        one, other = sorted(names[first] - {name}), sorted(names[last] - {name})
        if one and other and first != last and one[0] != other[-1]:
            rows.append((name, one[0], other[-1], zip5, point.x, point.y))
    return pd.DataFrame(rows, columns=["name", "first", "last", "zip", "lon", "lat"])


def looked_for(finder: Finder, faces: pd.DataFrame, words: str) -> pd.DataFrame:
    asked = pd.DataFrame({
        "address": [words.format(*row) for row in faces[["name", "first", "last"]].to_numpy()],
        "zip": faces["zip"], "city": "", "state": "NC", "county_fips": "37143",
    }).astype("str")  # fmt: skip
    found = finder.find(finder.read(asked))
    here = (found[name].to_numpy() for name in ("lon", "lat"))
    return found.assign(off=distance_m(*here, faces["lon"].to_numpy(), faces["lat"].to_numpy()))


@pytest.mark.parametrize(
    "words",
    ["{0} between {1} and {2}", "{0} BTWN {2} & {1}", "{0} b/w {1} and {2}", "{0} from {1} to {2}"],
)
def test_a_piece_lies_between_its_crossings(finder, faces, words) -> None:
    found = looked_for(finder, faces, words)
    here = found["method"] == "between two crossings"
    assert len(faces) > 800
    assert here.mean() > 0.97
    assert (found["precision"][here] == "05").all()
    assert (found["off"] <= found["radius_m"])[here].mean() > 0.99
    # Radius and place are those of the two crossings: half the way, at least 50 m.
    assert found["radius_m"][here].median() < 100
    assert found["off"][here].median() < 50


def test_one_known_crossing_is_one_end(finder, faces) -> None:
    found = looked_for(finder, faces, "{0} between {1} and Nowhere Blvd")
    here = found["method"] == "one end of the block"
    assert here.mean() > 0.96
    assert (found["score"][here] <= 0.85).all()  # for a person to look at
    assert (found["off"] <= found["radius_m"])[here].mean() > 0.98


def test_what_was_matched_is_told(finder: Finder) -> None:
    face, end = find(
        finder,
        ("W Grubb St btw Church St and N Covent Gadren St", "27944", "", "NC"),
        ("W Grubb St btw N Church St and Nowhere Blvd", "27944", "", "NC"),
    ).itertuples()  # fmt: skip
    words = "W Grubb St between N Church St and N Covent Garden St, NC 27944"
    assert (face.matched_text, face.score) == (words, 0.9)  # the most with a wrong letter
    assert end.matched_text == "W Grubb St & N Church St, NC 27944"


@pytest.mark.parametrize(
    ("written", "like"),
    [
        ("113 W Grubb St between N Church St and Nowhere Blvd", "113 W Grubb St"),
        ("100 BLK W Grubb St between N Church St and Nowhere Blvd", "100 BLK W Grubb St"),
        # Neither end meets it: as if no ends were named.
        ("Cork St between Nowhere Blvd and Elsewhere Ln", "Cork St"),
        # The two crossings are kilometers apart.
        ("New Hope Rd between Woodland Church Rd and Union Hall Rd", "New Hope Rd"),
    ],
)
def test_what_says_more_or_nothing_is_taken_as_before(finder, written, like) -> None:
    one, other = (find(finder, (text, "27944", "", "NC")).iloc[0] for text in (written, like))
    assert one[["method", "reason"]].tolist() == other[["method", "reason"]].tolist()
    assert one[["lon", "lat"]].equals(other[["lon", "lat"]])


def test_pieces_in_company_are_as_alone(finder: Finder, faces: pd.DataFrame) -> None:
    some = faces.sample(60, random_state=1)
    whole = looked_for(finder, some, "{0} between {1} and {2}")
    alone = [looked_for(finder, some.iloc[[k]], "{0} between {1} and {2}") for k in range(60)]
    pd.testing.assert_frame_equal(whole, pd.concat(alone, ignore_index=True))


@pytest.mark.parametrize("word", ["betw", "b/w", "b/t", "betwn"])
def test_short_words_for_between(word):
    for text in (f"Main St {word} Elm St & Oak St", f"Main St ({word} Elm St and Oak St)"):
        found = parse(text)
        assert (found.kind, found.cross.base, found.other_cross.base) == ("between", "ELM", "OAK")


def test_of_three_streets_no_two_are_chosen(finder):
    """W Grubb St crosses N Church St and N Covent Garden St a block apart (TIGER/Line)."""
    words = {
        "W Grubb St & N Church St": "intersection",
        "W Grubb St & N Church St & N Covent Garden St": "",
        "W Grubb St & N Church St & Shell Station": "intersection",
        "W Grubb St & N Church St & W Grubb St": "intersection",
    }
    asked = pd.DataFrame({"address": [*words], "zip": "27944", "city": "", "state": "NC",
                          "county_fips": "37143"}).astype("str")  # fmt: skip
    found = finder.find(finder.read(asked))
    assert found["method"].tolist() == [*words.values()]
    assert found["reason"][1] == "several places fit equally well"

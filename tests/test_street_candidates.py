"""Crossings, pieces of streets and miles to choose from, where none was found or several were."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from boundaries import load
from geo.geocoding import street_sources
from geo.geocoding.street_build import build
from geo.geocoding.street_candidates import candidates
from geo.geocoding.street_finder import Finder
from geo.geocoding.street_locate import distance_m
from geo.geocoding.street_sources import PointColumns
from tests.test_streets import asked, find, finder, folder

__all__ = ["finder", "folder"]


@pytest.fixture(scope="module")
def nodes(shared_data: Path) -> pd.DataFrame:
    """Ends of all named edges of the county as the file has them: name, node, lon, lat."""
    edges = gpd.read_file(shared_data / "geocoding/tiger_nc37143/tl_2020_37143_edges.shp")
    edges = edges[edges["FULLNAME"].notna() & (edges["ROADFLG"] == "Y")]
    parts = []
    for node, at in (("TNIDF", 0), ("TNIDT", -1)):
        points = shapely.get_point(shapely.line_merge(edges.geometry.to_numpy()), at)
        lonlat = {"lon": shapely.get_x(points), "lat": shapely.get_y(points)}
        parts.append(pd.DataFrame({"name": edges["FULLNAME"], "node": edges[node], **lonlat}))
    return pd.concat(parts, ignore_index=True)


def offered(finder: Finder, text: str) -> pd.DataFrame:
    return candidates(finder, finder.read(asked((text, "27944", "", "NC"))), 0)


def test_a_crossing_that_may_be_two_offers_both(finder: Finder, nodes: pd.DataFrame) -> None:
    found = offered(finder, "Ocean Hwy N & Poplar Cir")
    assert find(finder, ("Ocean Hwy N & Poplar Cir", "27944", "", "NC"))["reason"].tolist() == [
        "several places fit equally well"
    ]
    names = nodes.groupby("node")["name"].agg(set)
    there = names.index[names.map(lambda one: {"Ocean Hwy N", "Poplar Cir"} <= one)]
    points = nodes[nodes["node"].isin(there)].drop_duplicates("node")
    # A divided road: two nodes at each end of the circle, and one offer for both.
    assert len(found) == 2
    assert len(points) == 4
    for lon, lat, radius in found[["lon", "lat", "radius_m"]].to_numpy():
        away = distance_m(lon, lat, points["lon"].to_numpy(), points["lat"].to_numpy())
        assert (away <= radius).sum() == 2
        assert away.min() < 0.2
    assert set(found["matched_text"]) == {"Ocean Hwy N & Poplar Cir, NC 27944"}
    assert found["street"].equals(found["matched_text"])  # what an accepted one is called
    assert (found["precision"] == "04").all()


@pytest.mark.parametrize("text", ["N Church St & W Grubbs St", "N Chruch St and Gruub St"])
def test_misspelled_names_offer_the_crossing_they_are_nearest_to(finder, text) -> None:
    assert offered(finder, text)["matched_text"][0] == "N Church St & W Grubb St, NC 27944"


def test_streets_that_do_not_meet_offer_the_nearest_crossings_of_each(finder, nodes) -> None:
    found = offered(finder, "N Church St & Perry St")
    assert find(finder, ("N Church St & Perry St", "27944", "", "NC"))["precision"].tolist() == [""]
    assert found["cost"].is_monotonic_increasing
    assert found["matched_text"].str.match("N Church St &|Perry St &")[:5].all()
    # The first is the node of either street, on a third, that is nearest to a node of the other.
    names = nodes.groupby("node")["name"].nunique()
    church, perry = (
        nodes[nodes["name"] == name].drop_duplicates("node") for name in ("N Church St", "Perry St")
    )
    from_church, from_perry = np.meshgrid(np.arange(len(church)), np.arange(len(perry)))
    here, there = church.iloc[from_church.ravel()], perry.iloc[from_perry.ravel()]
    ends = (one[what].to_numpy() for one in (here, there) for what in ("lon", "lat"))
    away = distance_m(*ends).reshape(from_church.shape).T
    shared = [(street["node"].map(names) > 1).to_numpy() for street in (church, perry)]
    nearest = min(away.min(axis=1)[shared[0]].min(), away.min(axis=0)[shared[1]].min())
    assert found["radius_m"][0] == pytest.approx(nearest, abs=1)


def test_a_street_that_is_not_known_offers_the_crossings_of_the_other(finder, nodes) -> None:
    found = offered(finder, "N Church St & Nowhere Blvd")
    mine = nodes[nodes["name"] == "N Church St"]
    others = set(nodes.loc[nodes["node"].isin(mine["node"]), "name"]) - {"N Church St"}
    crossed = found["matched_text"].str.extract(r"^N Church St & (.*?), NC")[0]
    assert len(found) >= 4
    assert set(crossed) <= others
    assert not len(offered(finder, "Nowhere Blvd & Elsewhere Ln"))


def test_of_three_streets_each_crossing_is_offered(finder: Finder) -> None:
    found = offered(finder, "W Grubb St & N Church St & N Covent Garden St")
    exact = [f"W Grubb St & {one}, NC 27944" for one in ("N Church St", "N Covent Garden St")]
    assert set(exact) <= set(found["matched_text"])


def test_a_piece_that_may_be_two_offers_both_and_its_ends(finder: Finder) -> None:
    found = offered(finder, "Shady Oak Dr between River Front Dr and Walnut Dr")
    pieces = found[found["method"] == "between two crossings"]
    assert len(pieces) == 2
    ends = found.loc[found["method"] == "one end of the block", "matched_text"]
    assert set(ends) == {
        "Shady Oak Dr & River Front Dr, NC 27944", "Shady Oak Dr & Walnut Dr, NC 27944",
    }  # fmt: skip


def test_a_mile_between_markers_far_apart_offers_the_nearest(tmp_path: Path) -> None:
    table = pd.DataFrame({
        "road": ["I-95", "I-95", "I-95", "US 17"], "mile": ["54", "56.5", "60", "56"],
        "x": ["-77.80", "-77.80", "-77.80", "-77.0"], "y": ["35.0", "35.025", "35.06", "35.0"],
    })  # fmt: skip
    columns = PointColumns(("road",), mile="mile", lon="x", lat="y")
    markers = street_sources.points(table, columns, "mile markers")
    index = build([markers], "NC", tmp_path, load.locator().locate)
    own = Finder({"NC": index}, load.gazetteer())
    read = own.read(asked(("I-95 MM 56", "", "", "NC", "37061")))
    assert own.find(read)["reason"].tolist() == ["no mile markers are loaded for this road"]
    found = candidates(own, read, 0)
    # Half a mile off; 54 is two miles off, more than the middle of a street may be.
    assert found["matched_text"].tolist() == ["I-95, mile 56.5, NC"]
    assert found["radius_m"].tolist() == [pytest.approx(0.5 * 1609.344, abs=1)]
    assert found[["lon", "lat"]].to_numpy().tolist() == [[-77.8, 35.025]]

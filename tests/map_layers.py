"""Layers of every kind for tests of maps and files; every text in them may be hostile."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import MultiLineString, Point, Polygon, box

from geo.layers import Field, Layer, Surface
from maps import topology

TEMPLATE = "{{ cycler.__init__.__globals__.os.popen('id').read() }}"
HOSTILE = {
    "template": TEMPLATE,
    "arithmetic": "{{ 7 * 7 }}",
    "statement": "{% for x in (1, 2) %}again{% endfor %}",
    "literal": "${window.__hurt = 1}",
    "script": "<script>window.__hurt = 1</script>",
    "image": "<img src=x onerror='window.__hurt = 1'>",
    "closing": "</script><script>window.__hurt = 1</script>",
    "comment": "<!--<script>",
    "backtick": "`${window.__hurt = 1}`",
    "quote": "\"'); window.__hurt = 1; //\\",
    "separator": "a\u2028b\u2029c",
    "formula": '=HYPERLINK("http://example.test","x")',
}
HOSTILE["everything"] = " ".join(HOSTILE.values())

FIELDS = (
    Field("name", "County"),
    Field("class", "Finding"),
    Field("count", "Overdoses", 0),
    Field("rate", "Rate per 100,000", 1),
    Field("z", "Gi* z-score", 2),
    Field("q", "q-value", 3),
)


def counties(seed: int = 0, n: int = 3108) -> gpd.GeoDataFrame:
    """Made-up values on counties; the browser holds the real shapes, so these are only boxes."""
    ids, names = topology.members("counties")
    outside = {"02", "15", "60", "66", "69", "72", "78"}
    at = [i for i, area in enumerate(ids) if area[:2] not in outside][:n]
    n = len(at)
    draw = np.random.default_rng(seed)
    z = 2 * np.sin(np.arange(n) / 60 + seed) + draw.normal(0, 0.7, n)
    count = draw.poisson(np.exp(draw.normal(2, 1.4, n)))
    cuts = [-2.58, -1.96, -1.65, 1.65, 1.96, 2.58]
    return gpd.GeoDataFrame(
        {
            "name": [", ".join(names[i]) for i in at],
            "class": pd.array(np.digitize(z, cuts) - 3, dtype="Int64"),
            "count": count,
            "rate": count / np.exp(draw.normal(10.2, 1.3, n)) * 1e5,
            "z": z,
            "q": draw.uniform(0, 1, n),
        },
        index=pd.Index([ids[i] for i in at], name="geoid"),
        geometry=[box(-96 + i / 1e3, 38, -95.9995 + i / 1e3, 38.1) for i in range(n)],
        crs=4326,
    )


def hot_spots(seed: int = 0, n: int = 3108) -> Layer:
    """The result most maps show."""
    return Layer(
        "hot", "Hot spots", "gi_class", shapes=counties(seed, n), fields=FIELDS, topology="counties"
    )


def cells(text: str = "Cell") -> Layer:
    """Four squares with a hole in one, one class missing: areas the browser does not hold."""
    holed = Polygon(box(-84, 40, -83, 41).exterior, [box(-83.7, 40.3, -83.3, 40.7).exterior.coords])
    shapes = gpd.GeoDataFrame(
        {
            "name": [text, "b", "c", "d"],
            "class": pd.array([3, 0, -2, pd.NA], dtype="Int64"),
            "z": [3.25, 0.5, -2.125, np.nan],
        },
        index=pd.Index(["c1", "c2", "c3", "c4"], name="cell"),
        geometry=[holed, box(-83, 40, -82, 41), box(-84, 41, -83, 42), box(-83, 41, -82, 42)],
        crs=4326,
    )
    fields = (Field("name", text), Field("class", "Finding"), Field("z", "Gi* z-score", 2))
    return Layer("cells", text, "gi_class", shapes=shapes, fields=fields, caveat=text)


def surface() -> Surface:
    """A cone of density, 160 km wide, around central Ohio; clear outside a circle."""
    north, east = np.mgrid[-40:40, -40:40] + 0.5
    away = np.hypot(north, east)
    values = np.where(away < 40, (40 - away) / 40, np.nan).astype("float32")
    # EPSG:5070 coordinates of 83 W 40 N, by PROJ's own cs2cs: 1106000 E, 1962000 N (rounded).
    transform = (1_106_000.0 - 80_000, 2_000.0, 0.0, 1_962_000.0 + 80_000, 0.0, -2_000.0)
    return Surface(values, transform, "EPSG:5070", "per km2", 10_000)


def every_kind(text: str) -> tuple[Layer, ...]:
    """One layer of each kind, with `text` wherever a text can stand."""
    named = (Field("name", text),)
    frame = {"name": [text], "confidence": ["B"], "value": [1.5]}

    def one(key: str, style: str, shape: object) -> Layer:
        fields = (*named, Field("value", text, 1)) if style == "rate" else named
        shapes = gpd.GeoDataFrame(frame, index=pd.Index([text]), geometry=[shape], crs=4326)
        return Layer(key, text, style, shapes=shapes, fields=fields, attribution=text, caveat=text)

    return (
        cells(text),
        one("rate", "rate", box(-86, 40, -85, 41)),
        Layer("density", text, "density", surface=surface(), attribution=text, caveat=text),
        one("county", "county", box(-86, 39, -81, 42)),
        one("state", "state", box(-87, 38, -80, 43)),
        one("hidta", "hidta", box(-85.5, 39.5, -84.5, 40.5)),
        one("corridor", "corridor", MultiLineString([[(-87, 40), (-80, 40.2)]])),
        one("incident", "incident", Point(-82.2, 39.6)),
        one("label", "label", Point(-83, 39.4)),
    )

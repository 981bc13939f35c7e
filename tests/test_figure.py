"""Static figures: what they measure and what they print."""

import re

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib_scalebar.scalebar import ScaleBar
from pyproj import Geod, Transformer

from maps import figure
from maps.extent import CONTIGUOUS
from maps.figure_layers import Frame, frame

COUNTRY = CONTIGUOUS
OHIO = (-84.82, 38.40, -80.52, 41.98)
COOK = (-88.26, 41.47, -87.52, 42.15)


def drawn_bar(degrees) -> tuple[float, float, float, Frame, Axes]:
    """Length the bar has on the page in map metres, and the km and miles it says."""
    page = Figure(figsize=(13.333, 7.5), dpi=200)
    FigureCanvasAgg(page)
    axes = page.add_axes((0.02, 0.075, 0.70, 0.765))
    looked_at = frame(axes, degrees)
    figure._scale_and_north(axes, looked_at.window)
    page.canvas.draw()
    (bar,) = [one for one in axes.artists if isinstance(one, ScaleBar)]
    km, miles = map(float, re.findall(r"([\d.]+) (?:km|mi)", bar.info.scale_text))
    return bar.info.length_px, km, miles, looked_at, axes


# Rounded by hand: a fifth of the map's width, down to 1, 2 or 5 times a power of ten. The frame is
# at least 1.63 times as wide as tall, so Ohio (400 km tall) is some 700 km wide, Cook some 130 km.
@pytest.mark.parametrize(
    ("degrees", "expected_km"), [(COUNTRY, 1_000), (OHIO, 100), (COOK, 20)],
    ids=["country", "state", "county"],
)  # fmt: skip
def test_the_scale_bar_is_as_long_as_it_says(degrees, expected_km):
    length, km, miles, _, axes = drawn_bar(degrees)
    left, right = axes.get_xlim()
    assert km == expected_km
    assert length == pytest.approx(km * 1_000)  # data units of the axes are metres
    assert 0.08 <= length / (right - left) <= 0.2
    assert miles == pytest.approx(km / 1.609344, rel=5e-3)  # the international mile, 1959


@pytest.mark.parametrize("degrees", [COUNTRY, OHIO, COOK], ids=["country", "state", "county"])
def test_the_scale_is_that_of_the_ground(degrees):
    """The bar against PROJ's geodesic along the middle of the map, on the ellipsoid."""
    _, km, _, looked_at, _ = drawn_bar(degrees)
    west, south, east, north = degrees
    lat, lon = (south + north) / 2, (west + east) / 2
    away = Geod(ellps="GRS80").fwd(lon, lat, 90, km * 1_000)
    to = Transformer.from_crs(4326, looked_at.crs, always_xy=True)
    start, end = to.transform(lon, lat), to.transform(away[0], away[1])
    # Albers keeps areas, so lengths are true within some 1.5% in the contiguous states.
    assert np.hypot(end[0] - start[0], end[1] - start[1]) == pytest.approx(km * 1_000, rel=0.02)

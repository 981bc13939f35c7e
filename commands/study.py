"""Commands that run a study: the same as in the browser, from files or the store to files."""

from typing import Any, get_args

import click

from analysis.study import (
    BandwidthRule,
    Correction,
    Edge,
    HotMeans,
    Kernel,
    Level,
    Measure,
    Neighbors,
    Unit,
    Versus,
)
from commands.study_flags import study_options
from geo.schema import DRUG_CLASSES, KINDS, OUTCOMES


@click.command()
@study_options
@click.option("--level", type=click.Choice(get_args(Level)), help="Chosen from the data otherwise.")
@click.option(
    "--hot-means",
    type=click.Choice(get_args(HotMeans)),
    help="More than its people explain (by county), or than chance explains (Gi*).",
)
@click.option(
    "--within-states", is_flag=True, default=None, help="Hold counties against their own state."
)
@click.option(
    "--measure", type=click.Choice(get_args(Measure)), help="Of Gi*: counts, or per population."
)
@click.option("--cell-m", type=float, help="Width of a hexagon, side of a square, in meters.")
@click.option("--neighbors", type=click.Choice(get_args(Neighbors)))
@click.option(
    "--band-m", type=float, help="Distance band in meters; chosen from the data otherwise."
)
@click.option(
    "--k", type=click.IntRange(min=1), help="How many nearest areas are neighbors; 8 otherwise."
)
@click.option("--correction", type=click.Choice(get_args(Correction)), help="For many tests.")
@click.option(
    "--min-count", type=click.IntRange(min=1),
    help="Fewest events near an area that may be called hot.",
)  # fmt: skip
def hotspots(**given: Any) -> None:  # noqa: ANN401  (the flags, as click passes them)
    """Find where more was recorded than chance explains (Getis-Ord Gi*)."""
    from commands import study_run

    study_run.run("hotspots", given)


@click.command()
@study_options
@click.option("--kernel", type=click.Choice(get_args(Kernel)))
@click.option("--bandwidth-m", type=float, help="Search radius in meters.")
@click.option("--bandwidth-rule", type=click.Choice(get_args(BandwidthRule)), help="Otherwise.")
@click.option(
    "--versus", type=click.Choice(get_args(Versus)),
    help="Events per area, along surveyed streets (see `geocode index`), or their risk beside "
    "the people of the counties or beside other records (see --control-...).",
)  # fmt: skip
@click.option(
    "--control-kind",
    "control_kinds",
    multiple=True,
    type=click.Choice(KINDS),
    help="With --versus controls: compare the chosen records with these others of the same places "
    "and days.",
)
@click.option("--control-outcome", "control_outcomes", multiple=True, type=click.Choice(OUTCOMES))
@click.option(
    "--control-drug", "control_drugs", multiple=True, type=click.Choice(list(DRUG_CLASSES))
)
@click.option(
    "--control-source", "control_sources", multiple=True,
    help="File, or source of the store, whose records are the controls; all others are cases.",
)  # fmt: skip
@click.option(
    "--edge", type=click.Choice(get_args(Edge)), help="What is lost beyond the border, given back."
)
@click.option(
    "--adaptive", is_flag=True, default=None, help="Bandwidths that follow the events; slower."
)
@click.option("--half-life-days", type=float, help="Days after which an event counts a half.")
@click.option("--unit", type=click.Choice(get_args(Unit)), help="Per square kilometer or mile.")
@click.option("--pixel-m", type=float, help="Pixel size in meters.")
def density(**given: Any) -> None:  # noqa: ANN401  (the flags, as click passes them)
    """Draw the kernel density of incidents, per area or along streets, or a relative risk.

    A .tif is a cloud-optimized GeoTIFF; of a relative risk its bands 2 and 3 are p and q. A
    .tif.zip has a QGIS style (.qml) beside it, and the classes of the map as a second GeoTIFF with
    a color table. Along streets the files hold lines: .gpkg, .geojson, .shp.zip and .csv.zip.
    """
    from commands import study_run

    study_run.run("density", given)

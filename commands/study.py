"""Commands that run a study: the same as in the browser, from files or the store to files."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, get_args

import click

from analysis import report as reports
from analysis import run as runs
from analysis.map_check import MapCheck, check_map
from analysis.result import HotSpots
from analysis.run import Result
from analysis.study import (
    BandwidthRule,
    Correction,
    Edge,
    HotMeans,
    Kernel,
    Level,
    Measure,
    Method,
    Neighbors,
    Study,
    Unit,
    Versus,
)
from analysis.words import count_of, source_line
from boundaries import layers as base_layers
from boundaries import load
from boundaries.intake import opened, placed
from commands.study_flags import refuse_idle, study_options
from commands.terminal import check_targets, replace_file, say
from geo import settings
from geo.errors import ReadError, StoreError, StudyError
from geo.ingest import propose
from geo.layers import Layer
from geo.schema import DRUG_CLASSES, HANDLINGS, KINDS, OUTCOMES, Records
from geo.store import open_store
from maps import export

_FIGURES: Final = ("png", "pdf", "svg", "html")
_FITTING: Final = {
    "hotspots": ("gpkg", "geojson", "shp", "csv", *_FIGURES),
    "density": ("tif", "tif.zip", "gpkg", "geojson", "shp", "csv", *_FIGURES),
    "streets": ("gpkg", "geojson", "shp", "csv", *_FIGURES),
}
"""Formats that can hold a result: of a density, a table has the hot areas; streets are lines."""


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
    _run("hotspots", given)


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
    _run("density", given)


def _run(method: Method, given: dict[str, Any]) -> None:
    """Read or look up, study, write: the flow of the house, with a line for each step."""
    files, sheet, chosen_sources = (given.pop(n) for n in ("files", "sheet", "chosen_sources"))
    outputs, report_file = given.pop("outputs"), given.pop("report_file")
    study_file: Path | None = given.pop("study_file")
    judged = given.pop("judged")
    if files and chosen_sources:
        raise StudyError("Files and a --source are both named.", "Name one or the other.")
    _check_outputs(method, (*files, *([study_file] if study_file else ())), outputs, report_file)
    saved = export.read_study(study_file.read_bytes()) if study_file else None
    chosen = {**_plain(given), "method": method}
    if "k" in chosen:
        chosen.setdefault("neighbors", "knn")
    asked = Study.from_json({**_base(saved).to_json(), **chosen})
    if method == "density" and asked.versus == "streets":
        _check_endings("streets", outputs)
    runs.check_places(asked)  # before the files are read, which may take a while
    records = [_placed(file, sheet) for file in files] or _stored(chosen_sources)
    if saved is None:
        asked = Study.from_json({**runs.suggest(records).to_json(), **chosen})
    elif _other_data(saved, records):
        say("Note: these are not the data of that study.")
    refuse_idle(asked, chosen)  # the level may have been chosen from the data
    if given["handling"] is None:
        levels = [asked.handling] if saved else []
        asked = replace(asked, handling=_strictest([*levels, *(one.handling for one in records)]))
    say(f"Running {method} …")
    result = runs.run(asked, records)
    say(result.finding)
    if isinstance(result, HotSpots) and result.whole_map:
        say(result.whole_map)
    for warning in result.warnings:
        say(f"Note: {warning}")
    check = _checked(asked, records) if judged else None
    _write(result, records, outputs, report_file, check)


def _checked(study: Study, records: Sequence[Records]) -> MapCheck | None:
    """Judge the map by its last months, and say how it did; None where that cannot be told."""
    try:
        check = check_map(study, records)
    except StudyError as error:
        say(f"Note: {error.message}")
        return None
    say(check.sentence())
    for warning in check.warnings:
        say(f"Note: {warning}")
    return check


def _check_outputs(
    method: str, inputs: Sequence[Path], outputs: Sequence[Path], report_file: Path | None
) -> None:
    """Refuse what cannot be written, or would destroy what is read, before any work is done."""
    _check_endings(method, outputs)
    check_targets(inputs, (*outputs, *([report_file] if report_file else ())))


def _check_endings(kind: str, outputs: Sequence[Path]) -> None:
    for output in outputs:
        if export.check_ending(output) not in _FITTING[kind]:
            raise ReadError(
                "An --out has an ending that cannot hold this result.",
                "Use .tif for a density or relative risk, and .gpkg, .geojson, .shp.zip or "
                ".csv.zip for areas and for streets; "
                ".png, .pdf and .html take both.",
            )


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the flags that were given, as the JSON values of a study."""
    chosen = {name: value for name, value in given.items() if value not in (None, ())}
    return {
        name: value.date().isoformat() if isinstance(value, datetime) else value
        for name, value in chosen.items()
    }


def _base(saved: dict[str, Any] | None) -> Study:
    return Study() if saved is None else Study.from_json(saved)


def _other_data(saved: dict[str, Any], records: Sequence[Records]) -> bool:
    """Whether a study file says which records it was made from, and they are others."""
    about = saved.get("provenance", saved)
    made_from = about.get("records") if isinstance(about, dict) else None
    if not isinstance(made_from, list):
        return False
    digests = [str(one.get("digest")) for one in made_from if isinstance(one, dict)]
    return sorted(digests) != sorted(one.digest for one in records)


def _strictest(levels: Iterable[str]) -> Any:  # noqa: ANN401  (a level; Study checks it)
    return max(levels, key=list(HANDLINGS).index)


def _placed(file: Path, sheet: str | None) -> Records:
    say(f"Reading {file.name} …")
    raw = opened(file, file.name, sheet)
    say("Placing …")
    records = placed(raw, propose(raw))
    report = records.report
    say(
        f"{count_of(report.rows_read, 'row', 'rows')} read, {report.kept:,} kept, "
        f"{sum(report.dropped.values()):,} dropped; "
        f"{count_of(records.incidents, 'incident', 'incidents')}."
    )
    for note in report.notes:
        say(f"Note: {note.text}")
    return records


def _stored(chosen: Sequence[str]) -> list[Records]:
    """Look up the records of all sources, or of those chosen."""
    store = open_store(settings.store_folder(), load.locator())
    known = [one.name for one in store.sources() if not all(i.undone for i in one.imports)]
    if not known and not chosen:
        raise StoreError("The store holds nothing.", "Name a file, or import one first.")
    found = []
    for name in chosen or known:
        say(f"Looking up {name} …")
        found.append(store.records(name))
        say(f"{count_of(found[-1].incidents, 'incident', 'incidents')}.")
    return found


def _write(
    result: Result,
    records: Sequence[Records],
    outputs: Sequence[Path],
    report_file: Path | None,
    check: MapCheck | None,
) -> None:
    for output in outputs:
        say(f"Writing {output.name} …")
        ending = export.check_ending(output)
        content = export.write(
            (*_layers(result, ending), *_around(result.study, ending)),
            output,
            study_json=result.provenance,
            handling=result.study.handling,
            title=result.title,
            finding=result.finding,
            synthetic=any(r.synthetic for r in records),
            source=source_line(records),
            warnings=result.warnings,
        )
        replace_file(output, content)
    if report_file:
        text = json.dumps(reports.report(result, records, check), indent=2, allow_nan=False)
        replace_file(report_file, f"{text}\n".encode())
        say(f"Report in {report_file.name}.")


def _layers(result: Result, ending: str) -> tuple[Layer, ...]:
    """Layers of a result; a file that holds several has both tests."""
    if isinstance(result, HotSpots) and ending == "gpkg":
        return result.all_layers()
    return result.layers()


def _around(study: Study, ending: str) -> tuple[Layer, ...]:
    """Borders to see the result by; a figure that cannot switch layers off has few."""
    layers = [base_layers.state_layer()]
    if study.method == "hotspots" and study.level == "county":
        layers.append(base_layers.county_layer())
    if ending in ("gpkg", "html"):
        layers.append(base_layers.hidta_layer(study.hidtas_as_of))
    return tuple(layers)

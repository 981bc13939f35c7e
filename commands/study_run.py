"""What the commands that run a study do once their flags are understood."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from analysis import linkage
from analysis import report as reports
from analysis import run as runs
from analysis.map_check import check_map
from analysis.map_verdict import MapCheck
from analysis.result import HotSpots
from analysis.run import Result
from analysis.study import Method, Study
from analysis.words import count_of, source_line
from boundaries import layers as base_layers
from boundaries import load
from boundaries.intake import opened, placed
from commands.study_flags import refuse_idle
from commands.terminal import check_targets, replace_file, say
from geo import settings
from geo.errors import ReadError, StoreError, StudyError
from geo.ingest import propose
from geo.layers import Layer
from geo.schema import HANDLINGS, Records
from geo.store import open_store
from maps import export

_FIGURES: Final = ("png", "pdf", "svg", "html")
_FITTING: Final = {
    "hotspots": ("gpkg", "geojson", "shp", "csv", *_FIGURES),
    "density": ("tif", "tif.zip", "gpkg", "geojson", "shp", "csv", *_FIGURES),
    "streets": ("gpkg", "geojson", "shp", "csv", *_FIGURES),
}
"""Formats that can hold a result: of a density, a table has the hot areas; streets are lines."""


def run(method: Method, given: dict[str, Any]) -> None:
    """Read or look up, study, write: the flow of the house, with a line for each step."""
    files, sheet, chosen_sources = (given.pop(n) for n in ("files", "sheet", "chosen_sources"))
    outputs, report_file = given.pop("outputs"), given.pop("report_file")
    study_file: Path | None = given.pop("study_file")
    judged, each_record = given.pop("judged"), given.pop("each_record")
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
    records = [_placed(file, sheet) for file in files] or _stored(
        chosen_sources, each_record=each_record
    )
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
    if isinstance(result, HotSpots):
        for line in filter(None, (result.whole_map, result.at_scales)):
            say(line)
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


def _stored(chosen: Sequence[str], *, each_record: bool) -> Sequence[Records]:
    """Look up the records of all sources, or of those chosen, each event once if so chosen."""
    store = open_store(settings.store_folder(), load.locator())
    known = [one.name for one in store.sources() if not all(i.undone for i in one.imports)]
    if not known and not chosen:
        raise StoreError("The store holds nothing.", "Name a file, or import one first.")
    found = []
    for name in chosen or known:
        say(f"Looking up {name} …")
        found.append(store.records(name))
        say(f"{count_of(found[-1].incidents, 'incident', 'incidents')}.")
    counted = linkage.as_chosen(
        found, None if each_record else linkage.CountOnce.from_text(store.setting(linkage.SETTING))
    )
    left_out = linkage.not_counted(found, counted)
    if left_out:
        say(
            "Note: events that two sources recorded count once, as chosen on the page Quality: "
            f"{count_of(left_out, 'record is', 'records are')} not counted."
        )
    return counted


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

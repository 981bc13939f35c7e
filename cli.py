"""The shell's door: the same study as in the browser, from files to files."""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, get_args

import click

from analysis import report as reports
from analysis import study as studies
from analysis.result import Density, HotSpots
from analysis.study import Correction, Kernel, Level, Measure, Neighbors, Study
from boundaries import build as building
from boundaries import layers as base_layers
from boundaries import load, refresh, registry
from geo.errors import InputError
from geo.geocoding.cascade import place
from geo.ingest import open_table, propose, read
from geo.schema import DRUG_CLASSES, HANDLINGS, KINDS, OUTCOMES, Records
from maps import export

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def say(text: str) -> None:
    """Tell progress on the error stream, so that results can be piped."""
    click.echo(text, err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """HRS Atlas: from a spreadsheet of overdoses and seizures to a map of where to act."""


def _study_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the flags that every study shares; each is a field of `Study`."""
    flags = (
        click.argument("files", nargs=-1, required=True, type=_FILE),
        click.option("--state", "states", multiple=True, help="USPS code; repeat for more."),
        click.option("--hidta", "hidtas", multiple=True, help="HIDTA name; repeat for more."),
        click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day counted."),
        click.option("--end", type=click.DateTime(["%Y-%m-%d"]), help="Last day counted."),
        click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS)),
        click.option("--outcome", "outcomes", multiple=True, type=click.Choice(OUTCOMES)),
        click.option("--drug", "drugs", multiple=True, type=click.Choice(list(DRUG_CLASSES))),
        click.option("--handling", type=click.Choice(list(HANDLINGS)), help="Marking printed."),
        click.option("--sheet", help="Sheet of a workbook; the first with data otherwise."),
        click.option(
            "--study", "study_file", type=_FILE,
            help="Run the study in this file again: study JSON, or anything exported.",
        ),
        click.option(
            "--out", "outputs", multiple=True, type=click.Path(path_type=Path),
            help=f"File to write, by its ending: {', '.join(export.FORMATS)}. Repeat for more.",
        ),
        click.option("--report", "report_file", type=click.Path(path_type=Path), help="JSON file."),
    )  # fmt: skip
    for flag in reversed(flags):
        command = flag(command)

    @wraps(command)
    def clear_errors(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (whatever click passes)
        try:
            command(*args, **kwargs)
        except InputError as error:
            say(f"Error: {error.message} {error.hint}")
            sys.exit(2)

    return clear_errors


@main.command()
@_study_options
@click.option("--level", type=click.Choice(get_args(Level)), help="Chosen from the data otherwise.")
@click.option("--measure", type=click.Choice(get_args(Measure)), help="Counts, or per population.")
@click.option("--cell-m", type=float, help="Width of a hexagon, side of a square, in metres.")
@click.option("--neighbors", type=click.Choice(get_args(Neighbors)))
@click.option("--band-m", type=float, help="Distance band in metres.")
@click.option("--correction", type=click.Choice(get_args(Correction)), help="For many tests.")
@click.option("--min-count", type=int, help="Fewest events near an area that may be called hot.")
def hotspots(**given: Any) -> None:  # noqa: ANN401
    """Find where more was recorded than chance explains (Getis-Ord Gi*)."""
    _run("hotspots", given)


@main.command()
@_study_options
@click.option("--kernel", type=click.Choice(get_args(Kernel)))
@click.option("--bandwidth-m", type=float, help="Search radius in metres.")
@click.option("--pixel-m", type=float, help="Pixel size in metres.")
def density(**given: Any) -> None:  # noqa: ANN401
    """Draw the kernel density of incidents."""
    _run("density", given)


def _run(method: studies.Method, given: dict[str, Any]) -> None:
    """Read, place, study, write: the flow of the house, with a line for each step."""
    files, sheet = given.pop("files"), given.pop("sheet")
    outputs, report_file = given.pop("outputs"), given.pop("report_file")
    study_file = given.pop("study_file")
    for output in outputs:
        export.check_ending(output)
    records = [_placed(file, sheet) for file in files]
    study = _study(method, given, study_file, records)
    say(f"Running {method} …")
    result = studies.run(study, records)
    say(result.finding)
    for warning in result.warnings:
        say(f"Note: {warning}")
    _write(result, records, outputs, report_file)


def _placed(file: Path, sheet: str | None) -> Records:
    say(f"Reading {file.name} …")
    raw = open_table(file, file.name, sheet)
    intake = read(raw, propose(raw))
    say("Placing …")
    records = place(intake, load.gazetteer(), load.locator())
    report = records.report
    say(
        f"{report.rows_read:,} rows read, {report.kept:,} kept, "
        f"{sum(report.dropped.values()):,} dropped; {records.incidents:,} incidents."
    )
    for note in report.notes:
        say(f"Note: {note.text}")
    return records


def _study(
    method: studies.Method,
    given: dict[str, Any],
    study_file: Path | None,
    records: Sequence[Records],
) -> Study:
    """Start from the given file or from what the data suggest, then apply the flags."""
    if study_file:
        base = Study.from_json(export.read_study(study_file.read_bytes()))
    else:
        base = studies.suggest(records)
    chosen = {k: v for k, v in given.items() if v not in (None, ())}
    for day in ("start", "end"):
        if isinstance(chosen.get(day), datetime):
            chosen[day] = chosen[day].date()
    if not study_file and "handling" not in chosen:
        order = list(HANDLINGS)
        chosen["handling"] = max((r.handling for r in records), key=order.index)
    return Study.from_json({**base.to_json(), **_spelled(chosen), "method": method})


def _spelled(chosen: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if k in ("start", "end") else v for k, v in chosen.items()}


def _write(
    result: HotSpots | Density,
    records: Sequence[Records],
    outputs: Sequence[Path],
    report_file: Path | None,
) -> None:
    background = (base_layers.state_layer(), base_layers.hidta_layer())
    for output in outputs:
        say(f"Writing {output.name} …")
        output.write_bytes(
            export.write(
                (*result.layers(), *background),
                output,
                study_json=result.provenance,
                handling=result.study.handling,
                title="Hot spots" if isinstance(result, HotSpots) else "Density",
                finding=result.finding,
                synthetic=any(r.synthetic for r in records),
            )
        )
    if report_file:
        text = json.dumps(reports.report(result, records), indent=2, allow_nan=False)
        report_file.write_text(text + "\n", encoding="utf-8")
        say(f"Report in {report_file.name}.")


@main.group()
def boundaries() -> None:
    """Look after the shipped counties, HIDTAs, corridors, population and places."""


@boundaries.command("list")
def list_() -> None:
    """Show every shipped file: source, vintage, licence."""
    for entry in registry.entries():
        click.echo(f"{entry.name}\t{entry.vintage}\t{entry.licence}\t{entry.title}")


@boundaries.command()
def verify() -> None:
    """Compare every shipped file with the manifest."""
    if problems := registry.verify():
        for problem in problems:
            say(f"Error: {problem}")
        sys.exit(2)
    click.echo(f"All {len(registry.entries())} boundary files are as the manifest says.")


@boundaries.command()
def build() -> None:
    """Make the shipped files anew (needs the packages of requirements-build.txt)."""
    building.build(registry.DATA)


@boundaries.command("refresh")
@click.argument("what", type=click.Choice(refresh.KINDS))
@click.option("--year", type=int, required=True, help="Vintage to fetch.")
def refresh_(what: str, year: int) -> None:
    """Fetch a newer vintage from the Census Bureau: the only command that uses the network."""
    try:
        click.echo(refresh.refresh(what, year))
    except InputError as error:
        say(f"Error: {error.message} {error.hint}")
        sys.exit(2)


if __name__ == "__main__":
    main()

"""Flags that all studies share, what they mean, and which play no part in a study."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import click

from analysis.study import Study
from boundaries import hidta
from commands.terminal import FILE
from geo.errors import StudyError
from geo.geocoding.names import state_code
from geo.schema import DRUG_CLASSES, HANDLINGS, KINDS, OUTCOMES


def _states(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Understand states by code or name."""
    codes = tuple(dict.fromkeys(state_code(text) for text in given))
    if "" in codes:
        raise StudyError("A --state is not known.", "Give its name, or a code such as CT.")
    return codes


def _hidtas(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Understand HIDTAs in any case of letters."""
    known = {name.casefold(): name for name in hidta.names()}
    return tuple(dict.fromkeys(known.get(text.strip().casefold(), text) for text in given))


def study_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the flags that every study shares; each is a field of `Study`."""
    flags = (
        click.argument("files", nargs=-1, type=FILE),
        click.option(
            "--state", "states", multiple=True, callback=_states,
            help="Name or USPS code; repeat for more.",
        ),
        click.option(
            "--hidta", "hidtas", multiple=True, callback=_hidtas,
            help="HIDTA name; repeat for more.",
        ),
        click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day counted."),
        click.option("--end", type=click.DateTime(["%Y-%m-%d"]), help="Last day counted."),
        click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS)),
        click.option("--outcome", "outcomes", multiple=True, type=click.Choice(OUTCOMES)),
        click.option("--drug", "drugs", multiple=True, type=click.Choice(list(DRUG_CLASSES))),
        click.option("--handling", type=click.Choice(list(HANDLINGS)), help="Marking printed."),
        click.option("--sheet", help="Sheet of a workbook; the first with data otherwise."),
        click.option(
            "--source", "chosen_sources", multiple=True,
            help="Source of the store, when no files are named; repeat for more. All otherwise.",
        ),
        click.option(
            "--each-record", is_flag=True,
            help="Count every record, also where the page Quality says that events recorded by "
            "two sources count once.",
        ),
        click.option(
            "--study", "study_file", type=FILE,
            help="Run the study in this file again: study JSON, or anything exported.",
        ),
        click.option(
            "--out", "outputs", multiple=True, type=click.Path(path_type=Path),
            help="File to write, by its ending: gpkg, geojson, shp.zip, csv.zip, tif, tif.zip, "
            "png, pdf, html. Repeat for more.",
        ),
        click.option(
            "--judge/--no-judge", "judged", default=True,
            help="Make the map again without its last months and judge it by them; the default.",
        ),
        click.option("--report", "report_file", type=click.Path(path_type=Path), help="JSON file."),
    )  # fmt: skip
    for flag in reversed(flags):
        command = flag(command)
    return command


_IDLE: Final[Mapping[str, tuple[str, ...]]] = {
    "county": ("cell_m",),
    "people": ("kernel", "edge", "adaptive", "half_life_days", "unit"),
    "controls": ("kernel", "edge", "adaptive", "half_life_days", "unit"),
    "streets": ("edge", "adaptive", "pixel_m"),
}
"""Flags that play no part, by the level of hot spots and by what a density is beside."""

_CONTROLS: Final = ("control_kinds", "control_outcomes", "control_drugs", "control_sources")


def refuse_idle(study: Study, given: Mapping[str, Any]) -> None:
    """Refuse flags that the study would not use: a person would believe that they count."""
    kind = study.versus if study.method == "density" else study.level
    idle = [name for name in _IDLE.get(kind, ()) if name in given]
    if study.method == "density" and kind != "controls":
        idle += [name for name in _CONTROLS if name in given]
    if idle:
        said = (name.removesuffix("s") if name in _CONTROLS else name for name in idle)
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in said)
        where = "--versus" if study.method == "density" else "--level"
        raise StudyError(f"No part is played by {flags} with {where} {kind}.", "Leave it away.")

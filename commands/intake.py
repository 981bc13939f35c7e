"""The command that takes files into the store."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.words import count_of
from commands.terminal import FILE, Progress, say
from geo import settings
from geo.errors import ReadError
from geo.schema import HANDLINGS, Handling

if TYPE_CHECKING:
    from boundaries.intake import Request
    from geo.store.protocol import Tell


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--source",
    help="Series the files belong to; otherwise that of files of this name, else one called so.",
)
@click.option("--sheet", help="Sheet of a workbook, or layer of a vector file.")
@click.option("--crs", type=int, help="EPSG code, when a file does not say it.")
@click.option("--mapping", "mapping_file", type=FILE, help="Which column is what: a JSON file.")
@click.option(
    "--complete",
    "is_complete",
    is_flag=True,
    help="The file holds all that counts: what it does not hold is withdrawn.",
)
@click.option("--handling", type=click.Choice(list(HANDLINGS)), help="Marking of the source.")
@click.option("--dry-run", is_flag=True, help="Say what is understood; keep nothing.")  # fmt: skip
def import_(
    files: tuple[Path, ...],
    source: str | None,
    sheet: str | None,
    crs: int | None,
    mapping_file: Path | None,
    is_complete: bool,
    handling: Handling | None,
    dry_run: bool,
) -> None:
    """Take files into the store; a known incident is replaced, never doubled.

    Ctrl-C stops an import at any moment: the store is then as before.
    """
    from boundaries.intake import Request, bring_in
    from geo.ingest import Mapping

    mapping = None if mapping_file is None else Mapping.from_json(_text(mapping_file))
    for file in files:
        say(f"{file.name}:")
        request = Request(
            file, file.name, settings.store_folder(), mapping, source, sheet, crs,
            is_complete=is_complete, handling=handling,
        )  # fmt: skip
        if dry_run:
            _look(request)
            continue
        outcome = bring_in(request, _told(Progress()))
        click.echo(outcome.words)
        for warning in outcome.warnings:
            say(f"Warning: {warning}")
        for note in outcome.notes:
            say(f"Note: {note}")


def _told(progress: Progress) -> "Tell":
    from boundaries.intake import in_words

    return lambda stage, share: progress(in_words(stage), share)


def _look(request: "Request") -> None:
    """Say what an import would understand of a file."""
    from boundaries import load
    from boundaries.intake import opened, placed, source_of, told
    from geo.ingest.aside import not_used
    from geo.ingest.known_mapping import mapping_of
    from geo.store import open_store

    store = open_store(request.store_folder, load.locator())
    raw = opened(request.path, request.name, request.sheet, request.crs)
    mapping = request.mapping or mapping_of(raw, store.remembered(raw.columns))
    records = placed(raw, mapping)
    source, why = source_of(request, raw, store)
    click.echo(f"Source\t{source}")
    for choice in mapping.choices:
        click.echo(f"{choice.role}\t{choice.column}")
    report = records.report
    made = "event" if records.area_counts else "incident"
    counts = [count_of(records.incidents, made, f"{made}s")]
    if "victims" in records.extra:
        counts.append(count_of(records.extra["victims"], "victim", "victims"))
    say(
        f"{count_of(report.rows_read, 'row', 'rows')} read, {report.kept:,} kept, "
        f"{sum(report.dropped.values()):,} dropped; {', '.join(counts)}. Nothing was kept."
    )
    aside = not_used(raw.text, mapping)
    for note in (*why, *told(report), *([aside] if aside else [])):
        say(f"Note: {note}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ReadError(
            "The mapping is no text.", "Give a file written by this program."
        ) from error

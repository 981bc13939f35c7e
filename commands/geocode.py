"""Commands that find addresses on this machine, and look after the streets they are found in."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.words import count_of
from commands.terminal import FILE, Progress, check_targets, replace_file, say
from geo import settings
from geo.errors import GeocodeError
from geo.geocoding.names import state_code
from geo.geocoding.street_roles import KINDS, ROLES, Kind
from geo.schema import PRECISION, PRECISIONS

if TYPE_CHECKING:
    import pandas as pd

    from geo.ingest import Mapping, RawTable
    from geo.schema import Note

_TARGET = click.Path(path_type=Path)


@click.group()
def geocode() -> None:
    """Find addresses on this machine: no address leaves it unless you `send` it."""


def _file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the flags that say how a file is read."""
    flags = (
        click.argument("file", type=FILE),
        click.option("--sheet", help="Sheet of a workbook, or layer of a vector file."),
        click.option("--crs", type=int, help="EPSG code, when a file does not say it."),
        click.option(
            "--mapping", "mapping_file", type=FILE, help="Which column is what: a JSON file."
        ),
    )
    for flag in reversed(flags):
        command = flag(command)
    return command


def _opened(
    file: Path, sheet: str | None, crs: int | None, mapping_file: Path | None
) -> "tuple[RawTable, Mapping]":
    from boundaries import addresses
    from boundaries.intake import opened
    from geo.ingest import Mapping, propose

    raw = opened(file, file.name, sheet, crs)
    if mapping_file is None:
        mapping = addresses.of_anybody(propose(raw))
    else:
        said = mapping_file.read_text(encoding="utf-8", errors="replace")
        mapping = Mapping.from_json(said).for_header(raw.columns)
    used = [c for c in mapping.choices if c.role.rpartition(".")[0]]
    for choice in used:
        say(f"{choice.role}\t{choice.column}")
    if len(raw.dropped):
        say(f"{count_of(len(raw.dropped), 'line', 'lines')} set aside: no rows of the table.")
    _say_notes(raw.notes)
    return raw, mapping


def _say_notes(notes: "Iterable[Note]") -> None:
    for note in notes:
        say(f"{'Warning' if note.severity == 'warning' else 'Note'}: {note.text}")


@geocode.command()
@click.option("--state", "states", multiple=True, help="Fetch all counties of a state: CT.")
@click.option("--county", "counties", multiple=True, help="Fetch a county: 37143.")
@click.option("--year", type=int, help="Vintage of TIGER/Line that is fetched; otherwise the "
              "newest that has the counties of Connecticut.")  # fmt: skip
@click.option("--files", multiple=True, type=FILE,
              help="TIGER/Line EDGES or ADDRFEAT, by their own names; or more.")  # fmt: skip
@click.option("--own", type=FILE, help="A file of your agency: centerlines or points.")
@click.option("--kind", type=click.Choice(list(KINDS)), default="lines",
              show_default=True, help="What the own file holds.")  # fmt: skip
@click.option("--in", "where", help="State that the own file lies in: MA.")
@click.option("--name", help="What the own file is called in lists; its file name otherwise.")
@click.option(
    "--as-of",
    default="",
    metavar="DATE",
    help="Date of the own file's data, 2024-05-03; told by its edits or the file otherwise.",
)
@click.option("--column", "columns", multiple=True,
              help="A role and its column, street=NAME; told by name otherwise.")  # fmt: skip
def index(
    states: tuple[str, ...],
    counties: tuple[str, ...],
    year: int | None,
    files: tuple[Path, ...],
    own: Path | None,
    kind: Kind,
    where: str | None,
    name: str | None,
    as_of: str,
    columns: tuple[str, ...],
) -> None:
    """Make streets known, from TIGER/Line or a file of your own.

    With --state or --county files are fetched from the Census Bureau; nothing of yours is sent. A
    run that broke off goes on where it was.
    """
    from boundaries import streets
    from boundaries.indexing import IndexStreets
    from geo.geocoding import street_own

    wanted = [*counties]
    for state in states:
        wanted += streets.counties_of(state_code(state))
    if not wanted and not files and own is None:
        raise GeocodeError("Nothing to index was named.", "Give --state, --county, --files, --own.")
    mine = None
    called = (name or "").strip() or (own.stem if own else "")
    if own is not None:
        mine = street_own.OwnFile(own, kind, _columns(own, kind, columns), called, as_of)
    if own is not None and not state_code(where or ""):
        raise GeocodeError("The state of the own file is not known.", "Give --in MA.")
    work = IndexStreets(
        settings.store_folder(), tuple(dict.fromkeys(wanted)),
        year or streets.NEWEST_WITH_COUNTIES_OF_CT, files, mine,
        state_code(where or ""), streets.own_name(called),
    )  # fmt: skip
    made = work.answer(work.carry_out(Progress()))
    for sentence in filter(None, (made.instead, made.left_out)):
        say(sentence)
    for state, known in made.streets.items():
        click.echo(f"{state}\t{count_of(known, 'street', 'streets')}")


def _columns(own: Path, kind: Kind, said: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Give roles their columns: those told by name, then those a person named."""
    from geo.geocoding import street_own

    there = street_own.columns_of(own)
    found = street_own.propose(there, kind)
    given: dict[str, tuple[str, ...]] = {}
    for one in said:
        role, _, column = one.partition("=")
        if role not in ROLES[kind] or column not in there:
            raise GeocodeError(
                "A --column names no role or no column of the file.",
                f"Roles are {', '.join(ROLES[kind])}; columns are {', '.join(there)}.",
            )
        given[role] = (*given.get(role, ()), column)
    found |= given
    for role, names in found.items():
        say(f"{role}\t{' + '.join(names)}")
    return found


@geocode.command("list")
def list_() -> None:
    """Show the streets that are known: state, name, vintage."""
    from boundaries import streets

    for one in streets.what_is_installed():
        for part in one.parts:
            click.echo(f"{one.state}\t{part.name}\t{part.vintage or 'own'}\t{part.words}")


@geocode.command()
@click.argument("state")
@click.argument("name")
def remove(state: str, name: str) -> None:
    """Take NAME, as `list` shows it, out of the streets of STATE."""
    from boundaries import streets

    streets.remove_part(state_code(state), name)
    click.echo(f"{name} is no longer looked in.")


@geocode.command()
@_file_options
@click.option("--out", type=_TARGET, required=True, help="CSV file to write.")
def place(
    file: Path, sheet: str | None, crs: int | None, mapping_file: Path | None, out: Path
) -> None:
    """Write FILE with a place for each row: point, precision, radius, score, method, reason."""
    from boundaries import addresses
    from geo.store.mending import guarded

    check_targets((file,), (out,))
    raw, mapping = _opened(file, sheet, crs, mapping_file)
    table, notes = addresses.placed_rows(raw, mapping, Progress())
    _say_notes(notes)
    content = guarded(table).to_csv(index=False, lineterminator="\r\n")
    replace_file(out, f"\ufeff{content}".encode(), private=True)
    code = table[addresses.names_written(raw)[PRECISION]]
    for one, rows in code.value_counts().sort_index().items():
        click.echo(f"{one}\t{PRECISIONS[str(one)]}\t{rows}\t{rows / len(table):.1%}")


@geocode.command()
@_file_options
@click.option("--report", "report_file", type=_TARGET, help="JSON file to write.")
def accuracy(
    file: Path,
    sheet: str | None,
    crs: int | None,
    mapping_file: Path | None,
    report_file: Path | None,
) -> None:
    """Place FILE by its addresses alone and compare with the coordinates it has."""
    from boundaries import addresses
    from geo.geocoding import street_review

    if report_file is not None:
        check_targets((file,), (report_file,))
    raw, mapping = _opened(file, sheet, crs, mapping_file)
    found, lon, lat = addresses.known_points(raw, mapping, Progress())
    tiers = street_review.accuracy(found, lon, lat)
    scores = street_review.by_score(found, lon, lat)
    for table in (one for one in (tiers, scores) if len(one)):
        click.echo(table.to_string(index=False, float_format=lambda value: f"{value:,.2f}"))
        click.echo("")
    if report_file is not None:
        report = {"tiers": _plain(tiers), "scores": _plain(scores)}
        replace_file(report_file, f"{json.dumps(report, indent=2)}\n".encode())


def _plain(table: "pd.DataFrame") -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(table.to_json(orient="records"))
    return rows


@geocode.command()
@click.argument("source")
@click.option("--by", required=True, help="Who agrees: your name or number; kept in the audit.")
@click.option("--show", is_flag=True, help="Only list what would leave this machine.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def send(source: str, by: str, show: bool, yes: bool) -> None:
    """Send addresses of SOURCE that were not found here to the Census Bureau: one job."""
    from boundaries import addresses, load
    from geo.geocoding import remote, street_tier
    from geo.store import open_store

    store = open_store(settings.store_folder(), load.locator())
    asked = addresses.to_send(addresses.of_source(store, source))
    say(remote.what_leaves(asked))
    click.echo(remote.what_is_sent(asked).to_csv(index=False, sep="\t"), nl=False)
    if show:
        return
    if not yes:
        click.confirm("Send them?", abort=True, err=True)
    cache = street_tier.kept_answers()
    consent = remote.agree(asked, cache, by)
    found = remote.send(
        asked, consent, cache, street_tier.folder(), load.gazetteer(), load.county_of, Progress()
    )
    for status, rows in found[remote.STATUS].value_counts().items():
        click.echo(f"{status}\t{rows}")
    say("Run `geocode again` to let the answers count.")


@geocode.command()
@click.argument("source")
def again(source: str) -> None:
    """Place SOURCE again with the streets and decisions known now."""
    from boundaries.placing import PlaceAgain

    work = PlaceAgain(settings.store_folder(), source)
    moved = work.answer(work.carry_out(Progress()))
    click.echo(f"{count_of(moved, 'incident has', 'incidents have')} another place than before.")

"""Commands that look after what was imported."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.terminal import check_targets, replace_file, say
from geo import settings
from geo.errors import StoreError
from geo.words import count_of

if TYPE_CHECKING:
    from geo.store import FolderStore, Import

_TARGET = click.Path(path_type=Path)


@click.group()
def store() -> None:
    """Look after what was imported: list, undo, mend, back up."""


def _open() -> "FolderStore":
    from boundaries import load
    from geo.store import open_store

    return open_store(settings.store_folder(), load.locator())


@store.command("list")
def list_() -> None:
    """Show every source: name, incidents, files that count, handling level."""
    for source in _open().sources():
        files = sum(not one.undone for one in source.imports)
        click.echo(f"{source.name}\t{source.incidents}\t{files}\t{source.handling}")


@store.command()
@click.argument("source")
def show(source: str) -> None:
    """Show the imports of a source, oldest first, and what each did."""
    found = next((one for one in _open().sources() if one.name == source), None)
    if found is None:
        raise StoreError("There is no such source.", "See `store list` for their names.")
    for one in found.imports:
        click.echo("\t".join(_cells(one)))


def _cells(one: "Import") -> list[str]:
    counts = (
        ("read", one.rows_read), ("dropped", one.dropped), ("new", one.added),
        ("changed", one.changed), ("same", one.same), ("withdrawn", one.withdrawn),
    )  # fmt: skip
    said = [f"{name} {count}" for name, count in counts]
    if one.victims is not None:
        said.append(f"victims {one.victims}")
    when = f"{one.imported_at:%Y-%m-%d %H:%M} UTC"
    return [str(one.number), when, one.file_name, *said, _standing(one)]


def _standing(one: "Import") -> str:
    """Say whether an import counts; of a mended file some lines may not."""
    if one.undone or not one.waits_for:
        return "undone" if one.undone else "counts"
    return f"counts but for lines of import {', '.join(map(str, one.waits_for))}, undone"


@store.command()
@click.argument("number", type=int)
def undo(number: int) -> None:
    """Let import NUMBER count for nothing; it is kept."""
    also = _open().undo(number)
    click.echo(f"Import {number} no longer counts.")
    for gone in also:
        click.echo(gone)


@store.command()
@click.argument("number", type=int)
def redo(number: int) -> None:
    """Let import NUMBER, which was undone, count again."""
    _open().redo(number)
    click.echo(f"Import {number} counts again.")


@store.command()
@click.argument("source")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(source: str, yes: bool) -> None:
    """Delete SOURCE with all its files for good."""
    if not yes:
        click.confirm(f"Delete {source} with all its files for good?", abort=True, err=True)
    _open().remove(source)
    click.echo(f"{source} was deleted.")


@store.command()
@click.argument("source")
@click.option("--out", type=_TARGET, required=True, help="CSV file to write.")
def quarantine(source: str, out: Path) -> None:
    """Write the lines of SOURCE to mend; mended and imported again they double nothing."""
    from geo.store.mending import for_spreadsheet

    check_targets((), (out,), anew=True)
    table = _open().quarantine(source)
    replace_file(out, for_spreadsheet(table), private=True)
    say(f"{count_of(len(table), 'line', 'lines')} in {out.name}.")


@store.command()
@click.argument("source")
@click.option("--out", type=_TARGET, required=True, help="CSV file to write.")
def seized(source: str, out: Path) -> None:
    """Write what was seized in SOURCE, one line a drug of a seizure, and show sums by drug."""
    from analysis import seizures
    from geo.seized import named
    from geo.store.mending import for_spreadsheet

    check_targets((), (out,), anew=True)
    table = _open().records(source).table
    found = seizures.listed(table)
    replace_file(out, for_spreadsheet(found), private=True)
    for drug, row in seizures.by_drug(table).iterrows():
        sums = [f"{name} {value:.15g}" for name, value in row.dropna().items()]
        click.echo("\t".join([named(str(drug)), *sums]))
    say(f"{count_of(len(found), 'line', 'lines')} in {out.name}.")


@store.command()
@click.argument("number", type=int)
def changes(number: int) -> None:
    """Show the cells import NUMBER changed: record, column, before, after, and which it is."""
    from boundaries import changed

    found = _open().changes(number)
    words = changed.in_words(found)
    table = found[["record_id", "column"]].assign(
        before=words[changed.BEFORE], after=words[changed.AFTER], which=words[changed.WHICH]
    )
    for line in table.itertuples(index=False):
        click.echo("\t".join(" ".join(str(cell).split()) for cell in line))


@store.command()
@click.argument("source")
@click.option("--out", type=_TARGET, required=True, help="JSON file to write.")
def mapping(source: str, out: Path) -> None:
    """Write which column is what in SOURCE, for `import --mapping`."""
    check_targets((), (out,), anew=True)
    replace_file(out, f"{_open().mapping(source).to_json()}\n".encode())
    say(f"Columns of {source} in {out.name}.")


@store.command()
@click.argument("file", type=_TARGET)
def backup(file: Path) -> None:
    """Write one FILE that holds everything."""
    check_targets((), (file,), anew=True)
    _open().backup(file)
    click.echo(f"Everything is in {file.name}: keep it as safe as the records themselves.")


@store.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Make the store what it was when FILE was written; what is there is put aside."""
    from geo.store import backup as backups

    aside = backups.restore(file, settings.store_folder())
    click.echo("The store is as in the backup.")
    if aside is not None:
        say(f"What was there is in {aside.name}, beside the store: delete it when all is well.")


@store.command()
def check() -> None:
    """Look whether everything that was imported is there and whole."""
    found = _open().check()
    for problem in found:
        say(f"Error: {problem}")
    if found:
        raise StoreError("The store is damaged.", "Restore a backup: store restore FILE.")
    click.echo("The store is whole.")

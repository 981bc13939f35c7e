"""Commands that look after the shipped counties, HIDTAs, corridors, population and places."""

import sys

import click

from boundaries import refresh, registry
from commands.terminal import say


@click.group()
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
    from boundaries import build as building

    building.build(registry.DATA)


@boundaries.command("refresh")
@click.argument("what", type=click.Choice(refresh.KINDS))
@click.option("--year", type=int, required=True, help="Vintage to fetch.")
def refresh_(what: str, year: int) -> None:
    """Fetch a newer vintage from the Census Bureau: the only command that uses the network."""
    click.echo(refresh.refresh(what, year))

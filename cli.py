"""The shell's door: the same studies and the same store as in the browser."""

import click

from commands import boundaries, geocode, intake, store, study
from commands.terminal import ClearErrors


@click.group(cls=ClearErrors, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """HRS Atlas: from a spreadsheet of overdoses and seizures to a map of where to act."""


for command in (
    intake.import_, study.hotspots, study.density, geocode.geocode, store.store,
    boundaries.boundaries,
):  # fmt: skip
    main.add_command(command)

if __name__ == "__main__":
    main()

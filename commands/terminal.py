"""What all commands share: one sentence for what a person can mend, files written whole or not."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from geo.errors import InputError, ReadError

FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


def say(text: str) -> None:
    """Tell progress on the error stream, so that results can be piped."""
    click.echo(text, err=True)


class Progress:
    """A line on the error stream for each thing that is done."""

    def __init__(self) -> None:
        self._words = ""

    def __call__(self, words: str, share: float) -> None:
        """Tell what is being done and how far all of it is, once for the same words."""
        if words != self._words:
            say(f"{share:4.0%}  {words} …")
            self._words = words


class ClearErrors(click.Group):
    """Commands that end with 2 and one sentence when a person can mend what is wrong."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  (whatever the command returns)
        """Run the command; anything but what a person can mend is a bug and shows as one."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            say(f"Error: {error}")
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of our output left: click knows what to do
                raise
            why = error.strerror or "the system refused"
            say(f"Error: A file cannot be read or written: {why}. Check the disk and its folder.")
        return ctx.exit(2)


def check_targets(inputs: Sequence[Path], outputs: Sequence[Path], *, anew: bool = False) -> None:
    """Refuse files to write that cannot be written, or would destroy what is read.

    With `anew` no file may be there yet: a backup or lines half mended are not written over.

    Raises
    ------
    ReadError
        Before any work is done.
    """
    taken = {_same(path) for path in inputs}
    for path in outputs:
        if path.exists() and not path.is_file():
            raise ReadError("A file to write is a folder or device.", "Name a file in a folder.")
        if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
            raise ReadError(
                "The folder of a file to write is missing or closed to you.",
                "Make the folder first, or choose another.",
            )
        if path.exists() and anew:
            raise ReadError(
                "The file to write is there already.", "Give another name, or delete it first."
            )
        if path.exists() and any(path.samefile(one) for one in inputs):
            raise ReadError("A file to write is one that is read.", "Give it another name.")
        if _same(path) in taken:
            raise ReadError("Two files would have the same path.", "Give each its own name.")
        taken.add(_same(path))


def replace_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a whole file or none: what was there stays until the new one is complete.

    A `private` one, which holds cells of records, can be read by its owner only.
    """
    path = path.resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if private:
            part.touch(mode=0o600)
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _same(path: Path) -> str:
    """Spell a path so that two ways to name one file are equal."""
    return os.path.normcase(path.resolve())

"""Work that a process of its own can do: what was asked, as text, and what came of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self, TypeVar

Tell = Callable[[str, float], None]
"""Progress: what is being done, in words, and how far all of it is, 0..1. May raise to stop."""

Answer_co = TypeVar("Answer_co", covariant=True)


class Work(Protocol[Answer_co]):
    """What a person asked for that takes a while.

    It travels as text to a process that carries it out; what that said is read back here.
    """

    kind: ClassVar[str]
    """Name by which the other process knows what to do."""

    when_stopped: ClassVar[str]
    """What is true after it was stopped, or died."""

    when_died: ClassVar[str]
    """What to do when it died, which is mostly for want of memory."""

    @property
    def store_folder(self) -> Path:
        """Folder of the store, in which work in progress lies."""
        ...

    def to_json(self) -> str:
        """Text that `from_json` reads back as equal work."""
        ...

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read work written by `to_json`."""
        ...

    def carry_out(self, tell: Tell) -> dict[str, Any]:
        """Do it; say what came of it in plain values.

        Raises
        ------
        InputError
            Something a person can mend.
        """
        ...

    def answer(self, said: dict[str, Any]) -> Answer_co:
        """Read what `carry_out` said."""
        ...

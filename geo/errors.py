"""What can be wrong with what a person gave us.

InputError
 +-- ReadError        the file cannot be opened or understood
 +-- SchemaError      a needed column is missing or holds something else
 +-- CrsError         the coordinate system is unknown or wrong
 +-- GeocodeError     places cannot be found
 +-- BoundaryError    a state, county or HIDTA is unknown, or shipped data are damaged
 +-- StudyError       the choices made cannot be computed on these records
 +-- StoreError       what is kept is damaged, unknown, or made by a newer program
 +-- StoppedError     a person stopped the work

Each says what is wrong and where (column, row numbers), then what to do. Never
the value itself: it may be an address.
"""

from dataclasses import dataclass, field


class InputError(Exception):
    """Something a person can fix.

    Parameters
    ----------
    message : str
        What is wrong, and where: one sentence.
    hint : str
        What to do about it: one sentence.

    Examples
    --------
    >>> str(InputError("Row 7 has no date.", "Fill the column or choose another."))
    'Row 7 has no date. Fill the column or choose another.'
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


class ReadError(InputError):
    """The file cannot be opened or understood."""


class SchemaError(InputError):
    """A needed column is missing or holds something else."""


@dataclass(frozen=True)
class Sample:
    """Some coordinates in an unknown system, to rank the systems they may be in.

    Kept out of every message: they may be where someone lives.
    """

    easting: tuple[float, ...] = field(repr=False)
    northing: tuple[float, ...] = field(repr=False)


class CrsError(InputError):
    """The coordinate system is unknown or wrong.

    `sample` is there when a person can say it and the file be opened again with their answer.
    """

    def __init__(self, message: str, hint: str, sample: Sample | None = None) -> None:
        super().__init__(message, hint)
        self.sample = sample


class GeocodeError(InputError):
    """Places cannot be found."""


class BoundaryError(InputError):
    """A state, county or HIDTA is unknown, or shipped data are damaged."""


class StudyError(InputError):
    """The choices made cannot be computed on these records."""


class StoreError(InputError):
    """What is kept is damaged, unknown, or made by a newer program."""


class StoppedError(InputError):
    """A person stopped the work."""

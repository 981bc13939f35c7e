"""Density of one study: points, bandwidth, surface, and what it means in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.result import Density
from geo.schema import Records

if TYPE_CHECKING:
    from analysis.study import Study


def density(study: "Study", records: Sequence[Records]) -> Density:
    """Run a kernel density on the records of a study."""
    raise NotImplementedError

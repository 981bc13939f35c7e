"""Records known only by county, town or ZIP code: how many of those a study would count."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from analysis.counts import AREA_KEY, select
from analysis.study import Study
from geo import schema
from geo.schema import Records

TOO_COARSE: Final = 0.5
"""Share of the records above which a map of the rest does not speak for them."""


def coarse_share(study: Study, records: Sequence[Records]) -> float:
    """Share of the events of a study, 0..1, whose place is known more coarsely than by street.

    Raises
    ------
    StudyError
        No record is left, whatever its place.
    """
    used = select(replace(study, method="density", versus="people"), records).used
    events = used[schema.COUNT].to_numpy(float)
    fine = used[schema.PRECISION].isin(schema.POINT_PRECISIONS) & ~used[AREA_KEY].astype(bool)
    return float(events[~fine.to_numpy()].sum() / max(events.sum(), 1e-300))

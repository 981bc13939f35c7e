"""Results as files: the layers a visitor looks at, with their records and warnings."""

from collections.abc import Callable

from analysis import run as runs
from analysis.result import HotSpots
from analysis.run import Result
from analysis.words import source_line
from boundaries import layers as base
from maps import export
from pages.frame import _kept


def exporter(result: Result, ending: str, *, points: bool = False) -> Callable[[], bytes]:
    """Return a function that writes a result when the person asks for the file.

    A GeoPackage has both tests and every boundary, other files what the page shows.
    """
    records = _kept.sources()  # taken now: the download runs outside this visitor's session

    def write() -> bytes:
        layers = result.layers()
        if ending == "gpkg":
            layers = result.all_layers() if isinstance(result, HotSpots) else layers
            if points and result.study.handling != "public":
                layers = (*layers, runs.incident_layer(result.study, records))
        borders = (base.county_layer(), base.state_layer())
        around = borders if ending in ("png", "pdf") else base.background()
        return export.write(
            (*layers, *around), ending, study_json=result.provenance,
            handling=result.study.handling, title=result.title, finding=result.finding,
            warnings=result.warnings, source=source_line(records),
            synthetic=any(r.synthetic for r in records),
        )  # fmt: skip

    return write

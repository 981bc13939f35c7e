"""Streets added to the indexes: work for another process."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from boundaries import own_streets, streets
from boundaries.work import Tell
from geo.geocoding import street_own
from geo.geocoding.street_own import OwnFile


@dataclass(frozen=True)
class Indexed:
    """What came of it: how many streets the index of each state has, and what was replaced.

    `instead` is a sentence that names the own file whose place another one took, `left_out` one
    that says how many of its rows lie elsewhere; "" for none.
    """

    streets: dict[str, int]
    instead: str
    left_out: str = ""


@dataclass(frozen=True)
class IndexStreets:
    """Add streets to the indexes: of counties to be fetched, or of files that are there.

    `files` are TIGER/Line files under their own names; `own` is a file of an agency, which lies in
    `state` and is called `name` among the others (`streets.own_name`).
    """

    kind: ClassVar[str] = "indexing"
    when_stopped: ClassVar[str] = (
        "counties that were read are kept, and come into use when it has run to its end"
    )
    when_died: ClassVar[str] = "Start it again; if it dies again, add fewer counties at a time."

    store_folder: Path
    counties: tuple[str, ...] = ()
    year: int = streets.NEWEST_WITH_COUNTIES_OF_CT
    files: tuple[Path, ...] = ()
    own: OwnFile | None = None
    state: str = ""
    name: str = ""

    def to_json(self) -> str:
        """Text that `from_json` reads back as equal work."""
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> "IndexStreets":
        """Read work written by `to_json`."""
        said = json.loads(text)
        own = said["own"]
        if own is not None:
            columns = {role: tuple(names) for role, names in own["columns"].items()}
            own = OwnFile(**own | {"path": Path(own["path"]), "columns": columns})
        return cls(
            **said | {
                "store_folder": Path(said["store_folder"]), "counties": tuple(said["counties"]),
                "files": tuple(map(Path, said["files"])), "own": own,
            }
        )  # fmt: skip

    def carry_out(self, tell: Tell) -> dict[str, Any]:
        """Fetch and read; say which states have a new index."""
        made = []
        instead = left_out = ""
        if self.counties:
            made += streets.fetch_counties(self.counties, self.year, tell=tell)
        if self.files:
            made += streets.add_files(self.files, tell=tell)
        if self.own is not None:
            tell("Reading the file", 0.0)
            segments = street_own.read(self.own)
            before = streets.own_part(self.state, self.name)
            made.append(streets.add_segments(segments, self.state, self.name))
            out = int(own_streets.outside(segments, self.state).sum())
            left_out = own_streets.said_of(out, self.state)
            after = streets.own_part(self.state, self.name)
            if before and after and before.digest != after.digest:
                instead = f"{after.words} takes the place of {before.words} from {before.day}."
        counts = {index.state: len(index) for index in made}
        return {"streets": counts, "instead": instead, "left_out": left_out}

    def answer(self, said: dict[str, Any]) -> Indexed:
        """Read what came of it."""
        known = {str(state): int(count) for state, count in said["streets"].items()}
        return Indexed(known, str(said["instead"]), str(said.get("left_out", "")))

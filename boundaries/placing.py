"""What is kept placed again after a change, and addresses sent out: work for another process."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from boundaries import addresses, load
from boundaries.work import Tell
from geo.geocoding import remote, street_tier
from geo.geocoding.remote import Consent
from geo.schema import SOURCE_ROW
from geo.store import open_store
from geo.store.placing import PLACES


@dataclass(frozen=True)
class PlaceAgain:
    """Place the addresses of a source again, with the streets and decisions known now."""

    kind: ClassVar[str] = "placing"
    when_stopped: ClassVar[str] = "what was found is kept"
    when_died: ClassVar[str] = "Start it again: it goes on where it was."

    store_folder: Path
    source: str

    def to_json(self) -> str:
        """Text that `from_json` reads back as equal work."""
        return json.dumps([str(self.store_folder.absolute()), self.source])

    @classmethod
    def from_json(cls, text: str) -> "PlaceAgain":
        """Read work written by `to_json`."""
        folder, source = json.loads(text)
        return cls(Path(folder), source)

    def carry_out(self, tell: Tell) -> dict[str, Any]:
        """Place every import whose addresses were looked up in something else."""
        store = open_store(self.store_folder, load.locator())
        known = street_tier.state_of_knowledge()
        numbers = store.with_addresses(self.source, known)
        moved = 0
        for turn, number in enumerate(numbers):

            def say(words: str, share: float, turn: int = turn) -> None:
                tell(words, (turn + share) / len(numbers))

            raw, mapping = store.lines_read(number)
            answer = addresses.find(raw, mapping, say).answer
            moved += store.put_places(
                number, answer[list(PLACES)].assign(**{SOURCE_ROW: raw.rows}), known
            )
        tell("Placed", 1.0)
        return {"moved": moved}

    def answer(self, said: dict[str, Any]) -> int:
        """Read how many incidents have another place than before."""
        return int(said["moved"])


@dataclass(frozen=True)
class SendAddresses:
    """Send addresses of a source that were not found here to the Census Bureau: one job."""

    kind: ClassVar[str] = "sending"
    when_stopped: ClassVar[str] = "what was answered is kept"
    when_died: ClassVar[str] = "Start it again: what was answered is not sent twice."

    store_folder: Path
    source: str
    consent: Consent

    def to_json(self) -> str:
        """Text that `from_json` reads back as equal work."""
        consent = asdict(self.consent) | {"digest": self.consent.digest.hex()}
        return json.dumps([str(self.store_folder.absolute()), self.source, consent])

    @classmethod
    def from_json(cls, text: str) -> "SendAddresses":
        """Read work written by `to_json`."""
        folder, source, consent = json.loads(text)
        consent["digest"] = bytes.fromhex(consent["digest"])
        return cls(Path(folder), source, Consent(**consent))

    def carry_out(self, tell: Tell) -> dict[str, Any]:
        """Send what a person agreed to; answers are kept and used when it is placed again."""
        store = open_store(self.store_folder, load.locator())
        asked = addresses.to_send(addresses.of_source(store, self.source))
        found = remote.send(
            asked, self.consent, street_tier.kept_answers(), street_tier.folder(),
            load.gazetteer(), load.county_of, tell,
        )  # fmt: skip
        return {str(status): int(n) for status, n in found[remote.STATUS].value_counts().items()}

    def answer(self, said: dict[str, Any]) -> dict[str, int]:
        """Read how many addresses had each answer."""
        return {status: int(said.get(status, 0)) for status in remote.STATUSES}

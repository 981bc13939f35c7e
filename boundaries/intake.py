"""A file into the store, with the shipped boundaries; in a process of its own when it may be large.

The job opens the file, types its rows, places them, compares them with what the store holds, and
writes. Whenever it is stopped, by a person or by accident, the store is as before.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from boundaries import load
from geo import errors, settings
from geo.errors import InputError, StoreError
from geo.geocoding.cascade import place
from geo.ingest import Mapping, RawTable, open_table, propose, read
from geo.schema import Handling, Records
from geo.store import desk
from geo.store.folder import open_store
from geo.store.mending import as_data
from geo.store.protocol import Import, Outcome, Tell

STAGES: Final = {
    "opening": "Opening the file", "typing": "Reading every row", "placing": "Placing every row",
    "comparing": "Comparing with what is there", "writing": "Writing",
}  # fmt: skip
"""Stages of an import and the words shown for them."""

_SHARES: Final = {"opening": 0.0, "typing": 0.35, "placing": 0.6, "comparing": 0.8, "writing": 0.9}
_MEMORY: Final = 6 * 1024**3
_CHUNK: Final = 1024**2


@dataclass(frozen=True)
class Request:
    """What a person asks for: this file, read so, into that source.

    Without `mapping` the one remembered for the header is used, else the one proposed; without
    `source` the one the file most likely belongs to, else one called like the file.
    """

    path: Path
    name: str
    store_folder: Path
    mapping: Mapping | None = None
    source: str | None = None
    sheet: str | None = None
    crs: int | None = None
    is_complete: bool = False
    handling: Handling | None = None

    def to_json(self) -> str:
        """Text that `from_json` reads back as an equal request."""
        said = asdict(self) | {
            "path": str(self.path), "store_folder": str(self.store_folder),
            "mapping": None if self.mapping is None else self.mapping.to_json(),
        }  # fmt: skip
        return json.dumps(said)

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """Read a request written by `to_json`."""
        said = json.loads(text)
        mapping = said.pop("mapping")
        return cls(
            path=Path(said.pop("path")), store_folder=Path(said.pop("store_folder")),
            mapping=None if mapping is None else Mapping.from_json(mapping), **said,
        )  # fmt: skip


def placed(raw: RawTable, mapping: Mapping) -> Records:
    r"""Type and place the rows of an opened file, on this machine.

    Examples
    --------
    >>> raw = open_table(b"date,zip\n2020-01-02,60644\n", "calls.csv")
    >>> placed(raw, propose(raw)).table["geoid"].tolist()
    ['17031']
    """
    return place(read(raw, mapping), load.gazetteer(), load.locator())


def bring_in(request: Request, tell: Tell | None = None) -> Outcome:
    """Open, type, place and keep a file.

    Parameters
    ----------
    request : Request
        What to read and where to keep it.
    tell : callable, optional
        Called with a stage of `STAGES` and the share of all work done; may raise to cancel.

    Raises
    ------
    InputError
        Something a person can mend; the store is as before.
    """
    say = tell or _silent
    store = open_store(request.store_folder, load.locator())
    say("opening", 0.0)
    share = _SHARES["typing"]
    raw = as_data(
        open_table(
            request.path, request.name, request.sheet, request.crs,
            tell=lambda _, done: say("opening", share * done),
        )
    )  # fmt: skip
    say("typing", _SHARES["typing"])
    mapping = request.mapping or store.remembered(raw.columns) or propose(raw)
    intake = read(raw, mapping)
    say("placing", _SHARES["placing"])
    records = place(intake, load.gazetteer(), load.locator())
    del intake
    source = request.source or store.source_like(raw) or Path(raw.name).stem
    start = _SHARES["comparing"]
    return store.add(
        raw, mapping, records, source=source, is_complete=request.is_complete,
        handling=request.handling,
        tell=lambda stage, share: say(stage, start + (1 - start) * share),
    )  # fmt: skip


@contextmanager
def uploaded(content: bytes | BinaryIO, store_folder: Path) -> Iterator[Path]:
    """Lay an upload down where only this user can read it; it is gone at the end.

    Should this process die, the next that opens the store removes it.
    """
    desk.make_private(store_folder)
    with desk.working(store_folder) as folder, desk.clear_errors():
        path = folder / "upload"
        path.touch(mode=0o600)
        with path.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                while chunk := content.read(_CHUNK):
                    file.write(chunk)
        yield path


def _silent(stage: str, share: float) -> None:
    del stage, share


class Job:
    """An import in a process of its own, which can be watched and stopped.

    Parameters
    ----------
    request : Request
        Its file must stay until the job has ended.
    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._desk = desk.working(request.store_folder)
        self._stage, self._share = "opening", 0.0
        self._answer: dict[str, Any] | None = None
        self._stopped = False
        self._ended = threading.Event()
        self._ending = threading.Lock()
        folder = self._desk.__enter__()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "boundaries.intake"],
            cwd=settings.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, start_new_session=True,
            # What it or its own children lay down goes when the job ends, however it ends.
            env=settings.child_environment(TMPDIR=str(folder), TEMP=str(folder), TMP=str(folder)),
        )  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write(f"{request.to_json()}\n".encode())
        self._process.stdin.close()
        threading.Thread(target=self._listen, daemon=True).start()

    def progress(self) -> tuple[str, float]:
        """Stage in words, and the share of all work done, 0..1."""
        return STAGES[self._stage], self._share

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; tell whether it came within that time."""
        return self._ended.wait(seconds)

    def cancel(self) -> None:
        """Stop at once; the store is as before, unless the job had just ended."""
        self._stopped = True
        self._kill()
        self._ended.wait()

    def outcome(self) -> Outcome:
        """Wait for the end and tell what the import did.

        Raises
        ------
        InputError
            What the job found, with its message and hint; `StoreError` when it was stopped or died.
        """
        self._ended.wait()
        if self._answer is None:
            if self._stopped:
                raise StoreError("The import was stopped: nothing was changed.", "Start it again.")
            raise StoreError(
                "The import ended before it was done: nothing was changed.",
                "The file may be too large for this machine: split it, by year for example.",
            )
        if "error" in self._answer:
            kind, message, hint = self._answer["error"]
            leaf = getattr(errors, kind, InputError)
            raise leaf(message, hint)
        done = self._answer["done"]
        done["imported_at"] = datetime.fromisoformat(done["imported_at"])
        return Outcome(Import(**done), self._answer["is_new"], tuple(self._answer["notes"]))

    def _listen(self) -> None:
        """Take down what the process says, until it ends; then clean its desk."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "stage" in said:
                self._stage, self._share = said["stage"], said["share"]
            else:
                self._answer = said
        self._kill()  # children of its own that outlive it
        with self._ending:
            self._process.wait()
        self._process.stdout.close()
        self._desk.__exit__(None, None, None)
        desk.sweep(self._request.store_folder)
        self._ended.set()

    def _kill(self) -> None:
        """End the process and its children, which make a group of their own where there are any."""
        with self._ending:
            if self._process.returncode is not None:  # its number may be another's by now
                return
            if sys.platform == "win32":
                self._process.kill()
                return
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def main() -> int:
    """Do one job: the request comes on standard input, what happens goes to standard output."""
    said = sys.stdout

    def write(**what: object) -> None:
        said.write(json.dumps(what, default=str) + "\n")
        said.flush()

    _limit_memory()
    try:
        outcome = bring_in(
            Request.from_json(sys.stdin.readline()),
            lambda stage, share: write(stage=stage, share=share),
        )
    except InputError as error:
        write(error=[type(error).__name__, error.message, error.hint])
        return 2
    except MemoryError:
        write(error=["ReadError", "The file is too large for this machine: nothing was changed.",
                     "Split it, by year for example."])  # fmt: skip
        return 2
    done = asdict(outcome.done) | {"imported_at": outcome.done.imported_at.isoformat()}
    write(done=done, is_new=outcome.is_new, notes=outcome.notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())

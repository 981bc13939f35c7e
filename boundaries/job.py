"""Work in a process of its own, which can be watched and stopped.

The child loads what nearly all work needs, then waits for one request on its standard input, does
it, and says on its standard output how far it is. It is not a process of `multiprocessing`: those
begin by importing the program's main module again, which under Streamlit is the whole app.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from boundaries import load
from boundaries.indexing import IndexStreets
from boundaries.intake import Request
from boundaries.placing import PlaceAgain, SendAddresses
from boundaries.work import Work
from geo import errors, settings
from geo.errors import InputError, StoppedError, StoreError
from geo.store import desk

KINDS: Final[Mapping[str, type[Work[Any]]]] = {
    one.kind: one for one in (Request, IndexStreets, PlaceAgain, SendAddresses)
}
"""All work there is, by its name."""

_Answer = TypeVar("_Answer")

_MEMORY: Final = 6 * 1024**3

_spare: list["subprocess.Popen[bytes]"] = []
_spare_lock = threading.Lock()


def warm() -> None:
    """Have a process ready, so that the next job starts at once: while a person looks at columns.

    It costs memory until a job takes it; it ends with this process.
    """
    with _spare_lock:
        if not any(process.poll() is None for process in _spare):
            _spare[:] = [_start()]


class Job(Generic[_Answer]):
    """Work in a process of its own, which can be watched and stopped.

    Parameters
    ----------
    work : Work
        One of `KINDS`. Its files must stay until the job has ended.
    """

    def __init__(self, work: Work[_Answer]) -> None:
        self._work = work
        self._desk = desk.working(work.store_folder)
        self._words, self._share = "Starting", 0.0
        self._said: dict[str, Any] | None = None
        self._stopped = False
        self._ended = threading.Event()
        self._ending = threading.Lock()
        # What it or its own children lay down goes when the job ends, however it ends.
        folder = self._desk.__enter__()
        self._process = _take_spare() or _start()
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has died: `outcome` says so
            said = json.dumps([str(folder.absolute()), work.kind, work.to_json()])
            self._process.stdin.write(f"{said}\n".encode())
            self._process.stdin.close()
        threading.Thread(target=self._listen, daemon=True).start()

    def progress(self) -> tuple[str, float]:
        """Say what is being done, in words, and the share of all work done, 0..1."""
        return self._words, self._share

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the end; tell whether it came within that time."""
        return self._ended.wait(seconds)

    def cancel(self) -> None:
        """Stop at once; all is then as the work says of being stopped, unless it had just ended."""
        self._stopped = True
        self._kill()
        self._ended.wait()

    def outcome(self) -> _Answer:
        """Wait for the end and tell what came of it.

        Raises
        ------
        InputError
            What the job found, with its message and hint; `StoppedError` when it was stopped,
            `StoreError` when it died.
        RuntimeError
            A fault of this program: where it is, and no cell of the file.
        """
        self._ended.wait()
        if self._said is None:
            kept = self._work.when_stopped
            if self._stopped:
                raise StoppedError(f"The {self._work.kind} was stopped: {kept}.", "Start it again.")
            raise StoreError(
                f"The {self._work.kind} ended before it was done: {kept}.", self._work.when_died
            )
        if "bug" in self._said:
            raise RuntimeError(self._said["bug"])
        if "error" in self._said:
            kind, message, hint = self._said["error"]
            leaf = getattr(errors, kind, InputError)
            raise leaf(message, hint)
        return self._work.answer(self._said["answer"])

    def _listen(self) -> None:
        """Take down what the process says, until it ends; then clean its desk."""
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                said = json.loads(line)
                if "words" in said:
                    self._words, self._share = said["words"], said["share"]
                else:
                    self._said = said
        finally:
            self._kill()  # children of its own that outlive it
            with self._ending:
                self._process.wait()
            self._process.stdout.close()
            self._desk.__exit__(None, None, None)
            desk.sweep(self._work.store_folder)
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


def _take_spare() -> "subprocess.Popen[bytes] | None":
    with _spare_lock:
        found = _spare.pop() if _spare else None
    return found if found is not None and found.poll() is None else None


def _start() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603  (our own module, no shell, no text of a user)
        [sys.executable, "-m", __name__], cwd=settings.ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _where(error: Exception) -> str:
    """Name the kind of a fault and the lines it passed; its message may hold a cell."""
    lines = [
        f"{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return f"{type(error).__name__} at {' > '.join(lines)}"


def main() -> int:
    """Do one job: the request comes on standard input, what happens goes to standard output."""
    said, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no word of ours

    def write(**what: object) -> None:
        said.write(json.dumps(what, default=str) + "\n")
        said.flush()

    _limit_memory()
    load.locator()
    load.gazetteer()
    asked = sys.stdin.readline()
    if not asked:  # a spare that nobody needed
        return 0
    folder, kind, text = json.loads(asked)
    settings.use_temporary_folder(folder)
    try:
        with desk.clear_errors():
            work = KINDS[kind].from_json(text)
            answer = work.carry_out(lambda words, share: write(words=words, share=share))
    except InputError as error:
        write(error=[type(error).__name__, error.message, error.hint])
        return 2
    except MemoryError:
        kept = KINDS[kind].when_stopped
        write(error=["ReadError", f"This is too large for this machine: {kept}.",
                     KINDS[kind].when_died])  # fmt: skip
        return 2
    except Exception as error:  # noqa: BLE001  (the last to see it: nothing of it is lost but data)
        write(bug=_where(error))
        return 1
    write(answer=answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())

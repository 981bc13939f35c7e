"""Our work beside a peer's in one run: CPU time, peak memory, one row of a table for each.

A benchmark asks for the fixture `beside` and calls it once a row; the rows are printed at the end
and kept in `benchmarks/results.json`. Nothing fails for being slow: a row says whether its goal is
met. Wrong answers do fail: `beside` hands both results back to be compared.
"""

import ctypes
import gc
import json
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import pytest

RESULTS = Path(__file__).parent / "results.json"
ROWS = pytest.StashKey[list[dict[str, Any]]]()
# The peer's first round tells how many follow; ours makes as many, and the least counts of each.
# Beside a peer that is asked once, ours counts by the mean of its rounds, not by the least.
ENOUGH_S = 1.0  # rounds until they have taken so long, within
FEWEST, MOST = 4, 200
LONG_S = 10.0  # a peer that takes so long is asked once


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


@pytest.fixture
def beside(request: pytest.FixtureRequest) -> Callable[..., tuple[Any, Any]]:
    """`beside(name, ours, ...)` measures, adds a row, and returns (our result, the peer's).

    Parameters
    ----------
    name : str
        The work, with its size: one row a name.
    ours : callable
        Without arguments; what it returns is handed back.
    peer, theirs : str and callable, optional
        The peer's name with its version, and the same work by it; warmed up if it compiles.
    times, within_s, within_mb : float, optional
        Goals: the peer's CPU time over ours at least, our CPU seconds at most, our peak memory at
        most. All that are given must be met.
    note : str or callable
        What a reader must know to judge the comparison; or what tells it from both results.
    clock : callable, optional
        CPU seconds of the peer so far, where it works in a process of its own.
    """
    rows = request.config.stash[ROWS]

    def run(  # noqa: PLR0913  (a row has many columns)
        name: str,
        ours: Callable[[], Any],
        *,
        peer: str | None = None,
        theirs: Callable[[], Any] | None = None,
        times: float | None = None,
        within_s: float | None = None,
        within_mb: float | None = None,
        note: str | Callable[[Any, Any], str] = "",
        clock: Callable[[], float] = time.process_time,
    ) -> tuple[Any, Any]:
        peak = peak_mb(ours)  # which warms it up as well
        their_s, their_result, ratio, rounds = None, None, None, None
        if theirs is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a peer's own affair
                their_s, their_result, rounds = cpu_s(theirs, clock)
        if rounds == 1:
            our_s, our_result, _ = cpu_s(ours, counts=fmean)
        else:
            our_s, our_result, _ = cpu_s(ours, rounds=rounds)
        if their_s is not None:
            ratio = their_s / our_s
        goals = (
            (times, f"{times} times", lambda: ratio is not None and ratio >= times),
            (within_s, f"{within_s} s", lambda: our_s <= within_s),
            (within_mb, f"{within_mb} MB", lambda: peak is not None and peak <= within_mb),
        )
        asked = [(words, met()) for goal, words, met in goals if goal is not None]
        rows.append({
            "name": name,
            "ours_cpu_s": our_s,
            "peer": peer if theirs is not None or peer is None else f"{peer} (not installed)",
            "peer_cpu_s": their_s,
            "ratio": ratio,
            "goal": ", ".join(words for words, _ in asked),
            "met": all(met for _, met in asked) if asked else None,
            "peak_mb": peak,
            "note": note if isinstance(note, str) else note(our_result, their_result),
        })  # fmt: skip
        return our_result, their_result

    return run


def cpu_s(
    work: Callable[[], Any],
    clock: Callable[[], float] = time.process_time,
    rounds: int | None = None,
    counts: Callable[[list[float]], float] = min,
) -> tuple[float, Any, int]:
    """CPU seconds of all threads, what counts of several rounds; the last result; how many."""
    gc.collect()
    took, result = _timed(work, clock)
    times = [took]
    if rounds is None:
        rounds = 1 if took > LONG_S else int(np.clip(ENOUGH_S / max(took, 1e-6), FEWEST, MOST))
    for _ in range(rounds - 1):
        result = None  # or two results would be held at once
        took, result = _timed(work, clock)
        times.append(took)
    return counts(times), result, rounds


def _timed(work: Callable[[], Any], clock: Callable[[], float]) -> tuple[float, Any]:
    start = clock()
    result = work()
    return clock() - start, result


def peak_mb(work: Callable[[], Any]) -> float | None:
    """Resident memory at its peak, less what was there before; None where Linux cannot be asked."""
    gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)  # or what an earlier work freed would be used unseen
    try:
        Path("/proc/self/clear_refs").write_text("5")
        before = _resident_kb("VmHWM")
        work()
        return (_resident_kb("VmHWM") - before) / 1024
    except OSError:
        return None


def _resident_kb(line: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(text for text in status.splitlines() if text.startswith(line)).split()[1])


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    rows = config.stash[ROWS]
    if not rows:
        return
    named = {row["name"]: row for row in [*_kept(), *rows]}
    RESULTS.write_text(json.dumps(list(named.values()), indent=1) + "\n")
    terminalreporter.section("ours beside others, CPU seconds")
    for line in _table(rows):
        terminalreporter.write_line(line)


def _kept() -> list[dict[str, Any]]:
    """Rows of benchmarks that were not run now; `make bench` starts without any."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else []


def _table(rows: list[dict[str, Any]]) -> list[str]:
    head = ("work", "ours", "peer", "theirs", "times", "goal", "met", "peak MB")
    told = [head]
    for row in rows:
        met = {True: "yes", False: "NO", None: ""}[row["met"]]
        told.append((
            row["name"], _number(row["ours_cpu_s"]), row["peer"] or "", _number(row["peer_cpu_s"]),
            _number(row["ratio"]), row["goal"], met, _number(row["peak_mb"]),
        ))  # fmt: skip
    width = [max(len(line[at]) for line in told) for at in range(len(head))]
    return [
        "  ".join(text.ljust(wide) for text, wide in zip(line, width, strict=True)).rstrip()
        for line in told
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}" if value < 100 else f"{value:,.0f}"

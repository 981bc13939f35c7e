"""Fixtures every test may ask for.

Browser tests are marked ``browser`` and drive the Chromium of the system. `serve` starts any
Streamlit script, `app_server` the app itself; `offline_page` is a page that fails the test when it
asks for anything outside this machine, throws, or writes an error to the console.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import geo  # noqa: F401  (closes GDAL's doors before anything opens a file)

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
START_SECONDS = 90


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files beside the checkout."""
    if not SHARED.is_dir() and not os.environ.get("CI"):
        pytest.skip("the real files are not beside this checkout")
    return SHARED


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server ended:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):  # noqa: S310  (ours)
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """`serve(script, **environment)` starts Streamlit and gives its address; stopped at the end.

    A script outside the checkout needs a `static` folder beside it: the fixture links ours there.
    """
    running: list[subprocess.Popen[bytes]] = []

    def start(script: Path, **environment: str) -> str:
        from maps import offline  # noqa: PLC0415  (a test without a map does not need the scripts)

        offline.lay_out()
        static = script.parent / "static"
        if not static.exists():
            static.symlink_to(ROOT / "static")
        port = _free_port()
        log = tmp_path_factory.mktemp("server") / "log.txt"
        command = [
            sys.executable, "-m", "streamlit", "run", str(script),
            "--server.port", str(port), "--server.address", "127.0.0.1",
            "--server.headless", "true", "--server.enableStaticServing", "true",
            "--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false",
        ]  # fmt: skip
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            )
        running.append(process)
        url = f"http://127.0.0.1:{port}"
        _wait(process, url, log)
        return url

    yield start
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@pytest.fixture(scope="session")
def app_server(serve: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of the app itself, with a data folder of its own."""
    home = tmp_path_factory.mktemp("home")
    return serve(ROOT / "app.py", XDG_DATA_HOME=str(home), HOME=str(home))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """The system's Chromium, quiet; without one skip on a laptop, fail in CI."""
    if not CHROMIUM:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("no Chromium: install it, or name it in CHROMIUM")
    return {
        "executable_path": CHROMIUM,
        "headless": True,
        "args": [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    }  # fmt: skip


def _is_fault(said) -> bool:
    """Whether a console message is an error of ours.

    Streamlit, opened on a page's own address, first asks for its health below that address and is
    told 404; that is how it finds out where it lives.
    """
    return said.type == "error" and "/_stcore/" not in said.location.get("url", "")


@pytest.fixture
def offline_page(page):
    """A page that may talk to this machine only, and must not throw or complain."""
    outside: list[str] = []
    faults: list[str] = []

    def watch(request) -> None:
        local = request.url.startswith(("http://127.0.0.1:", "data:", "blob:", "file:"))
        if not local:
            outside.append(request.url)

    page.on("request", watch)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
    yield page
    assert outside == []
    assert faults == []

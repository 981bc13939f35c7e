"""Fixtures every test may ask for.

Browser tests are marked ``browser`` and drive the Chromium of the system. `serve` starts any
Streamlit script, `app_server` the app itself; `offline_page` is a page that fails the test when it
asks for anything outside this machine, throws, or writes an error to the console.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

import geo  # noqa: F401  (closes GDAL's doors before anything opens a file)

if TYPE_CHECKING:
    from geo.geocoding.street_finder import Finder

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
START_SECONDS = 90

collect_ignore = ["map_app.py"]  # an app: to look for tests in it would run it


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files beside the checkout."""
    if not SHARED.is_dir() and not os.environ.get("CI"):
        pytest.skip("the real files are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def finder(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> "Finder":
    """Finder in the streets of Perquimans County NC, made from the Census Bureau's file."""
    from boundaries import load  # noqa: PLC0415  (only tests of streets need it)
    from geo.geocoding import street_sources  # noqa: PLC0415
    from geo.geocoding.street_build import build  # noqa: PLC0415
    from geo.geocoding.street_finder import Finder  # noqa: PLC0415

    path = shared_data / "geocoding" / "tiger_nc37143" / "tl_2020_37143_edges.shp"
    index = build([street_sources.read_tiger(path)], "NC", tmp_path_factory.mktemp("streets"))
    return Finder({"NC": index}, load.gazetteer())


@pytest.fixture
def opened_here(monkeypatch) -> None:
    """Workbooks and vector files are opened in this process; their own one takes a second.

    For files that mean no harm: what the process is for is tested with `read_guarded` as it is.
    """
    from geo.ingest import worker  # noqa: PLC0415  (most tests open no such file)

    def run(request: str, tell: object) -> int:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(request))
            return worker.main()

    monkeypatch.setattr(worker, "_run", run)
    monkeypatch.setattr(worker, "_limit_memory", lambda: None)


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


class Servers:
    """Streamlit servers by address; each is started by a call and may be killed before the end."""

    def __init__(self, logs: Callable[[str], Path]) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __call__(self, script: Path, **environment: str) -> str:
        from maps import offline  # noqa: PLC0415  (a test without a map does not need the scripts)

        offline.lay_out()
        static = script.parent / "static"
        if not static.exists():
            static.symlink_to(ROOT / "static")
        port = _free_port()
        log = self._logs("server") / "log.txt"
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
        url = f"http://127.0.0.1:{port}"
        self._running[url] = process
        _wait(process, url, log)
        return url

    def kill(self, url: str) -> None:
        """End a server as a power cut would."""
        process = self._running.pop(url)
        process.kill()
        process.wait(10)

    def stop_all(self) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """`serve(script, **environment)` starts Streamlit and gives its address; stopped at the end.

    A script outside the checkout needs a `static` folder beside it: the fixture links ours there.
    """
    servers = Servers(tmp_path_factory.mktemp)
    yield servers
    servers.stop_all()


@pytest.fixture(scope="session")
def app_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the app's own data in the browser tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def _app(serve: Servers, app_home: Path) -> str:
    return serve(ROOT / "app.py", HRS_ATLAS_DATA=str(app_home), HOME=str(app_home))


@pytest.fixture
def app_server(_app: str, app_home: Path) -> str:
    """Address of the app itself, with nothing in its store but the demo, and no streets."""
    from geo.store import open_store  # noqa: PLC0415  (a test without the app does not need it)

    store = open_store(app_home / "store")
    for source in store.sources():
        store.remove(source.name)
    for name in ("linked records count once",):
        store.set_setting(name, None)
    shutil.rmtree(app_home / "streets", ignore_errors=True)
    return _app


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

"""Other people's scripts and our own, where the browser finds them without the internet.

``python -m maps.offline`` (``make assets``) copies them out of ``node_modules`` into ``static/``,
under a folder named after their content, so that a browser may keep them for ever.
"""

import base64
import json
import mimetypes
import re
import shutil
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

import folium
from folium.plugins import Fullscreen

from geo.errors import ReadError
from geo.settings import ROOT, STATIC
from maps import topology

_MODULES: Final = ROOT / "node_modules"
_OWN: Final = Path(__file__).parent / "assets"
_POINTER: Final = "atlas.json"
_URL: Final = "/app/static/"
_KEPT: Final = 3  # layouts left in place for browsers and servers that still use an older one

SCRIPTS: Final = (
    "leaflet.js", "Control.FullScreen.js", "topojson-client.min.js",
    "atlas_data.js", "atlas_panel.js", "atlas.js",
)  # fmt: skip
STYLES: Final = ("leaflet.css", "Control.FullScreen.css", "atlas.css")
TOPOLOGY: Final = "counties.topo.json"

_SOURCE_MAP: Final = re.compile(r"(?://|/\*)# sourceMappingURL=[^\n]*")
_SCRIPT: Final = re.compile(r'<script(?P<rest>[^>]*?) src="(?P<url>[^"]+)"></script>')
_STYLE: Final = re.compile(r'<link rel="stylesheet" href="(?P<url>[^"]+)">')
_CSS_URL: Final = re.compile(r"url\(\s*[\"']?(?!data:)(?P<url>[^)\"'#?]+)[^)]*\)")


def _sources(topology_file: Path) -> dict[str, Path]:
    """Files to lay out: name inside the folder, and where it comes from."""
    leaflet = _MODULES / "leaflet" / "dist"
    fullscreen = _MODULES / "leaflet.fullscreen"
    return {
        "leaflet.js": leaflet / "leaflet.js",
        "leaflet.css": leaflet / "leaflet.css",
        **{f"images/{p.name}": p for p in sorted((leaflet / "images").glob("*.png"))},
        "Control.FullScreen.js": fullscreen / "Control.FullScreen.js",
        "Control.FullScreen.css": fullscreen / "Control.FullScreen.css",
        "icon-fullscreen.svg": fullscreen / "icon-fullscreen.svg",
        "topojson-client.min.js": _MODULES / "topojson-client" / "dist" / "topojson-client.min.js",
        **{p.name: p for p in sorted(_OWN.glob("*")) if p.suffix in {".js", ".css"}},
        TOPOLOGY: topology_file,
    }


def _content(source: Path) -> bytes:
    """Bytes to serve: scripts lose the note that makes developer tools ask for a source map."""
    if source.suffix not in {".js", ".css"}:
        return source.read_bytes()
    return _SOURCE_MAP.sub("", source.read_text(encoding="utf-8")).encode()


def lay_out(static: Path = STATIC, topology_file: Path | None = None) -> Path:
    """Copy everything a map needs into a folder named after its content.

    Parameters
    ----------
    static : Path
        The folder the app serves.
    topology_file : Path, optional
        Another TopoJSON than the shipped one.

    Returns
    -------
    Path
        The folder; laying out the same content again gives the same one.

    Raises
    ------
    ReadError
        A package is not installed, or the borders are missing.
    """
    sources = _sources(topology_file or topology.SOURCE)
    missing = sorted(name for name, source in sources.items() if not source.is_file())
    if missing:
        raise ReadError(
            f"Parts of the map are not installed: {', '.join(missing)}.",
            "Run `make assets` again; it installs them from package-lock.json.",
        )
    contents = {name: _content(source) for name, source in sources.items()}
    digest = blake2b(digest_size=8)
    for name, content in sorted(contents.items()):
        digest.update(name.encode() + b"\0" + blake2b(content).digest())
    folder = static / f"atlas-{digest.hexdigest()}"
    for name, content in contents.items():
        target = folder / name
        if target.is_file() and target.stat().st_size == len(content):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.part")
        partial.write_bytes(content)
        partial.replace(target)
    folder.touch()
    pointer = static / f"{_POINTER}.part"
    pointer.write_text(json.dumps({"folder": folder.name}), encoding="utf-8")
    pointer.replace(static / _POINTER)
    _forget_old(static)
    return folder


def _forget_old(static: Path) -> None:
    folders = sorted(static.glob("atlas-*/"), key=lambda f: f.stat().st_mtime, reverse=True)
    for folder in folders[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def folder(static: Path = STATIC) -> Path:
    """Give the folder laid out last; one that does not exist when there is none."""
    try:
        name = json.loads((static / _POINTER).read_text(encoding="utf-8"))["folder"]
    except (OSError, ValueError, KeyError):
        name = "atlas-not-laid-out"
    return static / str(name)


def urls(names: Sequence[str]) -> tuple[str, ...]:
    """Addresses of laid-out files, on this app's own server.

    Examples
    --------
    >>> [u.startswith("/app/static/atlas-") for u in urls(["leaflet.js"])]
    [True]
    """
    base = f"{_URL}{folder().name}/"
    return tuple(base + name for name in names)


def use() -> None:
    """Point the Folium classes we use at our own files, and drop what we do not need of theirs."""
    folium.Map.default_js = [("leaflet", urls(["leaflet.js"])[0])]
    folium.Map.default_css = [("leaflet_css", urls(["leaflet.css"])[0])]
    Fullscreen.default_js = [("Control.Fullscreen.js", urls(["Control.FullScreen.js"])[0])]
    Fullscreen.default_css = [("Control.FullScreen.css", urls(["Control.FullScreen.css"])[0])]


def _data_uri(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def inline(html: str) -> str:
    """Put scripts, styles, images and borders into a page, so that one file is all there is.

    Parameters
    ----------
    html : str
        A page whose scripts and styles are given by `urls`.

    Returns
    -------
    str
        The same page, which asks for nothing when opened.

    Raises
    ------
    ReadError
        A file the page names is not laid out.
    """
    home = folder()

    def local(url: str) -> Path:
        path = home / url.removeprefix(f"{_URL}{home.name}/")
        if not path.is_file():
            raise ReadError("The map's scripts are not in place.", "Run `make assets`.")
        return path

    def script(found: re.Match[str]) -> str:
        text = local(found["url"]).read_text(encoding="utf-8")
        if "application/json" in found["rest"]:
            text = text.replace("<", "\\u003c")
            return f"<script{found['rest']}>{text}</script>"
        # Inside a script only this sequence and the comment opening could end or change it.
        safe = re.sub(r"</(script)", r"<\\/\1", text, flags=re.IGNORECASE)
        safe = safe.replace("<!--", "<\\!--")
        return f"<script{found['rest']}>{safe}</script>"

    def style(found: re.Match[str]) -> str:
        path = local(found["url"])
        text = _CSS_URL.sub(
            lambda inner: f"url({_data_uri(path.parent / inner['url'].strip())})",
            path.read_text(encoding="utf-8"),
        )
        return f"<style>{text}</style>"

    return _STYLE.sub(style, _SCRIPT.sub(script, html))


if __name__ == "__main__":
    lay_out()

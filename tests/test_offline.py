"""Scripts come from this machine only."""

import re

import folium
import pytest
from folium.plugins import Fullscreen

from geo.errors import ReadError
from maps import folium_map, offline
from maps.folium_map import _AtlasLayer, _Base


@pytest.fixture(scope="module", autouse=True)
def laid_out():
    offline.lay_out()


@pytest.mark.parametrize("used", [folium.Map, Fullscreen, _AtlasLayer, _Base])
def test_no_class_we_use_names_another_server(used):
    names = [*getattr(used, "default_js", ()), *getattr(used, "default_css", ())]
    assert all(url.startswith("/app/static/atlas-") for _, url in names)


def test_everything_a_document_loads_is_there():
    made = folium_map.document([])
    for url in (*made.js, *made.css):
        assert (offline.folder() / url.rsplit("/", 1)[1]).is_file()


def test_the_folder_is_named_after_its_content(tmp_path):
    first = offline.lay_out(tmp_path)
    assert offline.lay_out(tmp_path) == first
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert offline.lay_out(tmp_path, other) != first


def test_old_layouts_are_forgotten(tmp_path):
    for at in range(5):
        topology = tmp_path / "t.json"
        topology.write_text(str(at))
        offline.lay_out(tmp_path / "static", topology)
    assert len(list((tmp_path / "static").glob("atlas-*/"))) == 3


def test_no_source_map_is_asked_for():
    for script in offline.folder().glob("*.js"):
        assert "sourceMappingURL" not in script.read_text()


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(offline, "_MODULES", tmp_path)
    with pytest.raises(ReadError, match=r"leaflet\.js.*make assets"):
        offline.lay_out(tmp_path / "static")


def test_inline_leaves_no_address_to_fetch():
    tags = [f'<link rel="stylesheet" href="{url}">' for url in offline.urls(offline.STYLES)]
    tags += [f'<script src="{url}"></script>' for url in offline.urls(offline.SCRIPTS)]
    page = offline.inline("\n".join(tags))
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    # Leaflet's switch for a browser of 2001; it asks for nothing.
    assert set(re.findall(r"url\((?!data:)[^)]*\)", page)) == {"url(#default#VML)"}
    # Each script is closed once: nothing inside ends it early.
    assert page.count("</script") == len(offline.SCRIPTS)


def test_inline_says_when_a_script_is_not_there():
    with pytest.raises(ReadError, match="make assets"):
        offline.inline('<script src="/app/static/atlas-gone/leaflet.js"></script>')

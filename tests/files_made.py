"""Files for tests: archives that lie about their size, shapes, KML."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import openpyxl
import shapely

MIB = 1 << 20
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def packed(content: bytes) -> tuple[bytes, int, int]:
    """Deflated bytes, the size and the checksum an honest header gives."""
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(content) + packer.flush(), len(content), zlib.crc32(content)


def endless_zeros(mib: int) -> bytes:
    """Deflated zeros: one flushed block holds a MiB in a thousand bytes, and may be repeated."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mib + zlib.compressobj(9, wbits=-15).flush()


def zip_by_hand(members: Mapping[str, tuple[bytes, int, int]], copies: int = 1) -> bytes:
    """A zip whose headers say what we like; each member listed several times over its one body."""
    body, listing = bytearray(), bytearray()
    for name, (data, size, checksum) in members.items():
        at = len(body)
        about = struct.pack(
            "<HHHHHIIIHH", 20, 0, 8, 0, 0, checksum, len(data), size, len(name.encode()), 0
        )
        body += b"PK\x03\x04" + about + name.encode() + data
        entry = b"PK\x01\x02" + struct.pack("<H", 20) + about
        entry += struct.pack("<HHHII", 0, 0, 0, 0, at) + name.encode()
        listing += entry * copies
    count = len(members) * copies
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(listing), len(body), 0)
    return bytes(body + listing + b"PK\x05\x06" + end)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """An ordinary zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def book(rows: list[list[object]]) -> bytes:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def book_with(**parts: tuple[bytes, int, int]) -> bytes:
    """A workbook with some of its members replaced; `__` in a name stands for a slash."""
    with zipfile.ZipFile(io.BytesIO(book([["a", "b"], [1, 2]]))) as archive:
        members = {name: packed(archive.read(name)) for name in archive.namelist()}
    changed = {name.replace("__", "/") + ".xml": part for name, part in parts.items()}
    return zip_by_hand(members | changed)


def points(crs: int = 4326) -> gpd.GeoDataFrame:
    """Hartford and New Haven, with ZIP codes that start with a zero."""
    places = [shapely.Point(-72.6734, 41.7658), shapely.Point(-72.9279, 41.3083)]
    table = gpd.GeoDataFrame({"zip": ["06103", "06510"]}, geometry=places, crs=4326)
    return table.to_crs(crs)


def shapefile(folder: Path, frame: gpd.GeoDataFrame, name: str = "calls") -> dict[str, bytes]:
    """The files of a Shapefile by name."""
    frame.to_file(folder / f"{name}.shp")
    found = sorted(folder.glob(f"{name}.*"))
    return {path.name: path.read_bytes() for path in found}


def without(files: Mapping[str, bytes], suffix: str) -> dict[str, bytes]:
    """All files but those with a suffix."""
    return {name: content for name, content in files.items() if not name.endswith(suffix)}


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Folder><name>Calls</name><Placemark><name>One</name><description>a &lt;b&gt;</description>
<ExtendedData><Data name="zip"><value>06103</value></Data></ExtendedData>
<Point><coordinates>-72.6734,41.7658,0</coordinates></Point></Placemark></Folder>
<Folder><name>Areas</name><Placemark><name>Two</name><Polygon><outerBoundaryIs><LinearRing>
<coordinates>-73,41 -72,41 -72,42 -73,41</coordinates></LinearRing></outerBoundaryIs></Polygon>
</Placemark></Folder></Document></kml>"""

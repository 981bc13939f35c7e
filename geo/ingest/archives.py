"""Zip and gzip files: what is packed in them, unpacked within limits and never to a named path."""

import codecs
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, Literal

from geo import settings
from geo.errors import ReadError

MOST_UNPACKED: Final = 2 * 1024**3
_MOST_RATIO: Final = 200
_HARMLESS: Final = 50 * 1024**2  # repeated text packs well: small files may have any ratio
_MOST_MEMBERS: Final = 10_000
_MOST_PACKING: Final = 1_032  # deflate cannot pack tighter, whatever a header says
_PIECE: Final = 1 << 20
_FEED: Final = 1 << 14
_SHAPEFILE: Final = ("shp", "shx", "dbf", "prj", "cpg")
_SHAPES: Final = b"\x00\x00\x27\x0a"
_UNTABLED: Final = (b"%PDF", b"<", b"\x89PNG", b"\xff\xd8\xff", _SHAPES)
_TABLED: Final = (
    b"PK", b"\xd0\xcf\x11\xe0", b"PAR1", b"SQLite format 3\0",
    codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE,
)  # fmt: skip
_MARKS: Final = (b",", b"\t", b";", b"|")

Kind = Literal["workbook", "tables"]


@dataclass(frozen=True, eq=False)
class Archive:
    """A zip file that has been looked through: a workbook, or tables by the name shown for them.

    `tables` gives the members of each: one file, or the parts of a Shapefile by their suffix.
    """

    content: bytes
    kind: Kind
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def unpack(self, table: str) -> dict[str, bytes]:
        """Give the bytes of a table's files by suffix; "" for a file that stands alone."""
        with _opened(self.content) as archive:
            names = self.tables[table].values()
            _check_table_size(sum(archive.getinfo(name).file_size for name in names))
            return {kind: _bytes(archive, name) for kind, name in self.tables[table].items()}


def look_through(content: bytes) -> Archive:
    """Find the tables in a zip file, or that it is a workbook, without unpacking it.

    Raises
    ------
    ReadError
        When it is damaged, locked, unpacks to far more than it should, or holds no table.
    """
    with _opened(content) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        _check(archive, members)
        names = {member.filename for member in members}
        if "[Content_Types].xml" in names or "content.xml" in names:
            if not any(n.startswith(("xl/", "content.xml")) for n in names):
                raise ReadError("The file is an Office document, not a workbook.", _HINT)
            return Archive(content, "workbook")
        if any(".gdb/" in name.lower() for name in names):
            raise ReadError(
                "The archive holds an Esri file geodatabase.",
                "Export the layer as GeoPackage or Shapefile.",
            )
        tables = _tables(archive, members)
    if not tables:
        raise ReadError("The archive holds no table.", _HINT)
    return Archive(content, "tables", tables)


_HINT: Final = "Unpack it, then choose a CSV, Excel (.xlsx), GeoPackage or Shapefile."


def unpack_gzip(content: bytes) -> bytes:
    """Unpack a gzip file within limits.

    Raises
    ------
    ReadError
        When it is damaged, or unpacks to far more than it should.
    """
    pieces: list[bytes] = []
    unpacker = zlib.decompressobj(wbits=31)
    size = position = 0
    try:
        while position < len(content) or unpacker.unconsumed_tail:
            if unpacker.eof:
                if not content.startswith(b"\x1f\x8b", position):
                    break  # padding behind the last part
                unpacker = zlib.decompressobj(wbits=31)
            rest = unpacker.unconsumed_tail or content[position : position + _FEED]
            position += 0 if unpacker.unconsumed_tail else len(rest)
            pieces.append(unpacker.decompress(rest, _PIECE))
            position -= len(unpacker.unused_data)
            size += len(pieces[-1])
            _check_size(size, position)
            _check_table_size(size)
    except zlib.error as error:
        raise _damaged() from error
    if not unpacker.eof:
        raise _damaged()
    return b"".join(pieces)


def _check_table_size(size: int) -> None:
    if size > settings.MAX_UPLOAD_MB * 1024**2:
        raise ReadError(
            f"The file unpacks to more than {settings.MAX_UPLOAD_MB} MB.",
            "Split it by year or remove columns that are not needed.",
        )


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise _damaged() from error


def _check(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Refuse what is locked or unpacks to too much, whether its headers say so or not."""
    if len(members) > _MOST_MEMBERS:
        raise ReadError("The archive holds more than 10,000 files.", _HINT)
    if any(member.flag_bits & 1 for member in members):
        raise ReadError("The archive is locked with a password.", "Unpack it with the password.")
    if any(m.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for m in members):
        raise ReadError("The archive is packed in a way this program does not open.", _HINT)
    packed = sum(member.compress_size for member in members)
    _check_size(sum(member.file_size for member in members), packed)
    if packed * _MOST_PACKING > MOST_UNPACKED:
        for member in members:  # headers may lie: only unpacking tells
            _measure(archive, member)


def _check_size(unpacked: int, packed: int) -> None:
    is_bomb = unpacked > _HARMLESS and unpacked > _MOST_RATIO * max(packed, 1)
    if unpacked > MOST_UNPACKED or is_bomb:
        raise ReadError(
            "The file unpacks to far more than it should and was not opened.",
            "Save the table as CSV.",
        )


def _measure(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack a member to nowhere, and refuse it when it holds more than it says."""
    content = archive.fp
    if content is None:
        raise _damaged()
    content.seek(member.header_offset)
    header = content.read(30)
    content.seek(
        int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1
    )
    if member.compress_type == zipfile.ZIP_STORED:
        return
    unpacker, size = zlib.decompressobj(wbits=-15), 0
    try:
        while not unpacker.eof:
            rest = unpacker.unconsumed_tail or content.read(_PIECE)
            if not rest:
                break
            size += len(unpacker.decompress(rest, _PIECE))
            if size > member.file_size:
                raise _damaged()
    except zlib.error as error:
        raise _damaged() from error


def _tables(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, dict[str, str]]:
    """Tables by the name shown; parts of a Shapefile belong together, and only they have names."""
    paths = {
        member.filename: PurePosixPath(member.filename.replace("\\", "/")) for member in members
    }
    paths = {
        name: path
        for name, path in paths.items()
        if "__MACOSX" not in path.parts and not path.name.startswith(".")
    }
    shapes = {
        str(path.with_suffix("")).lower(): name
        for name, path in paths.items()
        if path.suffix.lower() == ".shp" and _head(archive, name).startswith(_SHAPES)
    }
    tables: dict[str, dict[str, str]] = {}
    for stem, shape in shapes.items():
        parts = {
            path.suffix.lower()[1:]: name
            for name, path in paths.items()
            if str(path.with_suffix("")).lower() == stem and path.suffix.lower()[1:] in _SHAPEFILE
        }
        tables[_free(paths[shape].stem, tables)] = parts
    for name, path in paths.items():
        if str(path.with_suffix("")).lower() in shapes or path.stem.lower() in shapes:
            continue
        if path.suffix.lower() != ".dbf" and _may_be_table(_head(archive, name)):
            tables[_free(path.name, tables)] = {"": name}
    return tables


def _may_be_table(head: bytes) -> bool:
    """Whether the first bytes are those of a table; a read-me, a picture, a web page are not."""
    start = head.lstrip()
    if start.startswith(_UNTABLED) and b"<kml" not in head:
        return False
    if head.startswith(_TABLED) or b"<kml" in head:
        return True
    if start.startswith(b"{"):
        return b'"type"' in head
    if b"\0" in head and max(head[1::2].count(0), head[::2].count(0)) < len(head) / 5:
        return False  # neither UTF-16 nor any other text
    lines = [line for line in head.splitlines()[:-1] if line.strip()] or head.splitlines()
    return any(2 * sum(mark in line for line in lines) > len(lines) for mark in _MARKS)


def _free(name: str, taken: Mapping[str, object]) -> str:
    bare = "".join(letter for letter in name if letter.isprintable())[:200] or "file"
    shown, copy = bare, 2
    while shown in taken:
        shown, copy = f"{bare} ({copy})", copy + 1
    return shown


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as file:
            return file.read(4096)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise _damaged() from error


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as file:
            return file.read()  # no more than its header says, which has been checked
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise _damaged() from error


def _damaged() -> ReadError:
    return ReadError(
        "The archive or workbook is damaged.", "Open it where it was made and save it again."
    )

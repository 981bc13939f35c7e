"""All of a store in one file, and back."""

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from geo.errors import StoreError
from geo.store import catalog, imports, parts
from geo.store.desk import clear_errors, is_busy, make_private, settle, working
from geo.store.migrations import CATALOG, check_version, version_of

_MANIFEST: Final = "manifest.json"
_FORMAT: Final = "HRS Atlas store 1"
_CHUNK: Final = 1024**2
_MOST_LISTED: Final = 64 * 1024**2  # bytes of a manifest: a million parts
_TRIES: Final = 5


def write(folder: Path, path: Path) -> None:
    """Write one file that holds everything in a store; imports may go on meanwhile.

    Parameters
    ----------
    folder : Path
        Of the store.
    path : Path
        File to write; one that is there is replaced when the new one is whole.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with clear_errors():
        try:
            _write(folder, part)
            part.replace(path)
            settle(path.parent)
        finally:
            part.unlink(missing_ok=True)


def restore(path: Path, folder: Path) -> Path | None:
    """Make a store what it was when a backup was written.

    Everything is checked before anything is touched. The store that was there is put aside beside
    it, not deleted.

    Parameters
    ----------
    path : Path
        The backup.
    folder : Path
        Of the store.

    Returns
    -------
    Path or None
        Where the store that was there lies now.

    Raises
    ------
    StoreError
        The backup is damaged, no backup, or of a newer program; an import is running.
    """
    if is_busy(folder):
        raise StoreError("An import is running.", "Wait for its end, then try again.")
    fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.restored")
    with clear_errors():
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            make_private(fresh)
            make_private(fresh / parts.PARTS)
            _unpack(path, fresh)
            catalog.prepare(fresh)
            if problems := check(fresh):
                raise StoreError(f"The backup is damaged: {problems[0]}", "Use another backup.")
            aside = None
            if folder.exists():
                aside = _free_name(folder)
                folder.rename(aside)
            fresh.rename(folder)
            settle(folder.parent)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return aside


def check(folder: Path) -> tuple[str, ...]:
    """Look whether a store is whole; give a sentence for each thing that is wrong."""
    found = []
    with catalog.reading(folder) as connection:
        said = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
        kept = imports.all_of(connection)
    if said != ["ok"]:
        found.append("The catalog is damaged.")
    for one in kept:
        for path in imports.paths(folder, one):
            if not path.is_file():
                found.append(f"A file of import {one.number} is missing.")
            elif not parts.is_whole(path):
                found.append(f"A file of import {one.number} is damaged.")
    return tuple(found)


def _write(folder: Path, part: Path) -> None:
    for tries_left in range(_TRIES, 0, -1):
        with working(folder) as desk:
            copy = desk / CATALOG
            names = _copy_catalog(folder, copy)
            try:
                for name in names:
                    _hold(folder / parts.PARTS / name, desk / name)
            except FileNotFoundError as error:
                if tries_left > 1:
                    continue
                raise StoreError(
                    "A file of the store is missing.", "Run the check of the store."
                ) from error
            _pack(part, {CATALOG: copy} | {f"{parts.PARTS}/{n}": desk / n for n in names})
            return


def _hold(path: Path, name: Path) -> None:
    """Give a part a name of our own: it stays should it be removed meanwhile."""
    try:
        os.link(path, name)
    except FileNotFoundError:
        raise
    except OSError:  # a disk that gives a file one name only
        name.touch(mode=0o600)
        shutil.copyfile(path, name)


def _copy_catalog(folder: Path, copy: Path) -> list[str]:
    """Copy the catalog as it is at one moment; give the names of the parts it speaks of."""
    copy.touch(mode=0o600)
    with catalog.reading(folder) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.row_factory = sqlite3.Row
        target.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        return [name for one in imports.all_of(target) for name in one.parts]


def _pack(part: Path, files: dict[str, Path]) -> None:
    part.touch(mode=0o600)
    listed: dict[str, str] = {}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, path in files.items():
            digest = hashlib.sha256()
            with path.open("rb") as file, archive.open(name, "w", force_zip64=True) as member:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    member.write(chunk)
            listed[name] = digest.hexdigest()
        about = {"format": _FORMAT, "written_at": catalog.now(), "sha256": listed}
        archive.writestr(_MANIFEST, json.dumps(about))
    settle(part)


def _unpack(path: Path, fresh: Path) -> None:
    """Lay out a backup in an empty folder, each file compared with its digest."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            listed = _listed(archive)
            for name, digest in listed.items():
                target = fresh / name
                target.touch(mode=0o600)
                with archive.open(name) as member, target.open("wb") as out:
                    if _copy(member, out) != digest:
                        raise _damaged()
                settle(target)
    except (zipfile.BadZipFile, ValueError, KeyError, EOFError) as error:
        raise _damaged() from error
    except FileNotFoundError as error:
        raise StoreError("There is no such backup.", "Give the file that was written.") from error
    with closing(sqlite3.connect(fresh / CATALOG)) as connection:
        try:
            check_version(version_of(connection))
        except sqlite3.DatabaseError as error:
            raise _damaged() from error


def _listed(archive: zipfile.ZipFile) -> dict[str, str]:
    """Names and digests of a backup; anything but the files of a store is refused."""
    members = {member.filename: member for member in archive.infolist()}
    about = members.get(_MANIFEST)
    if about is None or len(members) != len(archive.infolist()) or about.file_size > _MOST_LISTED:
        raise _damaged()
    said = json.loads(archive.read(_MANIFEST))
    if not isinstance(said, dict) or said.get("format") != _FORMAT:
        raise StoreError("The file is no backup of a store.", "Choose the file that was written.")
    listed: dict[str, str] = said["sha256"]
    safe = all(
        name == CATALOG
        or (
            name.startswith(f"{parts.PARTS}/")
            and parts.NAME.fullmatch(name[len(parts.PARTS) + 1 :])
        )
        for name in listed
    )
    stored = all(member.compress_type == zipfile.ZIP_STORED for member in members.values())
    if not safe or not stored or CATALOG not in listed or {*listed, _MANIFEST} != set(members):
        raise _damaged()
    return listed


def _copy(member: IO[bytes], out: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := member.read(_CHUNK):
        digest.update(chunk)
        out.write(chunk)
    return digest.hexdigest()


def _free_name(folder: Path) -> Path:
    base = f"{folder.name}.replaced-{datetime.now():%Y%m%d-%H%M%S}"
    names = [folder.with_name(base), *(folder.with_name(f"{base}-{n}") for n in range(2, 100))]
    return next(name for name in names if not name.exists())


def _damaged() -> StoreError:
    return StoreError("The backup is damaged.", "Use another backup.")

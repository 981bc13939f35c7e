"""The store's folder: who may read it, where work in progress lies, and what is swept away."""

import atexit
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import filelock

from geo.errors import StoreError

_INCOMING: Final = "incoming"
_LOCK: Final = "lock"
_DOOR: Final = ".door"  # held for the moment in which a desk is set up or swept away
_HELD: Final[set[tuple[Path, int]]] = set()
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def make_private(folder: Path) -> Path:
    """Make a folder that only its owner may enter; give it back."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


@contextmanager
def working(folder: Path) -> Iterator[Path]:
    """Give a new folder of work in progress, held by this process, removed at the end.

    It goes when the program ends as well. When the process dies its lock is free, and `sweep`
    removes what it left.

    Parameters
    ----------
    folder : Path
        Of the store.
    """
    incoming = make_private(folder / _INCOMING)
    desk = incoming / secrets.token_hex(8)
    lock = filelock.FileLock(desk / _LOCK, mode=0o600, thread_local=False)
    with filelock.FileLock(incoming / _DOOR, mode=0o600):
        make_private(desk)
        lock.acquire(timeout=0)
    held = desk.absolute(), os.getpid()
    _HELD.add(held)
    try:
        yield desk
    finally:
        _HELD.discard(held)
        lock.release()
        shutil.rmtree(desk, ignore_errors=True)


@atexit.register
def _leave() -> None:
    """Remove what is held when the program ends, as when the server is stopped."""
    for desk, process in _HELD:
        if process == os.getpid():  # a process that was split off holds nothing of its parent's
            shutil.rmtree(desk, ignore_errors=True)


def sweep(folder: Path) -> int:
    """Remove work left by processes that died; say how many pieces."""
    incoming = folder / _INCOMING
    if not incoming.is_dir():
        return 0
    swept = 0
    with filelock.FileLock(incoming / _DOOR, mode=0o600):
        for desk in incoming.iterdir():
            if desk.is_dir() and not _is_held(desk):
                shutil.rmtree(desk, ignore_errors=True)
                swept += 1
    return swept


def is_busy(folder: Path) -> bool:
    """Whether any process is at work in a store."""
    incoming = folder / _INCOMING
    return incoming.is_dir() and any(_is_held(desk) for desk in incoming.iterdir() if desk.is_dir())


def _is_held(desk: Path) -> bool:
    lock = filelock.FileLock(desk / _LOCK, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        return True
    lock.release()
    return False


def settle(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk itself."""
    if path.is_dir() and os.name == "nt":  # there a folder has nothing of its own to write
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Say in words what the system refused."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreError(
                "The disk is full: nothing was changed.", "Free some space, then try again."
            ) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise StoreError(
                "The store's folder is closed to you: nothing was changed.",
                "Ask who looks after this machine for the right to write there.",
            ) from error
        raise StoreError(
            "The store's folder could not be read or written: nothing was changed.",
            "Check the disk, then try again.",
        ) from error

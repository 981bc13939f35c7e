"""Which letters the bytes of a text file mean."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import charset_normalizer

from geo.errors import ReadError

_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENOUGH_TO_JUDGE: Final = 64
_MOST_CONTROLS: Final = 0.02
_LINES_NAMED: Final = 5
_CHUNK: Final = (
    1 << 24
)  # text of letters above U+FFFF takes four times its bytes: never all at once
_WINDOWS: Final = "hrs-windows-1252"
_NOT_FIRST: Final = bytes(range(0xC0))  # all but the first byte of each letter that is not ASCII


@dataclass(frozen=True)
class Decoded:
    """Text of a file as UTF-8, the encoding it was in, and whether that was a guess.

    `mixed` says how many bytes in a UTF-8 file were not UTF-8 and were read as Windows-1252.
    `nulls` says how many bytes of zero, which are no letter, were left out, and `null_lines` in
    which lines the first of them stood.
    """

    utf8: bytes
    encoding: str
    guessed: bool
    mixed: int = 0
    nulls: int = 0
    null_lines: tuple[int, ...] = ()

    @property
    def head(self) -> str:
        """The first letters, enough to tell what the text is."""
        return self.utf8[:200_000].decode("utf-8", errors="ignore")


def decode(data: bytes) -> Decoded:
    r"""Text of a file: by byte order mark, UTF-8, UTF-16, else a guess that falls to Windows-1252.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    ReadError
        When the bytes are not text.

    Examples
    --------
    >>> decode("city\nPeñasco".encode("cp1252")).encoding
    'cp1252'
    """
    if data.startswith(codecs.BOM_UTF8):
        found = _utf8(data[len(codecs.BOM_UTF8) :])
        return replace(found, encoding="utf-8-sig") if found.encoding == "utf-8" else found
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(Decoded(_strict(data, encoding), encoding, guessed=False))
    head = data[:4096]
    if b"\0" in head:
        odd, even = head[1::2].count(0), head[::2].count(0)
        for zeros, encoding in ((odd, "utf-16-le"), (even, "utf-16-be")):
            if zeros > 0.4 * len(head) / 2 and zeros > 4 * min(odd, even):
                return _checked(Decoded(_strict(data, encoding), encoding, guessed=True))
    return _utf8(data)


def _utf8(data: bytes) -> Decoded:
    if data.isascii():
        return _checked(Decoded(data, "utf-8", guessed=False))
    try:
        for _ in _pieces(data, "utf-8"):
            pass
    except UnicodeDecodeError:
        return _checked(_patched(data) or _guessed(data))
    return _checked(Decoded(data, "utf-8", guessed=False))


def _strict(data: bytes, encoding: str) -> bytes:
    try:
        return b"".join(piece.encode() for piece in _pieces(data, encoding))
    except UnicodeDecodeError as error:
        raise ReadError(
            f"The file says it is {encoding}, but is damaged.", "Export it again, as CSV UTF-8."
        ) from error


def _pieces(data: bytes, encoding: str, errors: str = "strict") -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for start in range(0, len(data), _CHUNK):
        yield decoder.decode(data[start : start + _CHUNK], start + _CHUNK >= len(data))


def _patched(data: bytes) -> Decoded | None:
    """UTF-8 with a few bytes from another file; None when it is mostly not UTF-8."""
    marks = 0

    def as_windows(error: UnicodeError) -> tuple[str, int]:
        nonlocal marks
        if not isinstance(error, UnicodeDecodeError):
            raise error
        marks += error.end - error.start
        return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end

    codecs.register_error(_WINDOWS, as_windows)
    pieces, letters = [], 0
    for piece in _pieces(data, "utf-8", _WINDOWS):
        pieces.append(piece.encode())
        letters += len(pieces[-1].translate(None, _NOT_FIRST))
    if letters - marks <= marks:
        return None
    return Decoded(b"".join(pieces), "utf-8", guessed=True, mixed=marks)


def _guessed(data: bytes) -> Decoded:
    encoding = _guess(data)
    # Five bytes have no letter in Windows-1252; they are kept as a mark instead of losing the file.
    text = b"".join(piece.encode() for piece in _pieces(data, encoding, "replace"))
    return Decoded(text, encoding, guessed=True)


def _guess(data: bytes) -> str:
    """Trust a statistical guess only when there is enough to go by."""
    foreign = sum(1 for byte in data[:1_000_000] if byte > 127)
    if foreign >= _ENOUGH_TO_JUDGE:
        lines = [line for line in data[:1_000_000].splitlines() if not line.isascii()]
        best = charset_normalizer.from_bytes(b"\n".join(lines)[:50_000]).best()
        if best is not None and best.encoding.startswith(("big5", "gb", "shift", "euc", "mac_rom")):
            return str(best.encoding)
    return "cp1252"


def _checked(found: Decoded) -> Decoded:
    """Refuse what decodes by accident: a program or picture is full of control characters.

    A few bytes of zero, as a fault of a program or disk leaves them, cost no more than themselves.
    """
    head = found.head[:20_000]
    controls = sum(1 for letter in head if letter < " " and letter not in "\t\r\n\f\v")
    if controls > _MOST_CONTROLS * len(head):
        raise not_a_table()
    nulls = found.utf8.count(b"\0")
    if not nulls:
        return found
    lines = tuple(_lines_with_nulls(found.utf8))
    return replace(found, utf8=found.utf8.replace(b"\0", b""), nulls=nulls, null_lines=lines)


def _lines_with_nulls(data: bytes) -> Iterator[int]:
    """Numbers of the first lines that hold a byte of zero."""
    line, start = 1, 0
    for _ in range(_LINES_NAMED):
        at = data.find(b"\0", start)
        if at < 0:
            return
        line += data.count(b"\n", start, at)
        yield line
        end = data.find(b"\n", at)
        if end < 0:
            return
        line, start = line + 1, end + 1


def not_a_table() -> ReadError:
    """Make the refusal of bytes that are no text."""
    return ReadError(
        "This file is not a table: it holds binary data.",
        "Save the table as CSV, Excel (.xlsx), GeoJSON or GeoPackage.",
    )

"""Find one file in a tar archive that somebody else made, as it streams by.

Nothing is written, and no more is kept in memory than the file that is looked for: not what a
header or a compression claims. ``tarfile`` reads headers of any size into memory.
"""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator

from .model import TaskError

_BLOCK = 512
_PIECE = 1024 * 1024
_MAX_HEADER = 64 * 1024  # of a long name or extended attributes
MAX_UNPACKED = 8 * 1024**3  # bytes looked through
MAX_MEMBERS = 100_000
_LONG_NAME, _ATTRIBUTES = b"L", b"x"


def find_file(
    chunks: Iterable[bytes], name: str, largest: int, check: Callable[[], None]
) -> bytes | None:
    """The content of the regular file ``name`` at the archive's top; None where it has none.

    :param chunks: the archive, a tar that may be gzipped.
    :param largest: bytes the file may have.
    :param check: called now and then; may raise.
    Raises ``BadArchive`` for what is not an archive or is cut off, ``UnsafeArchive`` where it is
    unreasonably large.
    """
    reader = _Reader(chunks, check)
    long_name = ""
    for _ in range(MAX_MEMBERS):
        header = reader.take(_BLOCK)
        if len(header) < _BLOCK and (header or not reader.total):
            raise _bad("it is cut off")
        if not header.strip(b"\0"):
            return None
        try:
            member = tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            raise _bad(str(error)) from error
        if member.size < 0:
            raise _bad("a member has a negative size")
        if member.type in (_LONG_NAME, _ATTRIBUTES) and member.size <= _MAX_HEADER:
            body = reader.exactly(member.size)
            reader.skip(-member.size % _BLOCK)
            found = _name_in(body) if member.type == _ATTRIBUTES else body.rstrip(b"\0")
            long_name = found.decode("utf-8", "surrogateescape") or long_name
            continue
        shown, long_name = long_name or member.name, ""
        if member.isreg() and shown.removeprefix("./") == name:
            if member.size > largest:
                raise TaskError(
                    "UnsafeArchive",
                    f"“{name}” has {member.size:,} bytes; more than {largest:,} are not read.",
                )
            return reader.exactly(member.size)
        reader.skip(member.size + -member.size % _BLOCK)
    raise TaskError("UnsafeArchive", f"The archive has over {MAX_MEMBERS:,} members.")


def _name_in(attributes: bytes) -> bytes:
    """The path in a pax header: lines ``length key=value`` (POSIX, "pax Header Block")."""
    while attributes:
        length, _, _ = attributes.partition(b" ")
        if not length.isdigit() or not 0 < int(length) <= len(attributes):
            return b""
        line, attributes = attributes[: int(length)], attributes[int(length) :]
        key, _, value = line[len(length) + 1 :].rstrip(b"\n").partition(b"=")
        if key == b"path":
            return value
    return b""


class _Reader:
    """The uncompressed bytes, taken piece by piece."""

    def __init__(self, chunks: Iterable[bytes], check: Callable[[], None]) -> None:
        self._pieces = _unpacked(chunks)
        self._check = check
        self._rest = memoryview(b"")
        self.total = 0

    def take(self, size: int) -> bytes:
        """So many bytes, fewer only at the end."""
        parts: list[memoryview] = []
        missing = size
        while missing and (part := self._next(missing)):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def exactly(self, size: int) -> bytes:
        """So many bytes."""
        body = self.take(size)
        if len(body) < size:
            raise _bad("it is cut off")
        return body

    def skip(self, size: int) -> None:
        """Pass over so many bytes."""
        while size:
            part = self._next(size)
            if not part:
                raise _bad("it is cut off")
            size -= len(part)

    def _next(self, most: int) -> memoryview:
        if not self._rest:
            self._check()
            self._rest = memoryview(next(self._pieces, b""))
            self.total += len(self._rest)
            if self.total > MAX_UNPACKED:
                raise TaskError(
                    "UnsafeArchive", f"The archive has over {MAX_UNPACKED / 2**30:g} GiB unpacked."
                )
        part, self._rest = self._rest[:most], self._rest[most:]
        return part


def _unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of at most a mebibyte, however well they were compressed."""
    source = iter(chunks)
    first = b""
    while len(first) < 2 and (chunk := next(source, b"")):
        first += chunk
    if not first.startswith(b"\x1f\x8b"):
        yield first
        yield from source
        return
    stream, begun, data = zlib.decompressobj(wbits=31), True, first
    while True:
        try:
            piece = stream.decompress(data, _PIECE)
        except zlib.error as error:
            raise _bad(str(error)) from error
        if piece:
            yield piece
        data = stream.unconsumed_tail
        if stream.eof:  # another gzip stream may follow; zeros are only padding
            data = stream.unused_data.lstrip(b"\0")
            stream, begun = zlib.decompressobj(wbits=31), bool(data)
        if not data and not piece:
            data = next(source, b"")
            if not begun:
                data = data.lstrip(b"\0")
            if not data:
                break
            begun = True
    if begun:
        raise _bad("it is cut off")


def _bad(why: str) -> TaskError:
    return TaskError("BadArchive", f"The output is not a complete tar archive: {why}.")

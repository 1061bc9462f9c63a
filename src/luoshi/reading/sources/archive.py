"""Zip files that nobody vouches for: members are inflated piece by piece against a budget, whatever the headers say."""

from __future__ import annotations

import io
import zipfile
import zlib

from luoshi.reading.errors import ReadError
from luoshi.reading.sources.limits import (
    MAX_XML_BYTES,
    MAX_ZIP_BYTES,
    MAX_ZIP_MEMBERS,
    MAX_ZIP_RATIO,
    ZIP_RATIO_FROM,
)

_CHUNK = 1 << 18
_ENTRY_MARK = b"PK\x01\x02"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, NotImplementedError, RuntimeError)


class Archive:
    """An opened zip. Raises ``corrupt``, ``encrypted`` or ``zip_bomb``."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._spent = 0
        if data.count(_ENTRY_MARK) > MAX_ZIP_MEMBERS:  # before the directory is parsed: a million entries take seconds
            raise self._bomb(limit=MAX_ZIP_MEMBERS, what="members")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except _BROKEN as error:
            raise self._corrupt() from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in members:
            self._admit(member)
        if sum(m.file_size for m in members) > MAX_ZIP_BYTES:
            raise self._bomb(limit=MAX_ZIP_BYTES, what="bytes")

    def names(self) -> list[str]:
        """The members' paths."""
        return list(self._members)

    def read(self, path: str) -> bytes | None:
        """The bytes of one member, or None when there is none of that path (case does not matter, as in Word)."""
        member = self._members.get(path.lower().lstrip("/"))
        if member is None:
            return None
        try:
            return self._inflate(member)
        except _BROKEN as error:
            raise self._corrupt() from error

    def _admit(self, member: zipfile.ZipInfo) -> None:
        path = member.filename.lower()
        if path.startswith("/") or "\\" in path or ".." in path.split("/"):
            raise self._bomb(limit=0, what="path")
        if path in self._members:
            raise self._corrupt()
        if member.flag_bits & 0x1:
            raise ReadError("encrypted", name=self.name)
        if member.file_size > ZIP_RATIO_FROM and member.file_size > MAX_ZIP_RATIO * max(1, member.compress_size):
            raise self._bomb(limit=MAX_ZIP_RATIO, what="ratio")
        self._members[path] = member

    def _inflate(self, member: zipfile.ZipInfo) -> bytes:
        pieces: list[bytes] = []
        size = 0
        with self._zip.open(member) as stream:
            while piece := stream.read(_CHUNK):
                pieces.append(piece)
                size += len(piece)
                self._spent += len(piece)
                if self._spent > MAX_ZIP_BYTES:
                    raise self._bomb(limit=MAX_ZIP_BYTES, what="bytes")
                if size > ZIP_RATIO_FROM and size > MAX_ZIP_RATIO * max(1, member.compress_size):
                    raise self._bomb(limit=MAX_ZIP_RATIO, what="ratio")
                if size > MAX_XML_BYTES:
                    raise ReadError("too_large", name=self.name, size=size, limit=MAX_XML_BYTES, unit="bytes")
        return b"".join(pieces)

    def _corrupt(self) -> ReadError:
        return ReadError("corrupt", name=self.name, kind="docx")

    def _bomb(self, limit: int, what: str) -> ReadError:
        return ReadError("zip_bomb", name=self.name, limit=limit, what=what)

"""Decodes the content encodings of response bodies, within limits."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator

import brotli
import zstandard
from warcio.bufferedreaders import ChunkedDataReader

_STEP = 1 << 16


class Undecodable(Exception):
    """The body cannot be decoded; `str()` is one sentence for people."""


def unpack(body: bytes, encodings: list[str], limit: int) -> bytes:
    """Decodes a body with these content encodings, given in the order of the header. An encoding
    that the body does not have (servers claim gzip and send plain text, crawlers unpack and
    leave the header) is ignored. Raises Undecodable beyond `limit` bytes, for unknown encodings,
    and for damaged bodies."""
    for encoding in reversed([name.strip().lower() for name in encodings if name.strip()]):
        if encoding in ("identity", "none", "utf-8", "binary"):
            continue
        unpacker = _UNPACKERS.get(encoding)
        if unpacker is None:
            raise Undecodable(f"The content encoding {encoding!r} is not known.")
        parts, size = [], 0
        try:
            for part in unpacker(body):
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise Undecodable(f"The body unpacks to over {limit:,} bytes.")
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            if parts:
                raise Undecodable(f"The body is damaged ({error}).") from error
            parts = [body]
        body = b"".join(parts)
    return body


def unpack_beginning(body: bytes, encodings: list[str], size: int) -> bytes:
    """The first `size` bytes of the content, or fewer: the body may be cut off, damaged, or too
    large."""
    for encoding in reversed([name.strip().lower() for name in encodings]):
        unpacker = _UNPACKERS.get(encoding)
        if unpacker is None:
            continue
        parts, unpacked = [], 0
        try:
            for part in unpacker(body):
                parts.append(part)
                unpacked += len(part)
                if unpacked >= size:
                    break
        except (zlib.error, brotli.error, zstandard.ZstdError):
            if not unpacked:
                parts = [body]  # the header claims an encoding that the body does not have
        body = b"".join(parts)
    return body[:size]


def unchunk(body: bytes) -> bytes:
    """Removes the chunk headers of a body captured with them; returns any other body unchanged."""
    return bytes(ChunkedDataReader(io.BytesIO(body)).read())


def _inflate(body: bytes) -> Iterator[bytes]:
    """Decodes gzip (one member or several) or zlib."""
    while body[:2] == b"\x1f\x8b" or body[:1] == b"\x78":
        packer = zlib.decompressobj(zlib.MAX_WBITS | 32)
        yield from _steps(packer, body)
        body = packer.unused_data
        if not packer.eof:
            return
        if not body:
            return
    if body:
        raise zlib.error("no gzip")


def _deflate(body: bytes) -> Iterator[bytes]:
    """Decodes zlib, as the standard says, or raw deflate, as some servers send."""
    try:
        packer = zlib.decompressobj()
        first = packer.decompress(body, _STEP)
    except zlib.error:
        packer = zlib.decompressobj(-zlib.MAX_WBITS)
        first = packer.decompress(body, _STEP)
    yield first
    while packer.unconsumed_tail and not packer.eof:
        yield packer.decompress(packer.unconsumed_tail, _STEP)


def _steps(packer: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    while body and not packer.eof:
        yield packer.decompress(body, _STEP)
        body = packer.unconsumed_tail


def _brotli(body: bytes) -> Iterator[bytes]:
    packer = brotli.Decompressor()
    yield packer.process(body, output_buffer_limit=_STEP)
    while not packer.is_finished() and not packer.can_accept_more_data():
        yield packer.process(b"", output_buffer_limit=_STEP)


def _zstd(body: bytes) -> Iterator[bytes]:
    with zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True) as reader:
        while part := reader.read(_STEP):
            yield part


_UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _inflate,
    "x-gzip": _inflate,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}

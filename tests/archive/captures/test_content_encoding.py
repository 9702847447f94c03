"""Bodies are unpacked as browsers do, and none without end."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard

from archive.captures.content_encoding import Undecodable, unchunk, unpack, unpack_beginning

TEXT = b"Panitia mengajak warga memeriksa nama. " * 500
PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:999]) + gzip.compress(TEXT[999:]),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.compress(TEXT),
}

PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=1),
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("encoding", PACKED)
def test_every_usual_packing(encoding: str) -> None:
    assert unpack(PACKED[encoding], [encoding.upper()], 10**6) == TEXT
    assert unpack(gzip.compress(PACKED[encoding]), [encoding, "gzip"], 10**6) == TEXT


def test_bare_deflate() -> None:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    assert unpack(packer.compress(TEXT) + packer.flush(), ["deflate"], 10**6) == TEXT


@pytest.mark.parametrize("encoding", PACKED)
def test_a_claim_that_is_not_true_is_passed_over(encoding: str) -> None:
    assert unpack(b"<html>plain</html>", [encoding, "identity", ""], 10**6) == b"<html>plain</html>"


@pytest.mark.parametrize("encoding", PACKED)
def test_bombs_end_at_the_limit(encoding: str) -> None:
    zeros = b"\0" * 50_000_000
    with pytest.raises(Undecodable, match="over 1,000,000 bytes"):
        unpack(PACKERS[encoding](zeros), [encoding], 1_000_000)


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("cut", [0, 40])
def test_the_beginning_of_what_has_no_end(encoding: str, cut: int) -> None:
    packed = PACKERS[encoding](TEXT * 50)
    packed = packed[: len(packed) - cut]
    assert unpack_beginning(packed, [encoding], 1000) == (TEXT * 50)[:1000]
    assert unpack_beginning(b"User-agent: *", [encoding, "rot13"], 1000) == b"User-agent: *"


def test_what_is_unknown_is_said() -> None:
    with pytest.raises(Undecodable, match="'rot13' is not known"):
        unpack(b"a", ["rot13"], 10)


def test_chunks_are_joined_where_there_are_any() -> None:
    assert unchunk(b"3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n") == b"abcde"
    assert unchunk(b"<html>no chunks</html>") == b"<html>no chunks</html>"

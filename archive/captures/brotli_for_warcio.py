"""Lets warcio read Brotli; imported for this effect.

warcio (1.8) puts an attribute on Brotli's decompressor that takes none, and so ends with an
exception at every such answer: https://github.com/webrecorder/warcio/issues/73
"""

from __future__ import annotations

import brotli
from warcio.bufferedreaders import BufferedReader


class Decompressor:
    """Brotli decompressor with the interface that warcio expects."""

    unused_data = None
    """Always empty: nothing follows a Brotli stream."""

    def __init__(self) -> None:
        self._packer = brotli.Decompressor()

    def decompress(self, data: bytes) -> bytes:
        """The bytes that can be decompressed so far."""
        return bytes(self._packer.process(data))


BufferedReader.DECOMPRESSORS["br"] = Decompressor

"""Lets warcio read Brotli; imported for this effect.

warcio (1.8) sets an attribute on Brotli's decompressor, which does not allow it, and so raises
an exception at every such response: https://github.com/webrecorder/warcio/issues/73
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

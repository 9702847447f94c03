"""Lets warcio read what is packed with Brotli; imported for that effect.

warcio (1.8) puts an attribute on Brotli's decompressor that takes none, and so ends with an
exception at every such answer: https://github.com/webrecorder/warcio/issues/73
"""

from __future__ import annotations

import brotli
from warcio.bufferedreaders import BufferedReader


class Decompressor:
    """Brotli's, as warcio asks for it."""

    unused_data = None
    """A stream of Brotli has nothing behind it."""

    def __init__(self) -> None:
        self._packer = brotli.Decompressor()

    def decompress(self, data: bytes) -> bytes:
        """What can be unpacked so far."""
        return bytes(self._packer.process(data))


BufferedReader.DECOMPRESSORS["br"] = Decompressor

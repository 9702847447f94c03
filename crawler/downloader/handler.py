"""Limits the headers of responses, and records a response that has begun.

DOWNLOAD_MAXSIZE limits bodies only: from a server that never stops sending headers, Scrapy 2.19
took 1.7 GiB in six seconds (measured on loopback). And an interrupted response is only an
exception in Scrapy, though the part received is evidence too
(`crawler.extensions.warc_capture`).
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import HEADER, STATUS
from twisted.web._newclient import Response as TxResponse

from crawler.request_meta import BEGUN, ResponseHead

HEAD_MAX = 256 * 1024
"""Bytes of status line and headers; servers themselves accept no more than 8 to 64 KiB."""


_WHY: dict[type[Exception], str] = {
    DownloadTimeoutError: "time",
    DownloadCancelledError: "length",
    ResponseDataLossError: "disconnect",
}


class BoundedHeads(HTTP11DownloadHandler):
    """Scrapy's handler, but it disconnects from a server whose headers are endless, and records
    a response that has begun (BEGUN)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """As in Scrapy (2.19), with our agent."""
        agent = _Agent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except tuple(_WHY) as error:
            begun: ResponseHead | None = request.meta.get(BEGUN)
            if begun is not None:
                begun.cut_off = next(why for kind, why in _WHY.items() if isinstance(error, kind))
            raise


class _Agent(_ScrapyAgent):
    def _cb_bodyready(self, txresponse: TxResponse, request: Request) -> Any:
        name, major, minor = txresponse.version
        # The connection is gone if no body follows.
        connection = getattr(txresponse._transport, "_producer", None)
        request.meta[BEGUN] = ResponseHead(
            status=int(txresponse.code),
            protocol=f"{name.decode('latin-1')}/{major}.{minor}",
            headers=self._headers_from_twisted_response(txresponse),
            ip=connection.getPeer().host if connection else None,
        )
        return super()._cb_bodyready(txresponse, request)


class _Protocol(_LenientHTTP11ClientProtocol):
    _head = 0

    def dataReceived(self, data: bytes) -> None:
        parser = self._parser
        if parser is not None and parser.state in (STATUS, HEADER):
            self._head += len(data)
            # Bytes after the head belong to the body.
            if self._head > HEAD_MAX + len(data):
                self.transport.abortConnection()  # type: ignore[union-attr]
                return
        else:
            self._head = 0
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]

"""Decompresses responses within limits: a decompression bomb is `too-large`."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.captures.content_encoding import unpack_beginning

BEGINNING = "beginning"
"""Key in a request's `meta`: bytes of its response to read, if a longer one is to be read up to
there."""


class UnpacksTooLarge(IgnoreRequest):
    """The decompressed response exceeds DOWNLOAD_MAXSIZE."""


class BoundedHttpCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's middleware, whose exception for a response that is too large (2.19) is the same
    as for one that was ignored on purpose."""

    def process_response(  # type: ignore[override]  # without the deprecated `spider`
        self, request: Request, response: Response
    ) -> Request | Response:
        """The decompressed response; raises `UnpacksTooLarge`."""
        if (size := request.meta.get(BEGINNING)) is not None:
            return _beginning(response, size)
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise UnpacksTooLarge(str(error)) from error


def _beginning(response: Response, size: int) -> Response:
    encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    response.headers.pop("Content-Encoding", None)
    return response.replace(body=unpack_beginning(response.body, encodings.split(","), size))

"""Unpacks answers, within bounds: a packed bomb is too large, and nothing else."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from archive.captures.content_encoding import unpack_beginning

BEGINNING = "beginning"
"""The key in a request's `meta` of the bytes of its answer that are read, where more than those
are no reason to read none."""


class UnpacksTooLarge(IgnoreRequest):
    """The decompressed response exceeds DOWNLOAD_MAXSIZE."""


class BoundedHttpCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's middleware, whose word for an answer that is too large (2.19) is the one for an
    answer that somebody has chosen to ignore."""

    def process_response(  # type: ignore[override]  # without the deprecated `spider`
        self, request: Request, response: Response
    ) -> Request | Response:
        """The answer unpacked; raises `UnpacksTooLarge`."""
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

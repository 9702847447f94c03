"""Sends JSON to a webhook, the receiver of messages that somebody has set up: a chat, a program."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from archive import __version__

PATIENCE = 10.0
"""Timeout in seconds."""


class WebhookError(Exception):
    """The webhook could not be called; `str()` is one sentence for people."""


def check_webhook(url: str) -> str | None:
    """What is wrong with a webhook's URL; None if nothing is."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    return None if usable else "it is not an http:// or https:// URL"


def post(webhook: str, message: Mapping[str, Any]) -> None:
    """POSTs a message as JSON. Raises WebhookError unless the receiver answers with 2xx."""
    body = json.dumps(message, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "User-Agent": f"ArsipPilkada/{__version__}"}
    request = urllib.request.Request(webhook, body, headers)
    where = urlsplit(webhook).hostname  # the rest of the URL may be a secret
    try:
        opener = urllib.request.build_opener(StaysThere)
        with opener.open(request, timeout=PATIENCE) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as error:
        raise WebhookError(f"The webhook at {where} answered HTTP {error.code}") from error
    except (HTTPException, OSError, ValueError) as error:
        cause = getattr(error, "reason", None) or error
        reason = "it did not answer in time" if isinstance(cause, TimeoutError) else str(cause)
        raise WebhookError(f"The webhook at {where} could not be called: {reason}") from error


class StaysThere(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects: the POST would become a GET, and the message would be lost."""

    def redirect_request(self, *_: Any) -> None:
        return None

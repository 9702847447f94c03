"""A gold page or two of a made-up town, written as a person would save them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TITLE = "Gudang Logistik Pilkada Siap Dipakai"
FIRST = "Pemerintah Kota Tanjung Baru menyiapkan tiga gudang logistik bagi penyelenggara pemilihan."
SECOND = "Sekretaris Daerah meminta seluruh camat memeriksa atap dan pintu gudang sebelum Jumat."
RELEASE: dict[str, Any] = {
    "title": TITLE,
    "published_on": "2024-05-14",
    "published_at": None,
    "dateline": None,
    "place": None,
    "byline": None,
    "author_tags": [],
    "election": True,
    "body": f"{FIRST}\n\n{SECOND}",
}


def html(*paragraphs: str) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>"
        f"<time datetime='2024-05-14'>14 Mei 2024</time>{text}</article></body></html>"
    )


def save(
    folder: Path,
    *parts: str,
    expected: dict[str, Any] | None = RELEASE,
    name: str = "gudang",
    template: dict[str, list[str]] | None = None,
) -> None:
    """Writes one gold page; further parts become `{name}.part2.html` and so on.

    `expected` None: the page is no release.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(parts, start=1):
        suffix = ".html" if number == 1 else f".part{number}.html"
        (folder / f"{name}{suffix}").write_text(part, "utf-8")
    record: dict[str, Any] = {
        "url": f"https://tanjungbaru.example/berita/{name}",
        "content_type": "text/html; charset=utf-8",
        "captured_at": "2026-01-01T00:00:00Z",
        "source": {
            "id": "pemkot-tanjung-baru",
            "kind": "pemkot",
            "publisher": "Pemerintah Kota Tanjung Baru",
            "region": "64.71",
            "timezone": "Asia/Makassar",
            "home": "https://tanjungbaru.example/",
            "select": {"title": "h1"},
        },
        "frame": template or {},
    }
    record |= {"expected": expected} if expected else {"rejected": True, "reason": "no text"}
    (folder / f"{name}.json").write_text(json.dumps(record), "utf-8")

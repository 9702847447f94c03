"""Made-up releases to put into an archive."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from crawler.items import Credit, Rejected, Release
from crawler.registry.source import Source

DAY = timedelta(days=1)
MORNING = datetime(2024, 9, 1, 22, 15, tzinfo=UTC)
"""A crawl before dawn in Indonesia."""

BODY = (
    "Panitia di Kota Contoh mengajak warga memeriksa nama mereka dalam daftar pemilih sebelum "
    "ditetapkan.\n\n“Datanglah ke kantor kelurahan, kami buka sampai malam,” kata Ketua Panitia "
    "Sari Melati.\n\nPosko pengaduan berada di lima kecamatan dan melayani siapa saja."
)


def source(id: str = "pemkot-contoh", **changed: Any) -> Source:
    fields: dict[str, Any] = {
        "id": id,
        "kind": id.partition("-")[0],
        "publisher": f"Kantor {id}",
        "region": "64.71",
        "home": f"https://{id}.example/",
        "timezone": "Asia/Makassar",
    }
    return Source(**fields | changed)


def release(number: int = 1, **changed: Any) -> Release:
    """The release at URL `number`; all have the same text unless told otherwise."""
    source_id = changed.get("source", "pemkot-contoh")
    fields: dict[str, Any] = {
        "source": source_id,
        "url": f"https://{source_id}.example/berita/{number}",
        "title": "Warga Diajak Memeriksa Daftar Pemilih",
        "dateline": "KOTA CONTOH - ",
        "place": "Kota Contoh",
        "body": BODY,
        "byline": "(diskominfo/cha/arh)",
        "author_tags": ["diskominfo", "cha", "arh"],
        "credits": [Credit(role="unit", name="diskominfo"), Credit(role="writer", name="cha")],
        "fetched_at": MORNING,
        "published_on": date(2024, 8, 31),
        "published_at": datetime.fromisoformat("2024-08-31T16:05:00+08:00"),
        "published_by": "page",
        "election": True,
        "topics": ["coklit"],
        "topic_words": {"election": ["daftar pemilih"], "coklit": ["daftar pemilih"]},
        "language": "id",
    }
    return Release(**fields | changed)


def rejected(number: int = 1, **changed: Any) -> Rejected:
    fields: dict[str, Any] = {
        "source": "pemkot-contoh",
        "url": f"https://pemkot-contoh.example/berita/{number}",
        "stage": "validation",
        "reason": "no-title",
        "detail": "The page has no title.",
        "fetched_at": MORNING,
    }
    return Rejected(**fields | changed)

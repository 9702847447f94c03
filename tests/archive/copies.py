"""Made-up texts that are copies of one another, or nearly."""

from __future__ import annotations

from datetime import date, timedelta

from crawler.items import Release
from tests.archive.samples import DAY, MORNING, release

SENTENCES = (
    "Pemerintah Kota Contoh membuka posko aduan pemilih di halaman balai kota mulai Senin (2/9/2024).",
    "Posko itu dijaga enam petugas secara bergiliran dari pagi sampai malam hari.",
    "Warga yang namanya tidak tercantum dapat membawa kartu keluarga untuk diperiksa di tempat.",
    "“Jangan menunggu hari terakhir, antreannya pasti mengular,” kata Kepala Dinas Zulkifli Mas'ud.",
    "Menurut Zulkifli, tahun lalu posko serupa menerima 312 aduan dan hampir semuanya selesai.",
    "Aduan juga dapat dikirim melalui pesan singkat dengan menyebut nama lengkap dan alamat.",
    "Petugas akan menghubungi kembali pelapor paling lambat dua hari setelah pesan diterima.",
    "Posko ditutup setelah daftar pemilih tetap diumumkan kepada masyarakat.",
)
MARKET = (
    "Dinas Perdagangan Kota Contoh menggelar pasar murah di lapangan Kelurahan Karang Bambu.",
    "Sebanyak 400 paket beras dan minyak goreng disediakan bagi keluarga yang memegang kupon.",
    "“Kupon tidak boleh dijual, kami mencatat nomornya,” ujar Lurah Ratna Juwita kepada pembeli.",
    "Pasar murah berikutnya akan berlangsung di tiga kecamatan lain sebelum akhir tahun ini.",
)


def body(*sentences: str) -> str:
    return "\n\n".join(sentences)


WHOLE = body(*SENTENCES)
"""A text of eight paragraphs."""


def of_the_series(place: str, number: int, day: str) -> str:
    """A text that many quarters print with their own facts."""
    return body(
        f"Petugas di Kelurahan {place} telah mencocokkan {number} pemilih sampai {day}.",
        "Warga yang tidak berada di rumah akan dikunjungi kembali pada malam hari.",
        "“Siapkan kartu keluarga dan kartu penduduk agar pencocokan lancar,” kata ketua panitia.",
        "Pencocokan merupakan tahapan penyusunan daftar pemilih dan berlangsung selama satu bulan.",
        "Hasilnya diumumkan kepada masyarakat di kantor kelurahan dan dapat ditanggapi oleh siapa saja.",
    )


FIRST = date(2024, 9, 1)
SHORT = body(*SENTENCES[:5])
BODIES = [
    WHOLE,
    SHORT,
    body(*SENTENCES[4:]),
    body(*SENTENCES[1:6], MARKET[0]),
    WHOLE.replace("Zulkifli", "Zulkipli").upper(),
    body(*MARKET),
    body(*MARKET[1:], SENTENCES[7]),
    body(*SENTENCES, *MARKET),
    of_the_series("Karang Bambu", 312, "Senin (24/6/2024)"),
    of_the_series("Telaga Biru", 298, "Selasa (25/6/2024)"),
    "Terlalu pendek.",
]


def dated(number: int, body: str, day: int = 0, **changed: object) -> Release:
    """The release at URL `number`, published that many days after the first of September."""
    published = FIRST + timedelta(days=day)
    return release(number, body=body, published_on=published, published_at=None, **changed)


def arrival(number: int) -> Release:
    """One of an endless row of releases and edits, most of them copies."""
    text = BODIES[number % len(BODIES)] + "\n\n" + SENTENCES[number % 7]
    return dated(number % 40, text, number % 5, fetched_at=MORNING + number * DAY)

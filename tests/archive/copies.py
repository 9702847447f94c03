"""Made-up texts that are copies of one another, or nearly."""

from __future__ import annotations

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

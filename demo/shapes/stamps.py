"""Dates as these sites print them."""

from __future__ import annotations

from datetime import date

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip


def full(day: date) -> str:
    """`Minggu, 26 Mei 2024`."""
    return f"{_DAYS[day.weekday()]}, {plain(day)}"


def plain(day: date) -> str:
    """`26 Mei 2024`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short(day: date) -> str:
    """`26 Mei 2024`, `12 Agu 2024`."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"

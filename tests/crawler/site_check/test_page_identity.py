"""Whose home page it is, told by what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.regions import region
from crawler.site_check.page_identity import read, stranger


def whose(markup: str, kind: str, code: str, host: str = "x.go.id") -> str | None:
    place = region(code)
    assert place is not None
    return stranger(read(markup), kind, place, host)


def page(title: str, body: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("markup", "kind", "code"),
    [
        (page("KPU Kabupaten Badung"), "kpu", "51.03"),
        (page("Komisi Pemilihan Umum Kab. Badung"), "kpu", "51.03"),
        (page("Beranda", "<h1>KPU Kota Denpasar</h1>"), "kpu", "51.71"),
        (page("KPU BALI", "<p>KPU Kabupaten Badung, KPU Kabupaten Bangli</p>"), "kpu", "51"),
        (page("Pemerintah Kabupaten Badung - Provinsi Bali"), "pemkot", "51.03"),
        (page("Portal Resmi Kota Bau-Bau"), "pemkot", "74.72"),
        (page("PEMERINTAH KOTA BAUBAU"), "pemkot", "74.72"),
        (page("KPU Kabupaten Pangkep"), "kpu", "73.10"),
        (page("Pemkab Polman"), "pemkot", "76.04"),
        (page("KIP Kabupaten Aceh Besar"), "kpu", "11.06"),
        (page("KPU Jakarta Selatan"), "kpu", "31.74"),
        (page("Kota Administrasi Jakarta Selatan", "Wali Kota"), "pemkot", "31.74"),
        (page("KPU Provinsi Jakarta"), "kpu", "31"),
        (page("Komisi Pemilihan Umum Republik Indonesia"), "kpu", "00"),
        # no title to speak of: what is named most
        (page("Beranda", "KPU <p>Solok Selatan, Solok Selatan; Padang Aro</p>"), "kpu", "13.11"),
        (page("", "<img alt='Logo Pemerintah Kabupaten Badung'>"), "pemkot", "51.03"),
        # a namesake, and the page tells which it is
        (page("Kota Bogor", "Pemerintah Kota Bogor"), "pemkot", "32.71"),
        (page("Bogor", "Pemkot Bogor. Wali Kota Bogor bertemu Bupati Bogor"), "pemkot", "32.71"),
        (page("KPU Gorontalo", "KPU Provinsi Gorontalo. Provinsi Gorontalo"), "kpu", "75"),
        ('<?xml version="1.0" encoding="utf-8"?>' + page("Pemerintah Kota Tual"), "pemkot", "81.72"),
    ],
)  # fmt: skip
def test_an_office_s_own_page_is_known(markup: str, kind: str, code: str) -> None:
    assert whose(markup, kind, code) is None


@pytest.mark.parametrize(
    ("markup", "kind", "code", "said"),
    [
        ("", "kpu", "51.03", "does not say that it is an office's: without a title"),
        (page("Welcome to nginx!"), "kpu", "51.03", "does not say that it is an office's"),
        (page("badungkab.go.id", "Pemerintah: domain ini diparkir"), "pemkot", "51.03", "names no region"),
        (page("Toko Badung Jaya", "Belanja di Badung"), "pemkot", "51.03", "does not say"),
        (page("Slot Gacor Pemerintah Kabupaten Badung"), "pemkot", "51.03", "speaks of Slot"),
        (page("badungkab.go.id - This domain is for sale"), "pemkot", "51.03", "domain is for sale"),
        # another's
        (page("KPU Kabupaten Badung, Bali"), "kpu", "51", "is about Badung, not Bali"),
        (page("KPU Kabupaten Solok Selatan"), "kpu", "13.02", "is about Solok Selatan"),
        (page("KPU Kabupaten Solok"), "kpu", "13.11", "is about Solok, not Kabupaten Solok Selatan"),
        (page("KPU Jakarta Selatan"), "kpu", "31", "is about Jakarta Selatan"),
        (page("KPU Kabupaten Badung"), "kpu", "00", "is about Badung"),
        # a namesake's, or not told
        (page("Pemerintah Kota Bogor"), "pemkot", "32.01", "that it is Kabupaten Bogor's"),
        (page("Pemkab Bogor", "Pemerintah Kabupaten Bogor"), "pemkot", "32.71", "Kota Bogor's"),
        (page("Bogor", "Pemerintah"), "pemkot", "32.71", "Kota Bogor's"),
        (page("KPU Provinsi Gorontalo"), "kpu", "75.71", "Kota Gorontalo's"),
        # the other kind of office
        (page("Bawaslu Kabupaten Badung"), "kpu", "51.03", "does not say that it is an office's"),
    ],
)  # fmt: skip
def test_another_page_is_not_taken_for_it(markup: str, kind: str, code: str, said: str) -> None:
    reason = whose(markup, kind, code)
    assert reason is not None
    assert said in reason


def test_a_host_may_tell_the_level_where_the_page_does_not() -> None:
    assert whose(page("KPU Bogor"), "kpu", "32.71", "kota-bogor.kpu.go.id") is None
    assert whose(page("Pemerintah Bogor"), "pemkot", "32.71", "bogor.go.id") is not None
    assert whose(page("KPU Bogor", "Kabupaten Bogor"), "kpu", "32.71", "kota-bogor.kpu.go.id")


@pytest.mark.parametrize(
    "noise", ["a", "@", "kota ", "kabupaten kab. ", "domain ", "<h1>", "&nbsp;-", " -" * 9]
)
def test_noise_costs_no_more_than_it_is_long(noise: str) -> None:
    long = page(noise * (400_000 // len(noise)), "KPU " + noise * (400_000 // len(noise)))
    assert whose(long, "kpu", "32.71")


@given(
    st.text() | st.lists(st.sampled_from(["<", "title>", "Kota ", "Bogor", "KPU "])).map("".join)
)
def test_any_markup_gets_an_answer(markup: str) -> None:
    reason = whose(markup, "kpu", "32.71")
    assert reason is None or "\n" not in reason

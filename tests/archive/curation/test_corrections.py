"""The file of corrections, its mistakes, and what applying it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from archive.curation.corrections import apply, corrections, unfitting
from archive.curation.corrections_file import BadCorrections, read_corrections
from archive.export.increment import records
from archive.fingerprint import release_id
from archive.ingest.store import Store
from archive.preservation.verify import verify_corrections
from tests.archive.conftest import Run
from tests.archive.samples import release

FIRST = release_id("pemkot-contoh", release(1).url)
ENTRY = """[[correction]]
release = "{release}"
field = "{field}"
value = {value}
reason = "misread"
who = "Sari Melati"
when = 2024-09-03
"""


def entry(field: str, value: str, of: str = FIRST) -> str:
    return ENTRY.format(release=of, field=field, value=value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "corrections.toml"


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("title", '"Judul"', "Judul"),
        ("published_on", "2024-08-30", "2024-08-30"),
        ("published_on", '""', None),
        ("published_at", "2024-08-30T10:00:00+08:00", "2024-08-30T10:00:00+08:00"),
        ("dateline", '""', None),
        ("author_tags", '["Cha"]', ["cha"]),
        ("credits", '[{role = "writer", name = "Cha"}]', [{"role": "writer", "name": "Cha"}]),
        ("election", "false", False),
        ("language", '"en"', "en"),
        ("topics", "[]", []),
    ],
)
def test_every_field_can_be_corrected(
    store: Store, engine: Engine, file: Path, field: str, value: str, stored: object
) -> None:
    store.store(release(), None)
    file.write_text(entry(field, value))
    apply(engine, read_corrections(file))
    [record] = records(engine)
    assert (record[field], record["corrected"]) == (stored, [field])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[[correction]]\n",
            "corrections.toml:1: release, field, value, reason, who, when is missing.",
        ),
        (
            entry("titel", '"x"'),
            "corrections.toml:3: 'titel' cannot be corrected. Did you mean title?",
        ),
        (entry("title", '""'), "corrections.toml:4: value of title is a text that is not empty."),
        (
            entry("title", '"x"', "nothing"),
            "corrections.toml:2: 'nothing' is not the id of a release.",
        ),
        (
            entry("title", '"x"') + "wen = 1\n",
            "corrections.toml:8: 'wen' is unknown. Did you mean when?",
        ),
        (entry("title", '"x"') * 2, f"corrections.toml:8: title of {FIRST} is corrected twice."),
        ("[correction]\n", "corrections.toml:1: write [[correction]], with two brackets."),
        ("[[corection]]\n", "corrections.toml:1: 'corection' is unknown; write [[correction]]."),
        (
            entry("published_on", '"30 Mei"'),
            "corrections.toml:4: value of published_on is a day such as",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(file: Path, text: str, sentence: str) -> None:
    file.write_text(text)
    with pytest.raises(BadCorrections) as raised:
        read_corrections(file)
    assert str(raised.value).startswith(str(file.parent / sentence))


def test_the_archive_has_exactly_the_corrections_of_the_file(
    store: Store, engine: Engine, file: Path
) -> None:
    store.store(release(1), None)
    store.store(release(2), None)
    other = release_id("pemkot-contoh", release(2).url)
    file.write_text(entry("title", '"Satu"') + entry("title", '"Dua"', other))
    apply(engine, read_corrections(file))
    before = {one["id"]: one["seq"] for one in records(engine)}
    file.write_text(entry("title", '"Satu"'))
    done = apply(engine, read_corrections(file))
    assert (done.added, done.changed, done.removed, done.unchanged) == (0, 0, 1, 1)
    after = {one["id"]: one for one in records(engine)}
    assert after[FIRST]["seq"] == before[FIRST]
    assert after[other]["seq"] > max(before.values())
    assert (after[other]["title"], after[other]["corrections"]) == (release().title, [])


def test_a_correction_waits_for_its_release(store: Store, engine: Engine, file: Path) -> None:
    file.write_text(entry("title", '"Judul"'))
    apply(engine, read_corrections(file))
    with engine.connect() as connection:
        [(where, _)] = unfitting(connection, corrections(connection))
    assert where == FIRST
    store.store(release(), None)
    assert [one["title"] for one in records(engine)] == ["Judul"]
    with engine.connect() as connection:
        assert list(unfitting(connection, corrections(connection))) == []


def test_the_command_says_what_fits_nothing(store: Store, run: Run, file: Path) -> None:
    store.store(release(), None)
    file.write_text(entry("title", f'"{release().title}"'))
    done = run("correct", "--corrections", str(file))
    assert done.exit_code == 1
    assert (
        f"{FIRST}: the correction of title fits nothing: that is what is read now." in done.output
    )
    file.write_text("[[correction]]")
    assert run("correct", "--corrections", str(file)).exit_code == 2
    file.write_text(entry("title", '"Judul"'))
    done = run("correct", "--corrections", str(file))
    assert (done.exit_code, done.output) == (
        0,
        "Corrections: 0 new, 1 changed, 0 removed, 0 as before.\n",
    )


def test_verify_names_what_fits_nothing_and_what_is_not_applied(
    store: Store, engine: Engine, file: Path
) -> None:
    store.store(release(), None)
    other = release_id("pemkot-contoh", release(9).url)
    file.write_text(entry("title", '"Judul"') + entry("title", '"Judul"', other))

    def said() -> list[tuple[str, str]]:
        found = list(verify_corrections(engine, file))
        assert {one.what for one in found} <= {"correction"}
        return [(one.where, one.detail) for one in found]

    unapplied = "title is corrected in the file, not in the archive; `arsip correct` applies it"
    assert said() == [(FIRST, unapplied), (other, unapplied)]
    apply(engine, read_corrections(file))
    unknown = (other, "the correction of title fits nothing: there is no such release")
    assert said() == [unknown]
    file.write_text("[[correction]]")
    assert [where for where, _ in said()] == [other, str(file)]
    file.unlink()
    assert said() == [unknown]

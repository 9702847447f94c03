import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from archive.toml_line_numbers import KeyPath, line_of, lines_of

# Every number stands on the line it names, so the document is its own answer.
PLACES = '''\
# [[source]]  a comment is no table
top = 2
[[source]]  # one
a = 4
note = """
[[source]]
a = 99
"""
b = 9
select.title = 10
select."dotted.key" = 11
inline = { c = 12, deep = { d = 12 } }
urls = [  # ]
  "x", # 'a = 1'
  "]",
]
quoted = \'\'\'it"""s\'\'\'
e = 18
  [source.expect]
  f = 20
[[source.part]]
g = 22
[[source.part]]
g = 24

[[source]]
"a" = 27
[source.select]
title = 29
[other]
h = 31
'''


def numbers(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, int]]:
    if isinstance(value, int):
        yield path, value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from numbers(inner, (*path, key))


def test_every_key_is_found_on_its_own_line() -> None:
    lines = lines_of(PLACES)
    stated = dict(numbers(tomllib.loads(PLACES)))
    assert len(stated) == 14
    assert {path: lines[path] for path in stated} == stated


def test_tables_and_keys_of_many_lines_are_found_where_they_begin() -> None:
    lines = lines_of(PLACES)
    assert [lines["source", 0], lines["source", 1]] == [3, 26]
    assert lines["source", 0, "note"] == 5
    assert lines["source", 0, "urls"] == 13
    assert lines["source", 0, "expect"] == 19
    assert lines["source", 1, "select"] == 28


def test_sources_in_an_inline_array_are_told_apart() -> None:
    lines = lines_of('# all at once\nsource = [\n  { id = "a" },\n  { id = "b" },\n]\n')
    assert lines["source", 1, "id"] == 2


@pytest.mark.parametrize(
    ("path", "line"),
    [(("source", 1, "no such key"), 26), (("source", 9, "a"), 1), (("nothing",), 1), ((), 1)],
)
def test_what_has_no_line_gets_that_of_the_table_around_it(path: KeyPath, line: int) -> None:
    assert line_of(lines_of(PLACES), path) == line

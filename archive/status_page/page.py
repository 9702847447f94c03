"""The status page in one language: one HTML file that loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from archive import __version__, report
from archive.i18n import LANGUAGES, language, ngettext
from archive.i18n import gettext as _
from archive.i18n.formats import day, moment, number, percent
from archive.i18n.labels import label
from archive.printable import escape
from archive.report.html_tables import Cell, Markup, link, table
from archive.status_page.offices import Office, State, counted, in_groups

_CSS = (Path(report.__file__).with_name("page.css"), Path(__file__).with_name("page.css"))
_ONLY_ITSELF = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(offices: Sequence[Office], now: datetime, others: dict[str, str]) -> str:
    """The whole page; all text is escaped. `others`: the file of each language but this one."""
    title = _("Status of the archive")
    made = _("Made by arsip-pilkada %(version)s on %(moment)s.")
    footer = made % {"version": __version__, "moment": moment(now)}
    body = "".join(
        (
            f"<header>{_languages(others)}<h1>{escape(title)}</h1>"
            f'<p class="lead">{escape(summary(offices))}</p></header><main>',
            _counts(offices),
            *_groups(offices),
            _meanings(offices),
            "</main>",
            f"<footer><p>{escape(footer)} {_for_programs()}</p></footer>",
        )
    )
    css = "".join(path.read_text(encoding="utf-8") for path in _CSS)
    return (
        f'<!DOCTYPE html>\n<html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta http-equiv="Content-Security-Policy" content="{_ONLY_ITSELF}">'
        f'<meta name="referrer" content="no-referrer">'
        f"<title>{escape(title)} · Arsip Pilkada</title><style>{css}</style>"
        f"</head><body>{body}</body></html>\n"
    )


def summary(offices: Sequence[Office]) -> str:
    """One sentence: `22 of 52 offices are stale.`"""
    if not offices:
        return _("The archive has no office yet.")
    stale = counted(offices)["stale"]
    values = {"n": number(stale), "all": number(len(offices))}
    if not stale:
        return _("None of the %(all)s offices is stale.") % values
    sentence = ngettext(
        "%(n)s of %(all)s offices is stale: releases of it may be missing.",
        "%(n)s of %(all)s offices are stale: releases of them may be missing.",
        stale,
    )
    return sentence % values


def _languages(others: dict[str, str]) -> str:
    links = {language(): "", **others}
    shown = "".join(
        f'<li><a href="{file}" lang="{code}" hreflang="{code}">{name}</a></li>'
        if (file := links.get(code))
        else f'<li aria-current="true" lang="{code}">{name}</li>'
        for code, name in LANGUAGES.items()
    )
    name = escape(_("Language"))
    return f'<nav aria-label="{name}"><ul class="languages">{shown}</ul></nav>'


def _counts(offices: Sequence[Office]) -> str:
    numbers = [(label(state, "state"), many) for state, many in counted(offices).items() if many]
    numbers = [(_("Offices"), len(offices)), *reversed(numbers)]
    numbers.append((_("Releases"), sum(office.releases for office in offices)))
    listed = "".join(f"<li><b>{number(many)}</b>{escape(what)}</li>" for what, many in numbers)
    return f'<ul class="counts">{listed}</ul>'


def _groups(offices: Sequence[Office]) -> Iterator[str]:
    for state, group in in_groups(offices):
        yield f'<section><h2 id="{state}">{escape(label(state, "state"))}</h2>'
        yield f"<p>{escape(_meaning(state))}</p>"
        names = [_("Office"), _("Last release"), _("Last look"), _("Archived"), _("Problems")]
        many = ngettext("%(n)s office", "%(n)s offices", len(group)) % {"n": number(len(group))}
        # Where there are no problems, there is no column of them.
        width = 5 if any(office.findings or office.missing for office in group) else 4
        rows = [_row(office)[:width] for office in group]
        yield table(names[:width], rows, many) + "</section>"


def _row(office: Office) -> tuple[Cell, ...]:
    released = office.last_release_on
    return (
        Markup(_name(office)),
        date.fromisoformat(released) if released else _("none"),
        Markup(_look(office)),
        _complete(office),
        Markup("<br>".join(map(escape, _problems(office)))),
    )


def _name(office: Office) -> str:
    word = escape(_("badge"))
    badge = f'<a href="badges/{escape(office.id)}.svg">{word}</a>'
    kind = escape(label(office.kind, "kind"))
    return (
        f'<span class="state {office.state}" aria-hidden="true"></span>'
        f"{link(office.publisher, office.home)}<small>{kind} · {badge}</small>"
    )


def _look(office: Office) -> str:
    """The last one, and the last good one where that is another."""
    zone = ZoneInfo(office.timezone)
    if office.last_look_at is None:
        return escape(_("never"))
    shown = escape(moment(office.last_look_at, zone, "medium"))
    if office.last_good_look_at == office.last_look_at:
        return shown
    if office.last_good_look_at is None:
        never = escape(_("never succeeded"))
        return f"{shown} <small>{never}</small>"
    good = _("succeeded last on %(day)s") % {"day": _local(office.last_good_look_at, zone)}
    return f"{shown} <small>{escape(good)}</small>"


def _complete(office: Office) -> str:
    if office.complete is None:
        return _("none")
    if not office.missing:
        return number(office.releases)
    # Rounded down: 100 % would say that nothing is missing.
    share = percent(int(office.complete * 100) / 100)
    values = {"n": number(office.releases), "all": number(office.releases + office.missing)}
    return _("%(n)s of %(all)s") % values + f" ({share})"


def _problems(office: Office) -> Iterator[str]:
    zone = ZoneInfo(office.timezone)
    day_text = _local(office.since, zone) if office.since else ""
    if office.state == "stale":
        yield _("Releases since %(day)s may be missing.") % {"day": day_text}
    if office.missing:
        pages = ngettext(
            "%(n)s known page could not be fetched yet.",
            "%(n)s known pages could not be fetched yet.",
            office.missing,
        )
        yield pages % {"n": number(office.missing)}
    for finding in office.findings:
        since = _local(finding.since, zone)
        if office.state == "stale" and since == day_text:
            yield _(finding.means)
        else:
            since = _("since %(day)s") % {"day": since}
            yield f"{_(finding.means).rstrip('.')} ({since})."


def _meaning(state: State) -> str:
    return {
        "stale": _(
            "Something keeps the crawler from their releases, so newer ones may be missing."
        ),
        "impaired": _("Their releases come, but something of them may be missing or wrong."),
        "quiet": _("They can be read, but have published nothing for unusually long."),
        "unknown": _("No crawl has visited them yet."),
        "current": _("Crawls read them as usual."),
    }[state]


def _meanings(offices: Sequence[Office]) -> str:
    lines = (
        _("“Archived”: of the pages that an office's lists name as releases, how many are here."),
        _("Withdrawn releases stay in the archive. What an office never listed is not known here."),
    )
    shown = "".join(f"<p>{escape(line)}</p>" for line in lines)
    heading = escape(_("How to read this"))
    return f"<section><h2>{heading}</h2>{shown}</section>" if offices else ""


def _for_programs() -> str:
    programs, badge = escape(_("For programs:")), escape(_("Badge of the archive:"))
    return (
        f'{programs} <a href="status.json">status.json</a>. '
        f'{badge} <a href="badge.svg">badge.svg</a>.'
    )


def _local(at: datetime | str, zone: ZoneInfo) -> str:
    """The day at the office."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return day(moment.astimezone(zone).date(), "medium")

"""`python -m tests.web [--count N] [NAME…]`: serves the proving ground to look at or crawl by hand.

Prints where the registry stands, then obeys lines on stdin: `edit NAME N`, `withdraw NAME N`,
`back NAME`, `publish NAME [N]`, `day`, `faults NAME`, `down NAME`, `up NAME`, `log NAME`.
N counts a site's releases from 0, the newest.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tests.web.faults import Faults
from tests.web.ground import Web, names
from tests.web.site import WebSite


@click.command()
@click.argument("chosen", nargs=-1)
@click.option("--count", default=120, help="Releases a site.")
@click.option("--toml", type=click.Path(path_type=Path), default=Path("build/web/sources.toml"))
def main(chosen: tuple[str, ...], count: int, toml: Path) -> None:
    """Serves the sites CHOSEN (all) until stdin ends."""
    with Web(chosen or names(), count=count) as web:
        toml.parent.mkdir(parents=True, exist_ok=True)
        toml.write_text(web.sources_toml, "utf-8")
        for name in web.names:
            click.echo(f"{name:16}{web[name].base}/")
        click.echo(f"SOURCES={toml}")
        for line in sys.stdin:
            words = line.split()
            try:
                obey(web, words)
            except (KeyError, IndexError, ValueError) as error:
                click.echo(f"Not understood: {line.strip()!r} ({error!r})")


def obey(web: Web, words: list[str]) -> None:
    """One line. Raises KeyError, IndexError, ValueError for what makes no sense."""
    if not words:
        return
    if words == ["day"]:
        for site in web:
            site.next_day()
        return
    site, which = web[words[1]], int(words[2]) if len(words) > 2 else 0
    changed = change(site, words[0], which)
    click.echo("\n".join(changed))


def change(site: WebSite, does: str, which: int) -> list[str]:
    """Does it, and says to which addresses, or what was asked."""
    if does == "edit":
        return [site.url(site.edit(site.releases[which]))]
    if does == "withdraw":
        gone = site.releases[which]
        site.withdraw(gone)
        return [site.url(gone)]
    if does == "back":
        return [site.url(release) for release in site.bring_all_back()]
    if does == "publish":
        return [site.url(release) for release in site.publish(which or 1)]
    if does == "faults":
        site.server.faults = None if site.server.faults else Faults()
    elif does in ("down", "up"):
        getattr(site.server, does)()
    elif does == "log":
        return [f"{a.status} {a.method} {a.target} {a.fault or ''}" for a in site.log.entries]
    else:
        raise ValueError(does)
    return [f"{site.id}: {does}"]


if __name__ == "__main__":
    main()

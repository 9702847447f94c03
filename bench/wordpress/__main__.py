"""`python -m bench.wordpress [--count N]`: starts a real WordPress and takes commands on stdin.

As `python -m tests.web` does, without the name: `edit N`, `withdraw N`, `back N`, `publish [N]`.
Prints its TOML record and each changed URL; ends with stdin.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bench.wordpress import NotInstalled, WordPress


@click.command()
@click.option("--count", default=120, help="Posts.")
@click.option("--permalinks", default="/%year%/%monthnum%/%day%/%postname%/")
@click.option("--theme", default="twentytwentyone")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("build/wordpress"))
def main(count: int, permalinks: str, theme: str, folder: Path) -> None:
    """Serves until stdin ends."""
    try:
        with WordPress(folder, count=count, permalinks=permalinks, theme=theme) as site:
            (folder / "sources.toml").write_text(site.entry, "utf-8")
            click.echo(f"{site.entry}\nSOURCES={folder / 'sources.toml'}")
            for line in sys.stdin:
                try:
                    click.echo("\n".join(obey(site, line.split())))
                except (IndexError, ValueError, OSError) as error:
                    click.echo(f"Not done: {line.strip()!r} ({error!r})")
    except NotInstalled as error:
        raise click.ClickException(str(error)) from error


def obey(site: WordPress, words: list[str]) -> list[str]:
    """One line; the addresses it changed. Raises IndexError, ValueError, OSError."""
    does, which = words[0], int(words[1]) if len(words) > 1 else 0
    if does == "publish":
        return [site.url(release) for release in site.publish(which or 1)]
    newest_first = site.releases
    if does == "edit":
        return [site.url(site.edit(newest_first[which]))]
    if does == "withdraw":
        site.withdraw(newest_first[which])
        return [site.url(newest_first[which])]
    if does == "back":
        return [site.url(release) for release in site.bring_all_back()]
    raise ValueError(does)


if __name__ == "__main__":
    main()

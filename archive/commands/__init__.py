"""The commands of `arsip`, a module each: `search.py` has the command `search`, its
options, its help and its output; `status_page.py` has `status-page`."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import click

from archive.console.errors import Group
from archive.nearest import did_you_mean


class Commands(Group):
    """Finds commands by their modules, and imports only the one that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(name.replace("_", "-") for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"{__name__}.{name}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Raises click.UsageError with the nearest names if there is no such command."""
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-") and not ctx.resilient_parsing:
            hint = did_you_mean(args[0], names)
            ctx.fail(f"There is no command called {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

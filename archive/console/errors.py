"""Errors of any command, as a sentence and an exit code."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from archive.database.connection import ArchiveError

CANNOT = 3
"""The archive or the output cannot be opened, read or written."""


class Group(click.Group):
    """A group of commands that end with a sentence, not a traceback, if disk or output fail."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:  # `… | head` has read enough
            discard_output()
            ctx.exit(0)
        except ArchiveError as error:
            fail(ctx, str(error), CANNOT)
        except (sqlite3.Error, SQLAlchemyError, UnicodeDecodeError) as error:
            message = str(getattr(error, "orig", None) or error)
            fail(
                ctx,
                f"The archive cannot be read ({message}); `verify` says what is damaged",
                CANNOT,
            )
        except OSError as error:
            discard_output()
            where = error.filename or "the output"
            fail(ctx, f"{where} cannot be written: {error.strerror}", CANNOT)


def fail(ctx: click.Context, sentence: str, code: int) -> NoReturn:
    """Says the sentence (which needs no full stop) and ends the command."""
    end = "" if sentence.endswith("?") else "."
    click.echo(f"Error: {sentence}{end}", err=True)
    ctx.exit(code)


def discard_output() -> None:
    """Redirects output whose reader has closed the pipe, or Python reports an error at exit."""
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())

"""Backfill: captures of a source from web archives. `ask_index` queries an archive's index,
`plan` chooses captures, `fetch` requests them, `write` stores them as WARC files, `read` replays
these."""

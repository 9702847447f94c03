"""The past of a source, from web archives: `index` reads what an archive has, `plan` chooses
captures, `fetch` requests them, `write` keeps them as WARC files, which `rebuild` reads."""

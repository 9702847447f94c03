"""What people change in the archive: corrections of fields, and what is taken down.

The tables hold what readers may see; what the extraction read of a changed version is in `as_read`.
So no query, page or export can show what was taken down. Code that stores another reading of a
release does so inside `shown_rows.as_read`, where the rows are as they were read."""

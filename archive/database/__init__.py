"""The database: connection, tables, views, column types, migrations and lock."""

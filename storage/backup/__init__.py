"""Backups: a folder with the tables, the files and the secret of an installation.

    manifest.json        what it is a backup of: migrations, tables, sequences, files
    database/<table>.zst rows in the text format of COPY, in UTF-8, compressed by Zstandard
    objects/<key>        a file, after a line with its content type
    secret               what signs tokens, below it what did formerly; may be left out
    SHA256SUMS           of all of these, as `sha256sum -c SHA256SUMS` reads it; written last

The rows are of one moment (one repeatable-read snapshot), and so portable between versions of
PostgreSQL, embedded or not. A folder is written beside its place and renamed when it is complete.
"""

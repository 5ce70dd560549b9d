# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish migrate`."""

from wishcli.options import DryRun, Json


def migrate(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Bring the database to the newest schema.

    Makes the database file if it is SQLite. Safe to run from several machines at once, and while
    the release before this one still serves. `--dry-run` prints what is missing.
    """
    from wishcli import output, process
    from wishcore import migrating

    url = process.read_settings().database
    work = migrating.pending if dry_run else migrating.migrate
    names = process.run_until_signalled(lambda: work(url))
    word = "pending" if dry_run else "applied"
    if as_json:
        output.print_json({word: names})
        return
    for name in names:
        output.print_line(f"{word}: {name}")
    if not names:
        output.print_line("The database is up to date.")

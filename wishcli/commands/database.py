"""`wish migrate`."""

import typer

from wishcli import runtime
from wishcli.options import DryRun, Json


def migrate(dry_run: DryRun = False, as_json: Json = False) -> None:
    """Bring the database to the newest schema.

    Makes the database file if it is SQLite. Safe to run from several machines at once, and while
    the release before this one still serves. `--dry-run` prints what is missing.
    """
    from wishcli import output
    from wishcore import migrating

    url = runtime.read_settings().database
    work = migrating.pending if dry_run else migrating.migrate
    names = runtime.run_until_signalled(lambda: work(url))
    if as_json:
        output.print_json({"pending" if dry_run else "applied": names})
        return
    for name in names:
        typer.echo(f"{'pending' if dry_run else 'applied'}: {name}")
    if not names:
        typer.echo("The database is up to date.")

"""Options that many commands share."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what there is to do, and change nothing.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask whether you are sure.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Show so many at most.")]

# ruff: noqa: PLC0415 - see wishcli.commands
"""`wish check`, `wish reconcile` and `wish doctor`."""

from typing import Annotated

import typer

from wishcli.options import Json


def check(as_json: Json = False) -> None:
    """Look for what must not be in the books.

    It finds what waits too long, too, and changes nothing. Exits with 1 if something is found;
    the runbook says what each finding means.
    """
    from wishcli import outcomes, output, runtime
    from wishcore import invariants

    findings = runtime.run(lambda session: invariants.check(now=session.now))

    def tell() -> None:
        if as_json:
            output.print_json({"findings": findings})
        elif not findings:
            facts = len(invariants.INVARIANTS) + len(invariants.STUCK)
            output.print_line(f"check: {facts} facts hold")
        else:
            rows = [(found.fact, found.what, found.amount_minor) for found in findings]
            output.print_table(["does not hold", "of", "minor units"], rows)

    told = outcomes.answer(tell)
    outcomes.end(bool(findings) and outcomes.FOUND, told)


def reconcile(
    since: Annotated[
        str, typer.Option(help="How far back: a span (30d, 12h) or an instant of ISO 8601.")
    ] = "30d",
    apply: Annotated[
        bool, typer.Option("--apply", help="Adopt what Stripe says. It never moves money.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare our books with Stripe's.

    Exits with 1 if they differ, or if a refund turns out to have failed; with 75 if Stripe does not
    answer or another process is at it.
    """
    from wishcli import output, reconciling
    from wishcore.reconciliation import Reconciled

    def tell(result: Reconciled) -> None:
        if as_json:
            output.print_json(result)
            return
        counts = {"payments": result.intents, "refunds": result.refunds}
        output.print_counts("reconcile", counts | {"drifts": len(result.drifts)})
        if result.drifts:
            rows = [(drift.kind, drift.what, drift.detail) for drift in result.drifts]
            output.print_table(["drift", "of", "detail"], rows)

    reconciling.run(since=since, apply=apply, tell=tell)


def doctor(as_json: Json = False) -> None:
    """Say whether this machine is set up well.

    Looks at the settings, the database, Stripe, the mail and the clock. Says of each what is
    wrong and how to mend it; no secret is shown. Exits with 1 if something is wrong.
    """
    from wishcli import diagnosis, outcomes, output

    settings, findings = diagnosis.examine()

    def tell() -> None:
        if as_json:
            output.print_json({"settings": settings, "findings": findings})
            return
        output.print_fields(settings, title="Settings")
        rows = [
            ("ok" if found.is_well else "WRONG", found.about, found.seen, found.remedy)
            for found in findings
        ]
        output.print_table(["", "what", "seen", "how to mend it"], rows)

    told = outcomes.answer(tell)
    outcomes.end(any(not found.is_well for found in findings) and outcomes.FOUND, told)

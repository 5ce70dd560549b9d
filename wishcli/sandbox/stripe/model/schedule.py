"""What happens by itself when its time has come."""

from wishcli.sandbox.stripe.model import attempts, refunding
from wishcli.sandbox.stripe.model.objects import Step, StepKind
from wishcli.sandbox.stripe.model.world import World


def run_due(world: World) -> int:
    """Do everything whose time has come, and count it."""
    return _run(world, until=world.time())


def run_all(world: World) -> int:
    """Do everything that waits, whatever its time, and count it."""
    return _run(world, until=float("inf"))


def _run(world: World, *, until: float) -> int:
    done = 0
    while due := [step for step in world.state.steps if step.due_at <= until]:
        world.state.steps = [step for step in world.state.steps if step.due_at > until]
        # One may make another due: what a slow card pays reaches the balance.
        for step in sorted(due, key=lambda one: one.due_at):
            _take(world, step)
        done += len(due)
        world.changed.set()
    return done


def _take(world: World, step: Step) -> None:
    match step.kind:
        case StepKind.COMPLETE_REFUND:
            refunding.complete(world, world.state.refunds[step.subject])
        case StepKind.FAIL_REFUND:
            refunding.fail(world, world.state.refunds[step.subject])
        case StepKind.FINISH_PAYMENT:
            attempts.finish(world, world.state.intents[step.subject])
        case StepKind.REACH_BALANCE:
            attempts.reach_balance(world, world.state.charges[step.subject])

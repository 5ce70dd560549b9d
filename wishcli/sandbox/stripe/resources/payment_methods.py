"""Payment methods: cards made from test tokens, or named directly."""

from wishcli.sandbox.stripe.model import cards, views
from wishcli.sandbox.stripe.model.cards import Card
from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import PaymentMethod
from wishcli.sandbox.stripe.model.refusals import Json, Refusal, missing, no_such, unsupported
from wishcli.sandbox.stripe.model.world import World
from wishcli.sandbox.stripe.resources import checks
from wishcli.sandbox.stripe.wire.routes import Call, Route


def create(call: Call) -> Json:
    """Make a payment method from a token; numbers of cards are never accepted."""
    kind = call.arguments.required_text("type")
    if kind != "card":
        raise unsupported(f"The type {kind}", param="type")
    details = call.arguments.group("card")
    if details is None:
        raise missing("card")
    if details.text("number") is not None:
        raise Refusal(
            "Sending credit card numbers directly to the Stripe API is generally unsafe. We "
            "suggest you use test tokens that map to the test card you are using, see "
            "https://stripe.com/docs/testing.",
            param="card[number]",
        )
    token = details.text("token")
    if token is None:
        raise missing("card[token]")
    card = cards.find_by_token(token)
    if card is None:
        raise no_such("token", token, param="card[token]")
    metadata = checks.metadata(call.arguments)
    _use_up(call.world, token)
    method = _add(call.world, card, metadata=metadata)
    return views.payment_method(method)


def retrieve(call: Call) -> Json:
    """Give a payment method."""
    method = call.world.state.payment_methods.get(call.object_id)
    if method is None:
        raise no_such("PaymentMethod", call.object_id, param="payment_method", in_path=True)
    return views.payment_method(method)


def check_usable(world: World, name: str) -> None:
    """Refuse a payment method that does not exist or has already paid once."""
    method = world.state.payment_methods.get(name)
    if method is None and cards.find_by_method_name(name) is None:
        raise no_such("PaymentMethod", name, param="payment_method")
    if method is not None and method.spent:
        raise Refusal(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
            "attachment, shared with a connected account without Customer attachment, or was "
            "detached from a Customer. It may not be used again. To use a PaymentMethod multiple "
            "times, you must attach it to a Customer first.",
            param="payment_method",
            began=True,
        )


def resolve(world: World, name: str) -> PaymentMethod:
    """Give the payment method; a name such as `pm_card_visa` makes a fresh one."""
    check_usable(world, name)
    method = world.state.payment_methods.get(name)
    if method is not None:
        return method
    card = cards.find_by_method_name(name)
    assert card is not None
    return _add(world, card, metadata={})


def _use_up(world: World, token: str) -> None:
    if not cards.is_for_once(token):
        return
    if token in world.state.used_tokens:
        raise Refusal(
            f"You cannot use a Stripe token more than once: {token}.",
            code="token_already_used",
            began=True,
        )
    world.state.used_tokens.add(token)


def _add(world: World, card: Card, *, metadata: dict[str, str]) -> PaymentMethod:
    method = PaymentMethod(id=new_id("pm"), created=world.now(), card=card.name, metadata=metadata)
    world.state.payment_methods[method.id] = method
    return method


ROUTES = (
    Route(
        method="POST",
        path="/v1/payment_methods",
        params=("_payment_method_create_params", "PaymentMethodCreateParams"),
        supported=frozenset({"card", "expand", "metadata", "type"}),
        produces="payment_method",
        run=create,
    ),
    Route(
        method="GET",
        path="/v1/payment_methods/{id}",
        params=("_payment_method_retrieve_params", "PaymentMethodRetrieveParams"),
        supported=frozenset({"expand"}),
        produces="payment_method",
        run=retrieve,
    ),
)

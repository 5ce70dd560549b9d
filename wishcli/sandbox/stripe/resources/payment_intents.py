"""Payment intents: create, confirm, cancel, retrieve and list."""

from wishcli.sandbox.stripe.model import attempts, currencies, happenings, views
from wishcli.sandbox.stripe.model.attempts import Terms
from wishcli.sandbox.stripe.model.ids import new_id
from wishcli.sandbox.stripe.model.objects import Intent, IntentStatus
from wishcli.sandbox.stripe.model.refusals import Json, Refusal, no_such, unsupported
from wishcli.sandbox.stripe.model.world import World
from wishcli.sandbox.stripe.resources import checks, listing, payment_methods
from wishcli.sandbox.stripe.wire.arguments import Arguments
from wishcli.sandbox.stripe.wire.routes import Call, Route

_CONFIRMABLE = (
    IntentStatus.REQUIRES_PAYMENT_METHOD,
    IntentStatus.REQUIRES_CONFIRMATION,
    IntentStatus.REQUIRES_ACTION,
)
_CANCELABLE = _CONFIRMABLE
_ONLY_WITH_CONFIRM = ("error_on_requires_action", "off_session", "return_url")
_UNEXPECTED_STATE = "payment_intent_unexpected_state"


def create(call: Call) -> Json:
    """Create an intent, and confirm it at once if asked to.

    Raises:
        Refusal: a parameter is wrong, and nothing was made; or the card declined, and the intent
            exists.
    """
    arguments, world = call.arguments, call.world
    intent = _new_intent(world, arguments)
    is_confirmed = arguments.flag("confirm")
    terms = _terms(call)
    if is_confirmed:
        _check_can_return(intent, terms)
    else:
        _check_not_confirming(arguments)
    name = arguments.text("payment_method")
    if name is not None:
        intent.payment_method = payment_methods.resolve(world, name).id
        intent.status = IntentStatus.REQUIRES_CONFIRMATION
    world.state.intents[intent.id] = intent
    happenings.record(
        world,
        type_name="payment_intent.created",
        shown=views.payment_intent(world, intent),
    )
    return _confirm(world, intent, terms=terms) if is_confirmed else _shown(world, intent)


def confirm(call: Call) -> Json:
    """Confirm an intent with its payment method, or with one given now.

    Raises:
        Refusal: the intent is in a state that does not allow it, or the card declined.
    """
    world, intent = call.world, _get_intent(call)
    if intent.status not in _CONFIRMABLE:
        raise _unexpected_state(world, intent, verb="confirm", allowed=_CONFIRMABLE[1:])
    terms = _terms(call)
    name = call.arguments.text("payment_method")
    if name is not None or intent.payment_method is not None:
        _check_can_return(intent, terms)
    if name is not None:
        intent.payment_method = payment_methods.resolve(world, name).id
    if (email := call.arguments.text("receipt_email")) is not None:
        intent.receipt_email = email
    return _confirm(world, intent, terms=terms)


def cancel(call: Call) -> Json:
    """Cancel an intent that has not been paid.

    Raises:
        Refusal: the intent is in a state that does not allow it; nothing changes.
    """
    world, intent = call.world, _get_intent(call)
    if intent.status not in _CANCELABLE:
        raise _unexpected_state(world, intent, verb="cancel", allowed=_CANCELABLE)
    attempts.cancel(world, intent, reason=call.arguments.text("cancellation_reason"))
    return _shown(world, intent)


def retrieve(call: Call) -> Json:
    """Give an intent; a client secret, if given, must be its own."""
    intent = _get_intent(call)
    secret = call.arguments.text("client_secret")
    if secret is not None and secret != intent.client_secret:
        raise Refusal(
            "The client_secret provided does not match the client_secret associated with the "
            "PaymentIntent.",
            param="client_secret",
        )
    return _shown(call.world, intent)


def page(call: Call) -> Json:
    """List intents."""
    return listing.page(
        call.arguments,
        url="/v1/payment_intents",
        objects=call.world.state.intents,
        show=lambda intent: _shown(call.world, intent),
    )


def _new_intent(world: World, arguments: Arguments) -> Intent:
    amount = arguments.integer("amount")
    assert amount is not None
    currency = currencies.check_currency(arguments.required_text("currency"))
    currencies.check_charge_amount(amount, currency)
    capture_method = arguments.text("capture_method") or "automatic_async"
    if capture_method == "manual":
        raise unsupported("Manual capture", param="capture_method")
    name = new_id("pi")
    return Intent(
        id=name,
        client_secret=f"{name}_{new_id('secret', length=25)}",
        created=world.now(),
        amount=amount,
        currency=currency,
        status=IntentStatus.REQUIRES_PAYMENT_METHOD,
        payment_method_types=["card"],
        metadata=checks.metadata(arguments),
        capture_method=capture_method,
        allow_redirects=_allow_redirects(arguments),
        description=checks.description(arguments),
        receipt_email=arguments.text("receipt_email"),
        statement_descriptor_suffix=checks.statement_suffix(arguments),
    )


def _allow_redirects(arguments: Arguments) -> str | None:
    """Tell how methods that redirect are allowed; nothing when the types are listed by hand."""
    allowed = arguments.texts("allowed_payment_method_types")
    automatic = arguments.group("automatic_payment_methods")
    if allowed and automatic is not None:
        raise Refusal(
            "You may only specify one of these parameters: allowed_payment_method_types, "
            "automatic_payment_methods.",
            code="parameters_exclusive",
            param="allowed_payment_method_types",
        )
    for position, kind in enumerate(allowed):
        if kind != "card":
            raise unsupported(f"The type {kind}", param=f"allowed_payment_method_types[{position}]")
    if allowed:
        return None
    if automatic is None:
        return "always"
    if not automatic.flag("enabled"):
        raise unsupported(
            "An intent without automatic payment methods",
            param="automatic_payment_methods[enabled]",
        )
    return automatic.text("allow_redirects") or "always"


def _terms(call: Call) -> Terms:
    arguments = call.arguments
    return Terms(
        is_off_session=arguments.flag("off_session"),
        refuses_action=arguments.flag("error_on_requires_action"),
        use_sdk=arguments.flag("use_stripe_sdk"),
        return_url=checks.return_url(arguments),
        base_url=call.base_url,
    )


def _check_can_return(intent: Intent, terms: Terms) -> None:
    """Demand an address to return to where any method might redirect, as Stripe does."""
    if intent.allow_redirects == "always" and terms.return_url is None and not terms.use_sdk:
        raise Refusal(
            "This PaymentIntent is configured to accept payment methods enabled in your "
            "Dashboard. Because some of these payment methods might redirect your customer off of "
            "your page, you must provide a `return_url`. If you don't want to accept "
            "redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` "
            "and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup "
            "Intents and Payment Intents.",
            param="return_url",
        )


def _check_not_confirming(arguments: Arguments) -> None:
    for name in _ONLY_WITH_CONFIRM:
        if name in arguments.values:
            raise Refusal(
                f"The parameter `{name}` can only be used when `confirm` is true.", param=name
            )


def _confirm(world: World, intent: Intent, *, terms: Terms) -> Json:
    if intent.payment_method is None:
        raise Refusal(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
            "either update the PaymentIntent with a payment method and then confirm it again, or "
            "confirm it again directly with a payment method or ConfirmationToken.",
            code=_UNEXPECTED_STATE,
            began=True,
            details={"payment_intent": _shown(world, intent)},
        )
    method = payment_methods.resolve(world, intent.payment_method)
    attempts.attempt(world, intent, method=method, terms=terms)
    error = intent.last_error
    if error is not None:
        details = views.payment_error(world, error)
        raise Refusal(
            error.message,
            status=402,
            kind=error.kind,
            code=error.code,
            began=True,
            details={**details, "payment_intent": _shown(world, intent)},
        )
    return _shown(world, intent)


def _get_intent(call: Call) -> Intent:
    intent = call.world.state.intents.get(call.object_id)
    if intent is None:
        raise no_such("payment_intent", call.object_id, param="intent", in_path=True)
    return intent


def _unexpected_state(
    world: World, intent: Intent, *, verb: str, allowed: tuple[IntentStatus, ...]
) -> Refusal:
    participle = "confirmed" if verb == "confirm" else "canceled"
    message = (
        f"You cannot {verb} this PaymentIntent because it has a status of {intent.status}. Only a "
        f"PaymentIntent with one of the following statuses may be {participle}: "
        f"{', '.join(allowed)}."
    )
    if verb == "confirm" and intent.status is IntentStatus.SUCCEEDED:
        message = (
            "You cannot confirm this PaymentIntent because it has already succeeded after being "
            "previously confirmed."
        )
    return Refusal(
        message,
        code=_UNEXPECTED_STATE,
        began=True,
        details={"payment_intent": _shown(world, intent)},
    )


def _shown(world: World, intent: Intent) -> Json:
    return views.payment_intent(world, intent)


_CONFIRMATION = frozenset(
    {
        "error_on_requires_action",
        "expand",
        "off_session",
        "payment_method",
        "receipt_email",
        "return_url",
        "use_stripe_sdk",
    }
)

ROUTES = (
    Route(
        method="POST",
        path="/v1/payment_intents",
        params=("_payment_intent_create_params", "PaymentIntentCreateParams"),
        supported=_CONFIRMATION
        | {
            "allowed_payment_method_types",
            "amount",
            "automatic_payment_methods",
            "capture_method",
            "confirm",
            "currency",
            "description",
            "metadata",
            "statement_descriptor",
            "statement_descriptor_suffix",
        },
        produces="payment_intent",
        run=create,
    ),
    Route(
        method="GET",
        path="/v1/payment_intents",
        params=("_payment_intent_list_params", "PaymentIntentListParams"),
        supported=listing.LIST_PARAMETERS,
        produces="payment_intent",
        run=page,
        is_list=True,
    ),
    Route(
        method="GET",
        path="/v1/payment_intents/{id}",
        params=("_payment_intent_retrieve_params", "PaymentIntentRetrieveParams"),
        supported=frozenset({"client_secret", "expand"}),
        produces="payment_intent",
        run=retrieve,
    ),
    Route(
        method="POST",
        path="/v1/payment_intents/{id}/confirm",
        params=("_payment_intent_confirm_params", "PaymentIntentConfirmParams"),
        supported=_CONFIRMATION,
        produces="payment_intent",
        run=confirm,
    ),
    Route(
        method="POST",
        path="/v1/payment_intents/{id}/cancel",
        params=("_payment_intent_cancel_params", "PaymentIntentCancelParams"),
        supported=frozenset({"cancellation_reason", "expand"}),
        produces="payment_intent",
        run=cancel,
    ),
)

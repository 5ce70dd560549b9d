"""The layer between Sanic and our handlers: one contract for every operation.

A resource file declares operations; their signatures say what each one needs::

    resource = Resource("lists", tag="Lists", prefix="/v1", description="Wish lists.")

    class NewList(Body):
        title: Annotated[str, Field(min_length=1, max_length=200)]
        deadline: Instant

    @resource.post("/lists", success={201: ListForOwner}, refusals=(lists.DeadlineTooFar,))
    async def create_list(call: Call, caller: Owner, body: NewList) -> Answer:
        \"\"\"Create a wish list.

        The first line is the summary in the document, the rest its description.
        \"\"\"
        ...
        return answer(created, status=201, location=f"/v1/lists/{created.id}")

Parameters of a handler, by name or type, all optional:

- ``call: Call``: ``call.request``, ``call.now``, ``call.app_ctx.<name in context>``,
  ``call.bearer_token``.
- a name in the path (``/lists/{list_id}``): ``uuid.UUID`` (anything else is 404) or ``str`` (1 to
  128 unreserved characters); ``Annotated[UUID, Field(description="…")]`` documents it.
- ``body: <subclass of Body or Patch>`` (with ``| None``: it may be left out), or ``body: bytes``
  for the content as it came (webhooks; the media types stand in ``consumes=``).
- ``query: <subclass of Query>``: texts, integers and truth values. Never together with a body.
  ``query: str`` is the query as it came, for what another standard defines.
- anything else: a principal, by its annotation (a class, or an alias such as ``Visitor | None``).
- what the precheck returns, by its type.

Options of ``resource.get/post/put/patch/delete(path, **options)``: ``success: {status: model}``
(``None``: no body, ``bytes``: not JSON, ``Page[ListForOwner]``: a page), ``refusals: (error, …)``,
``precheck: async function``, ``cache: "…"`` (else ``no-store``), ``consumes=("image/png",)``,
``form=<subclass of Form>``, ``produces="…"``, ``documented=False``, ``counted=True``.

``precheck=`` runs when the principal is known, and before query and body are looked at. It asks
for what it needs in the same way, by the same names, and answers "not there, or not yours"::

    async def owned(call: Call, caller: Owner, list_id: UUID) -> WishListRow: ...

    @resource.patch("/lists/{list_id}", success={200: ListForOwner}, precheck=owned, …)
    async def edit_list(row: WishListRow, body: ListPatch) -> Answer: ...

``Patch`` (RFC 7396): every field defaults to ``absent()``; ``body.changes()`` has those sent.
``Body.example`` is a body as a whole, where the examples of its members do not go together.
``Form`` describes a form that the handler takes as ``bytes``.
``Instant`` and ``Day`` are the only times and dates of an input.

``answer(value=None, *, status=200, location=None, headers=None)`` and ``raw_answer(content, *,
media_type, status=200, headers=None)`` make an `Answer`.

``principals`` maps each annotation to ``Principal(resolve=async (Call) -> instance,
bearers=(Bearer(name, description), …), optional=False, refusals=(Unauthenticated,))``.

``build(name, resources, *, about=About(title=, version=, description=), clock=() -> datetime,
ready=async () -> None, principals=, context={"integrations": …}, public_url=, origins=(),
more_origins=async () -> origins, docs=True, limits=Limits())`` returns the Sanic application.

``await shielded(call, coroutine, timeout_seconds=…)`` survives a client that hangs up, and raises
`StillRunning` when the time is up while the work goes on.

``app.prepare(protocol=Connection, backlog=BACKLOG, …)`` serves it with timeouts that hold, and
with one way only to read a request.
"""

from wishapi.http.application import Limits, build
from wishapi.http.calls import Answer, App, Call, answer, raw_answer
from wishapi.http.connections import BACKLOG, Connection
from wishapi.http.forms import Form, FormUnreadable, read_pairs
from wishapi.http.logs import configure_logging
from wishapi.http.openapi import About
from wishapi.http.operations import Resource
from wishapi.http.principals import Bearer, Principal, Principals
from wishapi.http.tasks import StillRunning, shielded
from wishapi.http.validation import Body, Day, Instant, PageQuery, Patch, Query, absent

__all__ = [
    "BACKLOG",
    "About",
    "Answer",
    "App",
    "Bearer",
    "Body",
    "Call",
    "Connection",
    "Day",
    "Form",
    "FormUnreadable",
    "Instant",
    "Limits",
    "PageQuery",
    "Patch",
    "Principal",
    "Principals",
    "Query",
    "Resource",
    "StillRunning",
    "absent",
    "answer",
    "build",
    "configure_logging",
    "raw_answer",
    "read_pairs",
    "shielded",
]

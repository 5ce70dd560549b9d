"""Logs: JSON lines on stderr (or something readable on a terminal), never a secret in them."""

import json as standard_json
import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import structlog
from structlog.types import Processor

from wishapi.http.calls import REQUEST_ID

_FOREIGN: Final = ("sanic.root", "sanic.error", "sanic.server", "sanic.websockets")
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(32), 127) if code != ord("\n")}
_PATHS: Final = re.compile(r"\w+://[^\s/?#'\"]*|[/?][^\s'\"]*")

_encode = msgspec.json.Encoder(enc_hook=repr, order="deterministic").encode


def configure_logging(level: str = "INFO", *, json: bool | None = None) -> None:
    """Send our log and everybody else's to stderr; `json` is `None`: unless it is a terminal."""
    as_json = not sys.stderr.isatty() if json is None else json
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        _add_request_id,
        structlog.processors.add_log_level,
        _add_timestamp,
    ]
    last: list[Processor] = (
        [structlog.processors.format_exc_info, _json_line]
        if as_json
        else [_printable, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _adopt_standard_logging(number, shared, last)


def _adopt_standard_logging(level: int, shared: list[Processor], last: list[Processor]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _hide_paths],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _FOREIGN:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # One line per request is ours; Sanic's would print the raw URL.
    logging.getLogger("sanic.access").disabled = True


def _add_request_id(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    if request_id := REQUEST_ID.get():
        event["request_id"] = request_id
    return event


def _add_timestamp(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    event["timestamp"] = datetime.now(UTC).isoformat(timespec="microseconds")
    return event


def _hide_paths(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Take paths and queries out of Sanic's own messages: they may hold share links."""
    if event["_record"].name.startswith("sanic"):
        event["event"] = _PATHS.sub(_hidden, str(event["event"]))
    return event


def _hidden(match: re.Match[str]) -> str:
    return match[0] if "://" in match[0] else "<path>"


def _printable(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Keep what clients sent from moving the cursor of somebody's terminal."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = value.translate(_CONTROL).replace("\n", "\\n")
    return event


def _json_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    try:
        return _encode(event).decode()
    except UnicodeEncodeError:  # half a surrogate pair
        return standard_json.dumps(event, default=repr)

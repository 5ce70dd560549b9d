"""Logs: JSON lines on stderr (or something readable on a terminal), never a secret in them."""

import json as standard_json
import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, cast

import msgspec
import structlog
from structlog.types import Processor

from wishapi.http.calls import current_request_id

_FOREIGN: Final = ("sanic.root", "sanic.error", "sanic.server", "sanic.websockets")
_CONTROL: Final = {code: f"\\x{code:02x}" for code in (*range(32), 127) if code != ord("\n")}
_PATHS: Final = re.compile(r"\w+://[^\s/?#'\"]*|[/?][^\s'\"]*")

_encode = msgspec.json.Encoder(enc_hook=repr).encode


def configure_logging(level: str = "INFO", *, json: bool | None = None) -> None:
    """Send our log and everybody else's to stderr; `json` is `None`: unless it is a terminal."""
    as_json = not sys.stderr.isatty() if json is None else json
    number = logging.getLevelNamesMapping()[level.upper()]
    last: list[Processor] = (
        [structlog.processors.format_exc_info, _json_line] if as_json else _for_people()
    )
    structlog.configure(
        processors=[_stamp, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(cast("BinaryIO", _Lossy(sys.stderr.buffer))),
        cache_logger_on_first_use=True,
    )
    _adopt_standard_logging(number, [*last[:-1], _as_text(last[-1])])


class _Lossy:
    """A file that loses what cannot be written, as standard logging does.

    A disk that is full, or a reader who has gone, would fail every request at its line in the log.
    A line that was cut off does not take the next one with it.
    """

    def __init__(self, file: BinaryIO) -> None:
        # What a buffer could not get rid of, it would keep, and fail the exit of the process.
        self._file = getattr(file, "raw", file)
        self._is_cut = False

    def write(self, line: bytes) -> None:
        left = memoryview(b"\n" + line if self._is_cut else line)
        with suppress(OSError):
            # Without a buffer a part may be written; nothing, if a reader does not keep up.
            while left and (written := self._file.write(left)):
                left, self._is_cut = left[written:], written < len(left)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()


def _for_people() -> list[Processor]:
    renderer = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        # Any other formatter would print the values of variables: tokens are among them.
        exception_formatter=structlog.dev.plain_traceback,
    )
    return [_printable, lambda *line: renderer(*line).encode("utf-8", "backslashreplace")]


def _as_text(render: Processor) -> Processor:
    """Make the last step give what standard logging takes."""

    def text(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        rendered = render(logger, method, event)
        return rendered.decode() if isinstance(rendered, bytes) else str(rendered)

    return text


def _adopt_standard_logging(level: int, last: list[Processor]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_stamp, _hide_paths],
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


def _stamp(
    _logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Add when, how serious, and for which request; one step, since every request makes a line."""
    event["level"] = method
    event["timestamp"] = datetime.now(UTC).isoformat(timespec="microseconds")
    if "request_id" not in event and (request_id := current_request_id()):
        event["request_id"] = request_id
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


def _json_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> bytes:
    try:
        return _encode(event)
    except UnicodeEncodeError:  # half a surrogate pair
        return standard_json.dumps(event, default=repr).encode()

"""Every generated page by its file name."""

from collections.abc import Callable

from ingest.reference import api, reason_codes, wire_format

PAGES: dict[str, Callable[[], str]] = {
    "wire-format.md": wire_format.render,
    "api.md": api.render,
    "reason-codes.md": reason_codes.render,
}

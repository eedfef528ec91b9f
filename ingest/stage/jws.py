"""A stage report signed as a compact JWS (RFC 7515) with Ed25519 (RFC 9864), and checked again."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

_ALGORITHM = "Ed25519"
_TYPE = "hourfence-stage-report+jws"


class StageError(ValueError):
    """Something about a report or its key that a person can mend; the text says what and how."""


def make_key(path: Path) -> str:
    """Write a new secret key (JWK, readable by its owner only); returns the public JWK as one line."""
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w", encoding="ascii") as target:
            json.dump(key.as_dict(private=True), target)
            target.flush()
            os.fsync(target.fileno())
        # Whole, or not there, for whoever reads it now; and reports out there are checked with the key that
        # signed them: it is never overwritten.
        os.link(part, path)
    except FileExistsError:
        raise StageError(f"{path} exists already; name another file for the new report key.") from None
    except OSError as fault:
        raise StageError(f"{path} cannot be written: {fault.strerror}; name another file.") from None
    finally:
        with suppress(OSError):
            part.unlink()
    return json.dumps(key.as_dict(private=False), sort_keys=True)


def load_key(path: Path) -> OKPKey:
    """The key of a JWK file, secret or public. Raises StageError."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise StageError(f"{path}: no report key can be read there ({fault}); name its JWK file.") from None
    try:
        key = OKPKey.import_key(values)
        if values.get("crv") != "Ed25519":
            raise ValueError("not Ed25519")
    except (JoseError, ValueError, TypeError, AttributeError, KeyError):
        raise StageError(f"{path}: this is no Ed25519 key; `hourfence stage key` makes one.") from None
    return key


def sign(report: dict[str, Any], key: OKPKey) -> str:
    """The report as compact JWS. Raises StageError for a key without its secret half."""
    if not key.is_private:
        raise StageError("This report key has no secret half; give the file that `hourfence stage key` made.")
    header = {"alg": _ALGORITHM, "typ": _TYPE, "kid": key.kid or key.thumbprint()}
    payload = json.dumps(report, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return jws.serialize_compact(header, payload.encode(), key, algorithms=[_ALGORITHM])


def opened(text: str, key: OKPKey) -> dict[str, Any]:
    """The report of a JWS that this key signed. Raises StageError for anything else."""
    try:
        found = jws.deserialize_compact(text.strip(), key, algorithms=[_ALGORITHM])
        report = json.loads(found.payload)
    except (JoseError, ValueError) as fault:
        raise StageError(f"The report is not signed by this key ({fault}); trust nothing in it.") from None
    if found.headers().get("typ") != _TYPE or not isinstance(report, dict):
        raise StageError("What this key signed is no stage report; trust nothing in it.")
    return report

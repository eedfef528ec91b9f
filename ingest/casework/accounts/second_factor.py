"""The second factor: codes of six digits by time (RFC 6238, 30 s, SHA-1 as authenticator apps have it)."""

from __future__ import annotations

import hmac
import io
import unicodedata
from datetime import datetime

import pyotp
import segno

STEP_S = 30
ISSUER = "Hourfence"


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def address(name: str, secret: str) -> str:
    """otpauth://totp/... for an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def picture(text: str) -> str:
    """A QR code as an SVG element without a style attribute."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        border=4,
        scale=4,
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    return out.getvalue().decode().strip()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code belongs to: this one, the one before or the next; None for a wrong code."""
    given = unicodedata.normalize("NFKC", code).replace(" ", "")
    totp, step, found = pyotp.TOTP(secret), int(now.timestamp()) // STEP_S, None
    for near in (step - 1, step, step + 1):
        if hmac.compare_digest(totp.generate_otp(near).encode(), given.encode("utf-8", "replace")):
            found = near
    return found

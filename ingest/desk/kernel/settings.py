"""What the environment says of the desk.

HOURFENCE_DESK_TILES          URL template, such as https://tiles.example/{z}/{x}/{y}.png; unset: none
HOURFENCE_DESK_TILES_DATUM    wgs84 (default) or gcj02: how the tiles are drawn
HOURFENCE_DESK_TILES_CREDIT   attribution of the tiles
HOURFENCE_DESK_IDLE_MIN       minutes after which a browser's session ends unused (30)
HOURFENCE_DESK_SESSION_H      hours after which it ends anyway (12)
HOURFENCE_DESK_HTTPS          1: served by https (here or by a proxy): cookies are Secure, HSTS is sent
HOURFENCE_DESK_SECOND_FACTOR  roles that need a second factor, with commas (supervisor)
HOURFENCE_DESK_SECOND_FACTOR_KEY  file of the key that seals their secrets; unset: second-factor.key in the
data folder, made when it is first needed
HOURFENCE_DESK_WRITES_PER_MIN   changes an account, or a token, may make a minute (600)
HOURFENCE_DESK_EXPORTS_PER_MIN  exports and packs it may ask for a minute (30)
HOURFENCE_DESK_HOSTS          names by which the desk is asked for, with commas; unset: any
HOURFENCE_DESK_TRUSTED_PROXY  address of the proxy whose X-Forwarded-* headers are believed (or several, with
                              commas, networks too); unset: nobody's
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ingest.desk.kernel.actor import ROLES, SUPERVISOR

PREFIX = "HOURFENCE_DESK_"
DATUMS = ("wgs84", "gcj02")
FACTOR_KEY = "second-factor.key"
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]")


class DeskSettingsError(ValueError):
    """A setting cannot be used; the text names it and says what it should look like."""


@dataclass(frozen=True)
class DeskSettings:
    """Settings of the desk; data: the folder of its keys."""

    data: Path
    tiles: str | None = None
    tiles_datum: str = "wgs84"
    tiles_credit: str = ""
    idle_min: int = 30
    session_h: int = 12
    https: bool = False
    second_factor: frozenset[str] = frozenset({SUPERVISOR})
    trusted_proxy: str | None = None
    second_factor_key: Path | None = None
    hosts: frozenset[str] = frozenset()
    writes_per_min: int = 600
    exports_per_min: int = 30

    @property
    def factor_key(self) -> Path:
        """The file of the key that seals the secrets of second factors."""
        return self.second_factor_key or self.data / FACTOR_KEY

    @property
    def tile_host(self) -> str | None:
        """Scheme and host of the tiles, for the content security policy."""
        if self.tiles is None:
            return None
        parts = urlsplit(self.tiles)
        return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"

    @classmethod
    def from_environment(cls, data: Path, environment: Mapping[str, str] | None = None) -> DeskSettings:
        """Read and check everything; raises DeskSettingsError. An empty value counts as unset."""
        env = os.environ if environment is None else environment

        def text(name: str) -> str | None:
            return env.get(PREFIX + name, "").strip() or None

        return cls(
            data=data,
            tiles=_tiles(text("TILES")),
            tiles_datum=_one_of("TILES_DATUM", text("TILES_DATUM") or "wgs84", DATUMS),
            tiles_credit=text("TILES_CREDIT") or "",
            idle_min=_whole("IDLE_MIN", text("IDLE_MIN") or "30", 1440),
            session_h=_whole("SESSION_H", text("SESSION_H") or "12", 168),
            https=_one_of("HTTPS", text("HTTPS") or "0", ("0", "1")) == "1",
            second_factor=_roles(text("SECOND_FACTOR") or SUPERVISOR),
            trusted_proxy=_proxy(text("TRUSTED_PROXY")),
            second_factor_key=_file("SECOND_FACTOR_KEY", text("SECOND_FACTOR_KEY")),
            hosts=_hosts(text("HOSTS")),
            writes_per_min=_whole("WRITES_PER_MIN", text("WRITES_PER_MIN") or "600", 100_000),
            exports_per_min=_whole("EXPORTS_PER_MIN", text("EXPORTS_PER_MIN") or "30", 100_000),
        )


def _tiles(text: str | None) -> str | None:
    if text is None:
        return None
    parts = urlsplit(text)
    host_is_plain = all(c.isalnum() or c in ".-:{}" for c in parts.netloc)
    fits = parts.scheme in ("http", "https") and parts.netloc and host_is_plain
    if not fits or not all(part in text for part in ("{z}", "{x}", "{y}")):
        raise DeskSettingsError(
            f"{PREFIX}TILES is {text!r}; it should look like https://tiles.example/{{z}}/{{x}}/{{y}}.png."
        )
    return text


def _proxy(text: str | None) -> str | None:
    """Addresses and networks, with commas. Not everybody's: then each could say where it comes from."""
    if text is None:
        return None
    try:
        networks = [ipaddress.ip_network(part.strip()) for part in text.split(",")]
    except ValueError:
        networks = []
    if not networks or not all(network.prefixlen for network in networks):
        raise DeskSettingsError(
            f"{PREFIX}TRUSTED_PROXY is {text!r}; it should be the proxy's address, such as 10.0.0.1."
        )
    return text


def _file(name: str, text: str | None) -> Path | None:
    if text is None:
        return None
    found = Path(text).expanduser().absolute()
    if "\0" in text or found.is_dir():
        raise DeskSettingsError(f"{PREFIX}{name} is {text!r}, which is no file; name the key's file.")
    return found


def _hosts(text: str | None) -> frozenset[str]:
    hosts = frozenset() if text is None else frozenset(part.strip().lower() for part in text.split(","))
    for host in hosts:
        if _HOST.fullmatch(host) is None:
            raise DeskSettingsError(
                f"{PREFIX}HOSTS has {host!r}; it should be a name such as desk.example, without scheme and"
                f" port."
            )
    return hosts


def _whole(name: str, text: str, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise DeskSettingsError(f"{PREFIX}{name} is {text!r}; it must be a whole number from 1 to {most}.")
    return int(text)


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise DeskSettingsError(f"{PREFIX}{name} is {text!r}; it must be one of {', '.join(known)}.")
    return text


def _roles(text: str) -> frozenset[str]:
    roles = frozenset(part.strip() for part in text.split(","))
    if not roles <= set(ROLES):
        raise DeskSettingsError(f"{PREFIX}SECOND_FACTOR is {text!r}; its roles are {', '.join(ROLES)}.")
    return roles

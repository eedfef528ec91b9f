"""The manifest (every file with its size and SHA-256) and the server's signature over it."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from ingest.pack import canonical
from ingest.pack.faults import PackError
from ingest.stage.jws import StageError, load_key, make_key

MANIFEST, SIGNATURE, SIGNER = "manifest.json", "signature.jws", "signer.json"
FORMAT = "hourfence-evidence-pack-1"
_ALGORITHM = "Ed25519"
_TYPE = "hourfence-evidence-pack+jws"
_NAMED = re.compile("[A-Za-z0-9_.-]{1,40} [A-Za-z0-9_.+!-]{1,40}")
"""A name of software and its version."""


def pack_key(file: Path) -> OKPKey:
    """The server's pack key of a JWK file; made there, readable by its owner only, when there is none yet.

    Raises ingest.stage.jws.StageError where it can neither be read nor written.
    """
    if not file.exists():
        try:
            make_key(file)
        except StageError:
            # Another one made it in between.
            if not file.exists():
                raise
    return load_key(file)


def fingerprint(key: OKPKey) -> str:
    """What names a pack key: its JWK thumbprint (RFC 7638)."""
    return str(key.thumbprint())


def sealed(files: Mapping[str, bytes], software: Mapping[str, str], key: OKPKey) -> dict[str, bytes]:
    """The files with signer, manifest and signature beside them."""
    whole = {**files, SIGNER: canonical.written(key.as_dict(private=False))}
    manifest = canonical.written({"files": _listed(whole), "format": FORMAT, "software": dict(software)})
    header = {"alg": _ALGORITHM, "kid": fingerprint(key), "typ": _TYPE}
    payload = json.dumps({"manifest_sha256": hashlib.sha256(manifest).hexdigest()})
    signature = jws.serialize_compact(header, payload.encode(), key, algorithms=[_ALGORITHM])
    return {**whole, MANIFEST: manifest, SIGNATURE: signature.encode()}


def _listed(files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in files.items()
    }


def check_manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest, once every file has the size and digest that it says. Raises PackError."""
    manifest = canonical.read(files[MANIFEST], MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise PackError(
            f"manifest.json names another format than {FORMAT}; use the software it was made for.",
            f"manifest.json 的格式不是 {FORMAT}；请使用对应版本的软件。",
        )
    if not _are_versions(manifest.get("software")):
        raise PackError("manifest.json names no software.", "manifest.json 未列出软件版本。")
    if manifest.keys() != {"files", "format", "software"}:
        raise PackError("manifest.json has a field that a pack's has not.", "manifest.json 含有多余的字段。")
    told = manifest.get("files")
    listed = _listed({name: data for name, data in files.items() if name not in (MANIFEST, SIGNATURE)})
    for name in sorted(listed.keys() | (told.keys() if isinstance(told, dict) else set())):
        wanted = told.get(name) if isinstance(told, dict) else None
        if name not in listed or wanted is None:
            where = "the manifest names it and it is not there" if wanted else "the manifest does not name it"
            raise PackError(f"{name}: {where}.", f"{name}：清单与实际文件不一致。")
        if wanted != listed[name]:
            raise PackError(
                f"{name} was changed: its SHA-256 or size is not the one in the manifest.",
                f"{name} 被改动：其 SHA-256 或大小与清单不符。",
            )
    return manifest


def _are_versions(told: object) -> bool:
    return isinstance(told, dict) and all(
        isinstance(version, str) and _NAMED.fullmatch(f"{name} {version}") for name, version in told.items()
    )


def check_signature(files: Mapping[str, bytes], expected: str | None) -> str:
    """Fingerprint of the pack key that signed the manifest; expected: which it must be. Raises PackError."""
    try:
        key = OKPKey.import_key(canonical.read(files[SIGNER], SIGNER))
        if key.is_private or key.as_dict(private=False).get("crv") != "Ed25519":
            raise ValueError("no public Ed25519 key")
        print_ = fingerprint(key)
        text = files[SIGNATURE].decode("ascii")
        # Readers of base64 overlook what does not belong in it; another text is another file.
        if text != ".".join(_plain(part) for part in text.split(".")):
            raise ValueError("not in its one form")
        found = jws.deserialize_compact(text, key, algorithms=[_ALGORITHM])
        if found.headers() != {"alg": _ALGORITHM, "kid": print_, "typ": _TYPE}:
            raise ValueError("another header")
        named = json.loads(found.payload)["manifest_sha256"]
    except PackError:
        raise
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise PackError(
            "The server's signature over the manifest is wrong: the manifest or the signature was changed.",
            "服务器对清单的签名无效：清单或签名被改动。",
        ) from None
    if named != hashlib.sha256(files[MANIFEST]).hexdigest():
        raise PackError(
            "The server's signature is over another manifest than this one: the manifest was changed.",
            "服务器签名对应的不是这份清单：清单被改动。",
        )
    if expected is not None and print_ != expected:
        raise PackError(
            f"The pack is signed by the pack key {print_} and not by {expected}; it was made or made anew "
            "by somebody else.",
            f"证据包由密钥 {print_} 签名，而不是 {expected}；它由他人制作或重新制作。",
        )
    return print_


def _plain(part: str) -> str:
    """The one form of what this text stands for in base64url."""
    padded = part + "=" * (-len(part) % 4)
    return urlsafe_b64encode(urlsafe_b64decode(padded)).rstrip(b"=").decode()

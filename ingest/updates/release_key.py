"""The release key: whoever has its secret half decides what every terminal runs."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class UpdateError(ValueError):
    """Something about an update that a person can mend; the text says what and how."""


def make_release_key(path: Path, passphrase: str | None = None) -> str:
    """Write a new secret key (PKCS #8, PEM, readable by its owner only); returns the public half as hex."""
    secret = Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    data = secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A key that is there already is never overwritten: terminals in cars wait for its signatures.
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UpdateError(f"{path} exists already; name another file for the new release key.") from error
    except OSError as error:
        raise UpdateError(f"{path} cannot be written: {error.strerror}; name another file.") from error
    with os.fdopen(number, "wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())
    return public_hex(secret)


def load_release_key(path: Path, passphrase: str | None = None) -> Ed25519PrivateKey:
    """The secret key of a file that make_release_key wrote; raises UpdateError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UpdateError(f"{path} cannot be read: {error.strerror}; name the release key's file.") from error
    try:
        secret = load_pem_private_key(data, passphrase.encode() if passphrase else None)
    except TypeError as error:
        need = "needs its passphrase" if passphrase is None else "has no passphrase"
        raise UpdateError(f"{path} {need}; set or unset HOURFENCE_RELEASE_PASSPHRASE.") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UpdateError(f"{path} holds no release key, or the passphrase is wrong.") from error
    if not isinstance(secret, Ed25519PrivateKey):
        raise UpdateError(f"{path} holds a key of another kind; a release key is an Ed25519 key.")
    return secret


def public_hex(secret: Ed25519PrivateKey) -> str:
    """The public half, as the terminals' setting release_key wants it: 64 hexadecimal digits."""
    return secret.public_key().public_bytes_raw().hex()


def verified(public: str, message: bytes, signature: bytes) -> bool:
    """Whether the public key (64 hexadecimal digits) made this signature; raises UpdateError for no key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    except ValueError as error:
        raise UpdateError("The public release key is 64 hexadecimal digits.") from error
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True

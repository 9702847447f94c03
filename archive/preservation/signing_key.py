"""The key pair that signs packages: a PEM file that only its owner may read.

ECDSA on P-384, since ReplayWeb.page verifies anonymous signatures of this curve only.
"""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

CURVE = ec.SECP384R1
_OTHERS = 0o077
"""Permissions of group and others."""


class SigningError(Exception):
    """A package cannot be signed; `str()` is one sentence for people, without its full stop."""


def create_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Writes a new private key, mode 0600. Raises FileExistsError, OSError."""
    key = ec.generate_private_key(CURVE())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()  # a full disk leaves no half a key
        raise
    return key


def read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The private key in a PEM file. Raises SigningError."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            pem = file.read()
    except FileNotFoundError:
        raise SigningError(
            f"There is no key {path}; `arsip signing-key --create {path}` makes one"
        ) from None
    except OSError as error:
        raise SigningError(f"The key {path} cannot be read: {error.strerror}") from error
    if mode & _OTHERS:
        raise SigningError(f"Others may read the key {path}: `chmod 600 {path}` first")
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError:
        raise SigningError(f"The key {path} is encrypted: decrypt it into a file first") from None
    except ValueError:
        raise SigningError(f"{path} is no private key in PEM") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SigningError(f"The key {path} is not an ECDSA key, which the format requires")
    return key


def public_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """The public key, to be published."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """The public key as in `publicKey` of a package: base64 of its DER."""
    return base64.b64encode(_der(key)).decode()


def fingerprint(key: ec.EllipticCurvePrivateKey) -> str:
    """SHA-256 of the public key's DER, in hexadecimal digits."""
    return hashlib.sha256(_der(key)).hexdigest()


def _der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

"""Signs packages: `signedData` of WACZ Signing and Verification 0.1.0.

https://specs.webrecorder.net/wacz-auth/0.1.0/ leaves encodings open; they are those of the programs
that verify: ReplayWeb.page for anonymous signatures (r and s, one after the other), authsign for
those of a domain (DER). Both sign the text of the digest, `sha256:…`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from archive import __version__
from archive.preservation.signing_key import CURVE, SigningError, public_text
from archive.preservation.time_stamp import time_stamp

Sign = Callable[[str, str], Mapping[str, str]]
"""Makes `signedData` of a digest (`sha256:…`) and `created`, as they stand in the package. Raises
SigningError."""
_VERSION = "0.1.0"
_LATEST = timedelta(minutes=10)
"""Between `created` and the time stamp at most, by the specification."""


def anonymous(key: ec.EllipticCurvePrivateKey) -> Sign:
    """Signs with a key whose owner has to be known otherwise. Raises SigningError."""
    if not isinstance(key.curve, CURVE):
        raise SigningError(
            f"The key is of the curve {key.curve.name}; without a certificate it must be of P-384, "
            "as `arsip signing-key --create` makes it"
        )
    size = (key.curve.key_size + 7) // 8

    def sign(digest: str, created: str) -> Mapping[str, str]:
        r, s = decode_dss_signature(_signature(key, digest))
        signature = r.to_bytes(size, "big") + s.to_bytes(size, "big")
        return {
            **_head(digest, created),
            "signature": _base64(signature),
            "publicKey": public_text(key),
        }

    return sign


def by_domain(key: ec.EllipticCurvePrivateKey, certificates: Path, service: str) -> Sign:
    """Signs with the key of a domain's TLS certificate, and has the signature stamped by a time
    stamp service (RFC 3161). `certificates`: a PEM file, the domain's first, its root last; it is
    read at once. Raises SigningError."""
    chain = _chain(certificates, key)
    domain = _domain(chain[0])
    if domain is None:
        raise SigningError(f"The certificate in {certificates} names no domain")

    def sign(digest: str, created: str) -> Mapping[str, str]:
        signature = _base64(_signature(key, digest))
        stamp = time_stamp(service, signature.encode())
        passed = stamp.at - datetime.fromisoformat(created)
        if not timedelta(0) <= passed <= _LATEST:
            raise SigningError(
                f"The time stamp is of {stamp.at:%Y-%m-%dT%H:%M:%SZ}, the package of {created}: "
                "set this machine's clock"
            )
        return {
            **_head(digest, created),
            "signature": signature,
            "domain": domain,
            "domainCert": _pem(chain),
            "timeSignature": _base64(stamp.response),
            "timestampCert": _pem(stamp.chain),
        }

    return sign


def _head(digest: str, created: str) -> Mapping[str, str]:
    software = f"arsip-pilkada/{__version__}"
    return {"hash": digest, "created": created, "software": software, "version": _VERSION}


def _signature(key: ec.EllipticCurvePrivateKey, digest: str) -> bytes:
    return key.sign(digest.encode(), ec.ECDSA(hashes.SHA256()))


def _chain(path: Path, key: ec.EllipticCurvePrivateKey) -> list[x509.Certificate]:
    try:
        chain = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise SigningError(f"The certificate {path} cannot be read: {error.strerror}") from error
    except ValueError:
        raise SigningError(f"{path} has no certificate in PEM") from None
    if chain[0].public_key() != key.public_key():
        raise SigningError(f"The first certificate in {path} is not of this key")
    for issued, issuer in pairwise(chain):
        try:
            issued.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            raise SigningError(
                f"The certificates in {path} are no chain: the domain's first, then each issuer"
            ) from None
    if not chain[0].not_valid_before_utc <= datetime.now(UTC) <= chain[0].not_valid_after_utc:
        raise SigningError(f"The certificate in {path} is not valid now")
    return chain


def _domain(certificate: x509.Certificate) -> str | None:
    """The name that authsign compares: the common name, else the first alternative."""
    for attribute in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME):
        return str(attribute.value)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None
    return next(iter(names.get_values_for_type(x509.DNSName)), None)


def _pem(chain: list[x509.Certificate]) -> str:
    """With an empty line between certificates, at which ReplayWeb.page splits them."""
    return "\n".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in chain)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()

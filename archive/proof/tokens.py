"""Time stamps of RFC 3161: the statement that is stamped, the request, and the check of an answer.

Needs rfc3161-client, cryptography and asn1crypto (requirements-extra.txt)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from rfc3161_client.base import HashAlgorithm

_UNREADABLE = (
    *(ValueError, TypeError, KeyError, AttributeError, NotImplementedError),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
    UnsupportedAlgorithm,
)
"""What the libraries raise for bytes that are no stamp."""
Roots = Sequence[x509.Certificate]
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class BadToken(Exception):
    """An answer is no stamp of this statement; `str()` says why, without a full stop."""


class BadRoots(Exception):
    """The certificates cannot be read; `str()` is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Token:
    """A stamp that was checked."""

    at: datetime
    """UTC."""
    is_issuer_checked: bool
    """Whether its certificate leads to one of the roots; False if there are none."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request, and the number by which its answer is known."""

    body: bytes
    nonce: int | None


def statement(genesis: str, number: int, hashed: bytes) -> bytes:
    """What is stamped: which log, up to which event."""
    lines = ("Arsip Pilkada, log of events", genesis, f"event {number}", hashed.hex())
    return "".join(f"{line}\n" for line in lines).encode()


def request(stated: bytes) -> Request:
    """The request for a stamp of a statement, with its certificates."""
    built = TimestampRequestBuilder().data(stated).hash_algorithm(HashAlgorithm.SHA256).build()
    return Request(built.as_bytes(), built.nonce)


def check(answer: bytes, stated: bytes, roots: Roots = (), nonce: int | None = None) -> Token:
    """Checks an answer: that it was granted, is of this statement (and request), and signed by the
    certificate in it; with `roots` also who issued that. Raises BadToken."""
    try:
        decoded = decode_timestamp_response(answer)
        if decoded.as_bytes() != answer:
            raise BadToken("it has more than a stamp in it")
        if decoded.status not in (0, 1):
            raise BadToken("; ".join(["it was refused", *decoded.status_string]))
        info = decoded.tst_info
        if info.message_imprint.message != _imprint(answer, stated):
            raise BadToken("it is of something else")
        if nonce is not None and info.nonce != nonce:
            raise BadToken("it answers another request")
        _check_signature(answer)
        if roots:
            VerifierBuilder(roots=list(roots)).build().verify_message(decoded, stated)
        return Token(info.gen_time.astimezone(UTC), bool(roots))
    except BadToken:
        raise
    except VerificationError as error:
        raise BadToken(str(error).partition(": ErrorStack")[0]) from error
    except InvalidSignature as error:
        raise BadToken("it has changed: its signature does not fit") from error
    except _UNREADABLE as error:
        why = " ".join(str(error).split())[:120]
        raise BadToken(f"it is no time stamp ({why})") from error


def roots_in(path: Path) -> list[x509.Certificate]:
    """The certificates in a PEM file, or in all `.pem` and `.crt` files of a folder. Raises
    BadRoots."""
    try:
        files = [path]
        if path.is_dir():
            files = sorted(one for one in path.iterdir() if one.suffix in (".pem", ".crt"))
        found = [
            one for file in files for one in x509.load_pem_x509_certificates(file.read_bytes())
        ]
    except OSError as error:
        raise BadRoots(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise BadRoots(f"{path} has no certificates in PEM form: {error}.") from error
    if not found:
        raise BadRoots(f"{path} has no certificates in PEM form.")
    return found


def certificates(answer: bytes) -> bytes:
    """The certificates in an answer, as PEM."""
    found = map(x509.load_der_x509_certificate, sorted(_certificates(_signed(answer))))
    return b"".join(one.public_bytes(Encoding.PEM) for one in found)


def _signed(answer: bytes) -> cms.SignedData:
    return tsp.TimeStampResp.load(answer, strict=True)["time_stamp_token"]["content"]


def _certificates(signed: cms.SignedData) -> list[bytes]:
    return [one.chosen.dump() for one in signed["certificates"] or ()]


def _imprint(answer: bytes, stated: bytes) -> bytes:
    content = _signed(answer)["encap_content_info"]["content"].parsed
    used = content["message_imprint"]["hash_algorithm"]["algorithm"].native
    return _hashed(used, stated)


def _hashed(name: str, data: bytes) -> bytes:
    if name in ("sha1", "sha256"):
        return hashlib.new(name, data).digest()
    done = hashes.Hash(_HASHES[name])
    done.update(data)
    return done.finalize()


def _check_signature(answer: bytes) -> None:
    """The signature over the stamp, by the certificate in it (RFC 5652, 5.4)."""
    signed = _signed(answer)
    [signer] = signed["signer_infos"]
    used = signer["digest_algorithm"]["algorithm"].native
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    content = bytes(signed["encap_content_info"]["content"])
    if attributes["message_digest"][0].native != _hashed(used, content):
        raise BadToken("it has changed: its digest does not fit")
    signed_bytes = signer["signed_attrs"].untag().dump(force=True)
    signature = signer["signature"].native
    named = _named(attributes)
    for data in _certificates(signed):
        if any(_hashed(name, data) == hashed for name, hashed in named):
            key = x509.load_der_x509_certificate(data).public_key()
            _verify(key, signer["signature_algorithm"], used, signature, signed_bytes)
            return
    raise BadToken("the certificate that signed it is not in it, or has changed")


def _named(attributes: dict[str, Any]) -> list[tuple[str, bytes]]:
    """Digests of the certificate that has signed (RFC 5816, 2.2.1), with their algorithms."""
    named = []
    for name in ("signing_certificate", "signing_certificate_v2"):
        if name in attributes:
            one = attributes[name][0]["certs"][0]
            used = one["hash_algorithm"]["algorithm"].native if name.endswith("v2") else "sha1"
            named.append((used, one["cert_hash"].native))
    return named


def _verify(
    key: object, algorithm: algos.SignedDigestAlgorithm, used: str, signature: bytes, data: bytes
) -> None:
    hashing = _HASHES[used]
    if isinstance(key, rsa.RSAPublicKey):
        if algorithm.signature_algo == "rsassa_pss":
            pss = padding.PSS(padding.MGF1(hashing), padding.PSS.AUTO)
            key.verify(signature, data, pss, hashing)
        else:
            key.verify(signature, data, padding.PKCS1v15(), hashing)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(hashing))
    else:
        raise BadToken("its key is of a kind that is not known")

"""Has a signature stamped by a time stamp service (RFC 3161)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography import x509

from archive.preservation.signing_key import SigningError
from archive.proof.services import ServiceError, ask

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A time stamp and who gave it."""

    at: datetime
    response: bytes
    """The service's answer, DER."""
    chain: list[x509.Certificate]
    """The signer's certificate first, its root last."""


def time_stamp(service: str, data: bytes) -> TimeStamp:
    """The stamp of a service for SHA-256 of `data`, with its certificates. Raises SigningError."""
    try:
        import rfc3161_client as rfc3161
    except ImportError:
        raise SigningError(
            "A time stamp needs rfc3161-client: pip install -r requirements-extra.txt"
        ) from None
    request = rfc3161.TimestampRequestBuilder(data, rfc3161.HashAlgorithm.SHA256).build()
    try:
        answer = ask(service, request.as_bytes())
    except ServiceError as error:
        raise SigningError(f"The time stamp service {service} gave no stamp: {error}") from error
    try:
        response = rfc3161.decode_timestamp_response(answer)
        chain = _chain(response)
        verifier = rfc3161.VerifierBuilder.from_request(request).add_root_certificate(chain[-1])
        for certificate in chain[1:-1]:
            verifier = verifier.add_intermediate_certificate(certificate)
        verifier.build().verify_message(response, data)
        return TimeStamp(response.tst_info.gen_time, response.as_bytes(), chain)
    except (rfc3161.VerificationError, ValueError, IndexError) as error:
        raise SigningError(f"The time stamp of {service} cannot be used: {error}") from error


def _chain(response: TimeStampResponse) -> list[x509.Certificate]:
    """The certificates of an answer, which come in no order."""
    found = [x509.load_der_x509_certificate(der) for der in response.signed_data.certificates]
    (signer,) = response.signed_data.signer_infos
    chain = [
        certificate
        for certificate in found
        if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number)
    ]
    while chain and chain[-1].issuer != chain[-1].subject:
        issuer = next(
            (certificate for certificate in found if certificate.subject == chain[-1].issuer), None
        )
        if issuer is None or issuer in chain:
            break
        chain.append(issuer)
    return chain

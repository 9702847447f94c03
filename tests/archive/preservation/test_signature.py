"""Signed packages, verified by programs of others: OpenSSL, py-wacz, authsign."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from archive.ingest.frontier import Fetch
from archive.ingest.store import Store
from archive.preservation.signing_key import SigningError, create_key
from archive.preservation.wacz_signature import by_domain
from tests.archive.captures.samples import exchange, writer
from tests.archive.certificates import Issued, Service, issue, stamping
from tests.archive.conftest import Run
from tests.archive.samples import MORNING, release

URL = "https://pemkot-contoh.example/berita/1"
EVIDENCE = Path(__file__).parents[3] / "docs" / "evidence.md"
Package = Callable[..., Any]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "netralitas.wacz"


@pytest.fixture
def package(run: Run, store: Store, tmp_path: Path, out: Path) -> Package:
    """`package` of one release."""
    captures = tmp_path / "captures"
    with writer(captures) as written:
        capture = written.write(exchange(1, url=URL)).result()
    fetch = Fetch(
        source="pemkot-contoh", url=URL, at=MORNING, outcome="release", status=200, capture=capture
    )
    store.store(release(1), None, fetch)
    return lambda *options: run("package", "-o", str(out), "--captures", str(captures), *options)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    create_key(path)
    return path


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with stamping(tmp_path / "service") as service:
        yield service


@pytest.fixture
def domain() -> Issued:
    return issue("arsip.example", issue("Root of Domains"))


def content(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as container:
        return container.read(name)


def digest(path: Path) -> Any:
    return json.loads(content(path, "datapackage-digest.json"))


def replaced(path: Path, name: str, data: bytes) -> None:
    """Writes the package again with other bytes of one file."""
    with zipfile.ZipFile(path) as container:
        files = {info.filename: container.read(info) for info in container.infolist()}
    with zipfile.ZipFile(path, "w") as container:
        for filename, before in files.items():
            container.writestr(filename, data if filename == name else before)


def openssl_verifies(signed: Any, folder: Path) -> bool:
    """Verifies an anonymous signature as ReplayWeb.page does, by OpenSSL."""
    public, der, text = folder / "public.der", folder / "signature.der", folder / "text"
    public.write_bytes(base64.b64decode(signed["publicKey"]))
    raw = base64.b64decode(signed["signature"])
    r, s = (int.from_bytes(half, "big") for half in (raw[:48], raw[48:]))
    der.write_bytes(encode_dss_signature(r, s))
    text.write_text(signed["hash"])
    verify = ["-sha256", "-keyform", "DER", "-verify", public, "-signature", der, text]
    done = subprocess.run(["openssl", "dgst", *verify], capture_output=True)
    return done.returncode == 0


@pytest.fixture
def recipe(
    package: Package, key: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], None]:
    """Verifies a signed package as docs/evidence.md shows it."""
    package("--sign", str(key))
    (tmp_path / "public-key.pem").write_text(run("signing-key", str(key)).stdout)
    (code,) = re.findall(r"```python\n(.*?)```", EVIDENCE.read_text("utf-8"), re.S)
    monkeypatch.chdir(tmp_path)
    return lambda: exec(code, {})


def wacz(*arguments: str) -> int:
    """The exit code of py-wacz, whose import takes half a second of each worker of the tests."""
    from wacz.main import main

    return int(main(list(arguments)))


def test_without_a_key_a_package_is_not_signed(package: Package, out: Path) -> None:
    done = package()
    assert done.exit_code == 0
    assert "Not signed." in done.output
    assert sorted(digest(out)) == ["hash", "path"]


def test_an_anonymous_signature_is_verified_by_others(
    package: Package, key: Path, out: Path, run: Run, tmp_path: Path
) -> None:
    done = package("--sign", str(key))
    assert done.exit_code == 0, done.output
    assert wacz("validate", "-f", str(out)) == 0
    signed = digest(out)["signedData"]
    assert sorted(signed) == ["created", "hash", "publicKey", "signature", "software", "version"]
    described = content(out, "datapackage.json")
    assert signed["hash"] == f"sha256:{hashlib.sha256(described).hexdigest()}"
    assert signed["created"] == json.loads(described)["created"]
    assert len(base64.b64decode(signed["signature"])) == 96
    assert openssl_verifies(signed, tmp_path)
    printed = run("signing-key", str(key)).stdout
    assert "".join(printed.splitlines()[1:-1]) == signed["publicKey"]
    fingerprint = hashlib.sha256(base64.b64decode(signed["publicKey"])).hexdigest()
    assert fingerprint in done.output


@pytest.mark.parametrize("name", ["archive/data.warc.gz", "indexes/index.cdx", "pages/pages.jsonl"])
def test_one_changed_byte_of_the_package_is_noticed(
    recipe: Callable[[], None], out: Path, name: str
) -> None:
    recipe()
    data = bytearray(content(out, name))
    data[-2] ^= 1
    replaced(out, name, bytes(data))
    assert wacz("validate", "-f", str(out)) == 1
    with pytest.raises(AssertionError):
        recipe()


def test_a_changed_list_of_files_is_noticed(
    recipe: Callable[[], None], out: Path, tmp_path: Path
) -> None:
    described = content(out, "datapackage.json").replace(b"Press releases", b"Press Releases")
    replaced(out, "datapackage.json", described)
    assert wacz("validate", "-f", str(out)) == 1
    forged = digest(out)  # and so it is when the digests are made to fit
    forged["hash"] = f"sha256:{hashlib.sha256(described).hexdigest()}"
    forged["signedData"]["hash"] = forged["hash"]
    replaced(out, "datapackage-digest.json", json.dumps(forged).encode())
    assert wacz("validate", "-f", str(out)) == 0
    assert not openssl_verifies(forged["signedData"], tmp_path)
    with pytest.raises(InvalidSignature):
        recipe()


@pytest.mark.parametrize("place", [0, 47, 48, 95])
def test_one_changed_byte_of_the_signature_is_noticed(
    package: Package, key: Path, out: Path, tmp_path: Path, place: int
) -> None:
    package("--sign", str(key))
    signed = digest(out)["signedData"]
    signature = bytearray(base64.b64decode(signed["signature"]))
    signature[place] ^= 1
    signed["signature"] = base64.b64encode(signature).decode()
    assert not openssl_verifies(signed, tmp_path)


@pytest.fixture
def roots(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: Service, domain: Issued
) -> None:
    """authsign trusts the authorities of the tests."""
    from authsign import verifier

    trusted = {
        "domain_cert_roots": [domain.chain[-1].fingerprint(SHA256()).hex()],
        "timestamp_cert_roots": [service.issued.chain[-1].fingerprint(SHA256()).hex()],
    }
    path = tmp_path / "roots.yaml"
    path.write_text(json.dumps(trusted))
    monkeypatch.setattr(verifier, "DEFAULT_TRUSTED_ROOTS", str(path))


@pytest.mark.usefixtures("roots")
def test_a_signature_of_a_domain_is_verified_by_others(
    package: Package, out: Path, tmp_path: Path, service: Service, domain: Issued
) -> None:
    key, chain = domain.write(tmp_path / "domain")
    done = package("--sign", str(key), "--certificate", str(chain), "--time-stamp", service.url)
    assert done.exit_code == 0, done.output
    assert wacz("validate", "-f", str(out), "--verify-auth") == 0
    signed = digest(out)
    assert signed["signedData"]["domain"] == "arsip.example"
    for changed in ("signature", "timeSignature"):
        data = bytearray(base64.b64decode(signed["signedData"][changed]))
        data[-1] ^= 1
        forged = signed["signedData"] | {changed: base64.b64encode(data).decode()}
        text = json.dumps(signed | {"signedData": forged})
        replaced(out, "datapackage-digest.json", text.encode())
        assert wacz("validate", "-f", str(out), "--verify-auth") == 1


@pytest.mark.parametrize("answer", [b"", b"<html>", None])
def test_without_a_time_stamp_no_package_is_written(
    package: Package, out: Path, tmp_path: Path, service: Service, domain: Issued, answer: bytes
) -> None:
    key, chain = domain.write(tmp_path / "domain")
    service.answer = answer
    url = "http://127.0.0.1:9/" if answer is None else service.url
    done = package("--sign", str(key), "--certificate", str(chain), "--time-stamp", url)
    assert done.exit_code == 1
    assert "The time stamp" in done.output
    assert f"{out} was not written" in done.output.replace("\n", " ")
    assert not out.exists()


def test_a_time_stamp_of_something_else_is_refused(
    package: Package, out: Path, tmp_path: Path, service: Service, domain: Issued
) -> None:
    key, chain = domain.write(tmp_path / "domain")
    options = ("--sign", str(key), "--certificate", str(chain), "--time-stamp", service.url)
    package(*options)
    service.answer = base64.b64decode(digest(out)["signedData"]["timeSignature"])
    out.unlink()
    done = package(*options)
    assert (done.exit_code, out.exists()) == (1, False)
    assert "cannot be used" in done.output


def test_a_time_stamp_much_later_than_the_package_is_refused(
    tmp_path: Path, service: Service, domain: Issued
) -> None:
    _, chain = domain.write(tmp_path / "domain")
    sign = by_domain(domain.key, chain, service.url)
    with pytest.raises(SigningError, match="set this machine's clock"):
        sign("sha256:00", "2024-11-27T00:00:00Z")


def test_certificates_are_checked_before_anything_is_packed(
    package: Package, key: Path, out: Path, tmp_path: Path, domain: Issued
) -> None:
    own, chain = domain.write(tmp_path / "domain")
    stamp = ("--time-stamp", "http://127.0.0.1:9/")
    of_another = package("--sign", str(key), "--certificate", str(chain), *stamp)
    assert "is not of this key" in of_another.output
    certificates = x509.load_pem_x509_certificates(chain.read_bytes())
    stranger = issue("Another Root").chain[0]
    mixed = b"".join(one.public_bytes(Encoding.PEM) for one in (certificates[0], stranger))
    chain.write_bytes(mixed)
    no_chain = package("--sign", str(own), "--certificate", str(chain), *stamp)
    assert "are no chain" in no_chain.output
    chain.write_text("rubbish")
    rubbish = package("--sign", str(own), "--certificate", str(chain), *stamp)
    assert "has no certificate" in rubbish.output
    alone = package("--sign", str(own), "--certificate", str(chain))
    assert "need each other" in alone.output
    keyless = package("--certificate", str(chain), *stamp)
    assert "needs its key" in keyless.output
    other_curve = package("--sign", str(own))
    assert "must be of P-384" in other_curve.output
    results = (of_another, no_chain, rubbish, alone, keyless, other_curve)
    assert [result.exit_code for result in results] == [2] * 6
    assert not out.exists()


def test_a_key_is_made_when_asked_for_and_never_replaced(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    absent = run("signing-key", str(path))
    assert (absent.exit_code, path.exists()) == (2, False)
    assert "--create" in absent.output
    made = run("signing-key", "--create", str(path))
    assert made.exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    assert b"PRIVATE KEY" in before
    assert "PRIVATE" not in made.output
    assert run("signing-key", "--create", str(path)).exit_code == 2
    assert path.read_bytes() == before
    assert run("signing-key", str(path)).stdout == made.stdout


def test_a_key_that_cannot_sign_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    key = create_key(path)
    path.chmod(0o640)
    assert "Others may read the key" in run("signing-key", str(path)).output
    path.chmod(0o600)
    wrong = {
        "is encrypted": key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
        ),
        "is not an ECDSA key": rsa.generate_private_key(65537, 2048).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
        "is no private key": b"",
    }
    for sentence, pem in wrong.items():
        path.write_bytes(pem)
        refused = run("signing-key", str(path))
        assert refused.exit_code == 2
        assert sentence in refused.output


def test_the_key_may_come_from_the_environment(
    package: Package, key: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "SIGNING_KEY", str(key))
    assert "Signed;" in package().output
    assert "signedData" in digest(out)

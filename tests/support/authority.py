"""A certificate authority of a test's own: servers and clients that it signs, and how one connects with them."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PEM = serialization.Encoding.PEM
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Paper:
    cert: Path
    key: Path


class Authority:
    """Signs certificates for `localhost` and 127.0.0.1, and for clients."""

    def __init__(self, folder: Path, name: str = "Test CA") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        basic = x509.BasicConstraints(ca=True, path_length=None)
        signs = x509.KeyUsage(
            key_cert_sign=True,  # Python 3.13 trusts no authority that does not say so
            crl_sign=True,
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        own = _builder(self._name, self._name, self._key, 3650 * DAY).add_extension(basic, critical=True)
        own = own.add_extension(signs, critical=True)
        self.cert = folder / "ca.pem"
        self.cert.write_bytes(own.sign(self._key, hashes.SHA256()).public_bytes(PEM))

    def server(self, name: str = "server", lasts: timedelta = 90 * DAY) -> Paper:
        return self._paper(name, lasts, ExtendedKeyUsageOID.SERVER_AUTH)

    def client(self, name: str = "alertmanager", lasts: timedelta = 90 * DAY) -> Paper:
        return self._paper(name, lasts, ExtendedKeyUsageOID.CLIENT_AUTH)

    def trusting(self, client: Paper | None = None) -> ssl.SSLContext:
        """What a client of this authority connects with."""
        context = ssl.create_default_context(cafile=str(self.cert))
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 does by itself
        if client:
            context.load_cert_chain(client.cert, client.key)
        return context

    def _paper(self, name: str, lasts: timedelta, use: x509.ObjectIdentifier) -> Paper:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        places = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        made = (
            _builder(subject, self._name, key, lasts)
            .add_extension(x509.SubjectAlternativeName(places), critical=False)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        paper = Paper(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        paper.cert.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(PEM))
        plain = serialization.NoEncryption()
        paper.key.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain))
        return paper


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    begins = min(now, now + lasts) - DAY
    return (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )

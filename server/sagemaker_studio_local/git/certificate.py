"""The certificate of the Git host, with the authority that signs it, made once a state folder."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

from .. import private_file

_YEARS = 20


def authority_of(folder: Path) -> Path:
    """The file by which a client of the Git host trusts it."""
    return folder / "ca.pem"


def server_context(folder: Path, host: str) -> ssl.SSLContext:
    """The TLS settings of a server for ``host``; makes its certificate if there is none.

    Nobody else can read the key. The authority's own key is kept nowhere: it signs nothing more.
    """
    both = folder / "server.pem"
    if not (both.exists() and authority_of(folder).exists()):
        _make(folder, both, host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(both)
    context.set_alpn_protocols(["http/1.1"])
    return context


def bundle_of(folder: Path, others: Path) -> Path:
    """A file of certificates with the authority beside ``others``; made anew.

    For people who name a file in ``GIT_SSL_CAINFO``: git prefers it to any setting.
    """
    bundle, authority = folder / "ca-bundle.pem", authority_of(folder).read_bytes()
    content = others.read_bytes()
    private_file.write(
        bundle, content if authority in content else content.rstrip() + b"\n" + authority
    )
    return bundle


def _make(folder: Path, both: Path, host: str) -> None:
    # A moment to import, which only the first start needs.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now = datetime.datetime.now(datetime.timezone.utc)

    def builder(subject: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named("Local Studio"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=365 * _YEARS))
        )

    def usage(signs_certificates: bool) -> x509.KeyUsage:
        return x509.KeyUsage(
            digital_signature=not signs_certificates,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=signs_certificates,
            crl_sign=signs_certificates,
            encipher_only=False,
            decipher_only=False,
        )

    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = (
        builder("Local Studio", ca_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), False)
        .sign(ca_key, hashes.SHA256())
    )
    certificate = (
        builder(host, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), False
        )
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    private_file.write(authority_of(folder), authority.public_bytes(pem))
    private_file.write(both, certificate.public_bytes(pem) + private)

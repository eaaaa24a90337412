"""Throwaway certificates that are their own authority."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path


def made(folder: Path, name: str, *alternatives: str) -> Path:
    """A certificate with its key for a host; beside it, with the suffix .crt, what others are to trust."""
    path = folder / "own.pem"
    names = ",".join((f"DNS:{name}", *alternatives))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName={names}", "-keyout", path, "-out", path.with_suffix(".crt")],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


def server(certificate: Path) -> ssl.SSLContext:
    """What a server speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context

"""A TLS front before a broker that has none: an authority made for this run, and a relay that counts."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ssl
import threading
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingest.cli.bench_terminal.publishes import Connection, Published

NAME = "broker.example"
_CHUNK = 16384
_START_S = 10.0


def make_authority(folder: Path) -> tuple[Path, Path]:
    """(PEM of a broker's certificate and key, DER of the authority that signed it), valid for two days."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench authority")])
    now = datetime.datetime.now(datetime.UTC)

    def certificate(name: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(name).issuer_name(root_name).public_key(public)
        made = made.serial_number(x509.random_serial_number())
        day = datetime.timedelta(days=1)
        return made.not_valid_before(now - day).not_valid_after(now + day)

    is_root = x509.BasicConstraints(ca=True, path_length=0)
    root = certificate(root_name, root_key.public_key()).add_extension(is_root, critical=True)
    signed_root = root.sign(root_key, hashes.SHA256())
    names = x509.SubjectAlternativeName([x509.DNSName(NAME)])
    own = certificate(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)]), key.public_key())
    signed = own.add_extension(names, critical=False).sign(root_key, hashes.SHA256())
    pem, der = folder / "broker.pem", folder / "authority.der"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    der.write_bytes(signed_root.public_bytes(serialization.Encoding.DER))
    return pem, der


class TlsRelay:
    """Takes TLS connections on 127.0.0.1:port, opens one to target=(host, port) for each, counts both ways.

    files: of make_authority. published: what came in MQTT packets; wire_up: bytes from the terminal, TLS
    and all.
    """

    def __init__(self, target: tuple[str, int], files: tuple[Path, Path]) -> None:
        pem, self.authority = files
        self.published = Published()
        self.wire_up = 0
        self.port = 0
        self._target = target
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._run(),), daemon=True
        )

    def __enter__(self) -> TlsRelay:
        self._thread.start()
        if not self._up.wait(_START_S):
            raise OSError("The TLS relay did not start.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(_START_S)

    async def _run(self) -> None:
        self._end = asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        await self._end.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.close()
            return
        coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self._context.wrap_bio(coming, going, server_side=True)
        back = asyncio.create_task(self._back(tls, going, writer, far_reader))
        counted = Connection(self.published)
        # A terminal whose power is cut ends its connection in every way there is.
        with contextlib.suppress(OSError, ssl.SSLError, asyncio.CancelledError):
            while data := await reader.read(_CHUNK):
                self.wire_up += len(data)
                coming.write(data)
                plain = _read(tls)
                if going.pending:
                    writer.write(going.read())
                counted.feed(plain)
                far_writer.write(plain)
        back.cancel()
        writer.close()
        far_writer.close()

    async def _back(
        self,
        tls: ssl.SSLObject,
        going: ssl.MemoryBIO,
        writer: asyncio.StreamWriter,
        far: asyncio.StreamReader,
    ) -> None:
        with contextlib.suppress(OSError, ssl.SSLError):
            while data := await far.read(_CHUNK):
                tls.write(data)
                writer.write(going.read())
        writer.close()


def _read(tls: ssl.SSLObject) -> bytes:
    """What can be read now; nothing while the handshake goes on."""
    found = b""
    with contextlib.suppress(ssl.SSLWantReadError):
        while data := tls.read(_CHUNK):
            found += data
    return found

"""Make every password, key and certificate of the stack, because none may live in git.

`python -m ops.secrets [--directory DIR] [TEAM ...]`
"""

import argparse
import fcntl
import hashlib
import ipaddress
import json
import os
import re
import secrets as random
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ops import paths
from ops.failure import Failure, stop

CONTAINER_UID = 10001
RENEW_BEFORE = timedelta(days=30)
LEAF_LIFETIME = timedelta(days=365)
CA_LIFETIME = timedelta(days=3650)

PLATFORM_SERVICES = (
    "nginx", "postgres", "redis", "prometheus", "alertmanager",
    "postgres-exporter", "redis-exporter", "nginx-exporter", "grafana",
)  # fmt: skip
# Those that show their certificate to a server as well.
CLIENTS = {"nginx-exporter"}
# `payments` is a team's stand-in for a service of somebody else; it is a site of its own at the edge.
TEAM_ROLES = ("api", "worker", "beat", "frontend", "payments")
# 20: prometheus.yml finds the teams by patterns of up to that length.
TEAM_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
# A team's name is also its database role, its Redis user and its folder here.
RESERVED = {"tls", "postgres", "exporter", "default", "health", "template0", "template1"}

# What kombu, streams, Lua and pub/sub need. Key patterns do not bind SCAN, RANDOMKEY, DBSIZE and
# PUBSUB, which would show other teams' names; SCRIPT FLUSH and FUNCTION reach across teams.
# https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
TEAM_COMMANDS = (
    "+@all -@admin -@dangerous -scan -randomkey -dbsize -pubsub -function -fcall -fcall_ro"
    " -script|flush -script|kill -swapdb -select -move -copy -acl +acl|whoami"
)
EXPORTER_COMMANDS = "-@all +ping +info +slowlog|len +latency|latest +client|setname"


class BadTeamName(Failure):
    """A team's name that cannot be a host name, a database role and a Redis user at once."""

    def __init__(self, team: str) -> None:
        reserved = ", ".join(sorted(RESERVED))
        super().__init__(
            f"Team name {team!r}: use 1 to 20 lowercase letters, digits and hyphens, starting with a letter, "
            f"and none of {reserved}.",
            f"팀 이름 {team!r}: 영문 소문자로 시작하는 소문자·숫자·하이픈 1~20자여야 하며, "
            f"{reserved}은(는) 쓸 수 없습니다.",
        )


def ensure(directory: Path, teams: list[str]) -> list[str]:
    """Make what is missing or about to expire in `directory`; return the names of the files written.

    Files that are still good are never touched, and teams of earlier calls keep theirs.
    """
    for team in teams:
        if not TEAM_NAME.fullmatch(team) or team in RESERVED:
            raise BadTeamName(team)
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _Store(directory).ensure(teams)


class _Store:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.written: list[str] = []

    def ensure(self, teams: Iterable[str]) -> list[str]:
        known = {file.parent.name for file in self.directory.glob("*/jwt_key")}
        teams = sorted(known | set(teams))
        self._passwords(teams)
        self._certificates(teams)
        return self.written

    def _passwords(self, teams: list[str]) -> None:
        for name in ("postgres_password", "postgres_exporter_password", "grafana_admin_password"):
            self._random(name)
        exporter = self._random("redis_exporter_password")
        # redis_exporter reads its password only as a map from address (with user) to password.
        self._derived("redis_exporter_passwords.json", json.dumps({"rediss://exporter@redis:6379": exporter}) + "\n")

        roles, users = [], []
        for team in teams:
            roles.append(f"{team} {self._random(f'{team}/postgres_password')}\n")
            password = self._random(f"{team}/redis_password")
            users.append(f"{_redis_user(team, password)} ~{team}:* resetchannels &{team}:* {TEAM_COMMANDS}\n")
            self._random(f"{team}/jwt_key")
            self._random(f"{team}/payment_key")
        self._derived("postgres_roles", "".join(roles))
        # Redis replays its own file as `default`, so that one may do everything; nobody can sign in as it: it is off.
        # `health` may only PING.
        self._derived(
            "redis_users.acl",
            "user default off resetpass allkeys allchannels +@all\n"
            "user health on nopass resetkeys resetchannels -@all +ping\n"
            f"{_redis_user('exporter', exporter)} resetchannels {EXPORTER_COMMANDS}\n{''.join(users)}",
        )

    def _certificates(self, teams: list[str]) -> None:
        ca, key = self._authority()
        names = {service: [service] for service in PLATFORM_SERVICES}
        # Each by name: OpenSSL and browsers take no wildcard directly below a top-level name.
        names["nginx"] += [f"{team}{site}.localhost" for team in teams for site in ("", "-payments")]
        for team in teams:
            for role in TEAM_ROLES:
                # The alias by which the edge finds the only team there is, or a site that is not the team's first.
                alias = {"api": ["api"], "frontend": ["frontend"], "payments": [f"{team}-payments-api"]}.get(role, [])
                names[f"{team}-{role}"] = [f"{team}-{role}", *alias]
        for service, (first, *others) in names.items():
            self._leaf(service, [first, "localhost", f"tasks.{first}", *others], ca, key)

    def _random(self, name: str) -> str:
        path = self.directory / name
        if not path.exists() or not path.read_text().strip():
            self._write(name, random.token_hex(32))
        return path.read_text().strip()

    def _derived(self, name: str, text: str) -> None:
        path = self.directory / name
        if not path.exists() or path.read_text() != text:
            self._write(name, text)

    def _authority(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        found = self._load("ca")
        if found and not _expires_soon(found[0]):
            return found
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Course private CA")])
        certificate = (
            _builder(name, name, key.public_key(), CA_LIFETIME)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        self._write_pair("ca", certificate, key)
        return certificate, key

    def _leaf(self, service: str, names: list[str], ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey) -> None:
        wanted = x509.SubjectAlternativeName(
            [*(x509.DNSName(name) for name in names), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        )
        uses = [ExtendedKeyUsageOID.SERVER_AUTH]
        if service in CLIENTS:
            uses.append(ExtendedKeyUsageOID.CLIENT_AUTH)
        purpose = x509.ExtendedKeyUsage(uses)
        found = self._load(f"tls/{service}")
        if (
            found
            and not _expires_soon(found[0])
            and _issued_by(found[0], ca)
            and _extension(found[0], x509.SubjectAlternativeName) == wanted
            and _extension(found[0], x509.ExtendedKeyUsage) == purpose
        ):
            return
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, service)])
        # Python 3.13 verifies strictly: without the key identifiers it refuses the chain.
        certificate = (
            _builder(subject, ca.subject, key.public_key(), LEAF_LIFETIME)
            .add_extension(wanted, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(purpose, critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
            .sign(ca_key, hashes.SHA256())
        )
        self._write_pair(f"tls/{service}", certificate, key)

    def _load(self, stem: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
        """The pair, or None where a half is missing, damaged or of another pair."""
        try:
            certificate = x509.load_pem_x509_certificate((self.directory / f"{stem}.crt").read_bytes())
            key = serialization.load_pem_private_key((self.directory / f"{stem}.key").read_bytes(), None)
        except (FileNotFoundError, ValueError):
            return None
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key():
            return certificate, key
        return None

    def _write_pair(self, stem: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._write(f"{stem}.key", pem.decode(), private=stem == "ca")
        self._write(f"{stem}.crt", certificate.public_bytes(serialization.Encoding.PEM).decode())

    def _write(self, name: str, text: str, private: bool = False) -> None:
        path = self.directory / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        temporary = path.with_name(f".{path.name}.new")
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        if private:
            temporary.chmod(0o400)
        elif os.geteuid() == 0:
            os.chown(temporary, CONTAINER_UID, CONTAINER_UID)
            temporary.chmod(0o400)
        else:
            # Compose ignores uid and mode of file secrets; the folder's 0700 keeps other users out.
            temporary.chmod(0o444)
        temporary.replace(path)
        self.written.append(name)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lifetime: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # A minute back: containers of another host may have a slower clock.
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + lifetime)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
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


def _expires_soon(certificate: x509.Certificate) -> bool:
    return certificate.not_valid_after_utc - datetime.now(UTC) < RENEW_BEFORE


def _issued_by(certificate: x509.Certificate, ca: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.ExtensionType:
    return certificate.extensions.get_extension_for_class(kind).value


def _redis_user(name: str, password: str) -> str:
    return f"user {name} on #{hashlib.sha256(password.encode()).hexdigest()} resetkeys"


def main(arguments: list[str] | None = None) -> int:
    """Make what is missing and say what was made."""
    parser = argparse.ArgumentParser(prog="python -m ops.secrets", description=__doc__)
    default = Path(os.environ.get("SECRETS_DIR") or paths.SECRETS)
    parser.add_argument("--directory", type=Path, default=default)
    parser.add_argument("teams", nargs="*", metavar="TEAM")
    options = parser.parse_args(arguments)
    try:
        written = ensure(options.directory, options.teams or paths.teams())
    except Failure as failure:
        stop(failure)
    for name in written:
        print(f"  {name}")
    if written:
        print(f"Made {len(written)} files in {options.directory}. Back this folder up; never commit it.")
        print(f"{options.directory}에 파일 {len(written)}개를 만들었습니다. 이 폴더는 백업하되 커밋하지 마세요.")
    else:
        print(f"Nothing to make: every secret in {options.directory} is still good.")
        print(f"만들 것이 없습니다. {options.directory}의 비밀이 모두 유효합니다.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

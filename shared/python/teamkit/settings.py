"""One frozen object of configuration, so that nothing else reads the environment or a secret file."""

import os
import sys
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import URL

EX_CONFIG = 78  # sysexits.h: "configuration error"
MIN_KEY_BYTES = 32  # RFC 7518, 3.2: an HS256 key is at least as long as its hash


class CannotStart(SystemExit):
    """Configuration is wrong: says why on stderr, in English and Korean, and ends the process with 78."""

    def __init__(self, english: str, korean: str) -> None:
        super().__init__(EX_CONFIG)
        self.message = f"{english}\n{korean}"
        print(self.message, file=sys.stderr, flush=True)

    def __str__(self) -> str:
        return self.message


class Settings(BaseSettings):
    """What a service must know before it starts. A team subclasses it and gives `team` a default.

    Plain values come from the environment (POSTGRES_HOST, SERVICE, ...). Every `SecretStr` field
    comes from the file of the same name in the secrets directory, and from nowhere else: what is
    in the environment is also in `docker inspect`, in crash reports and in every child process.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    team: str
    service: str
    log_level: str = "INFO"
    postgres_host: str = "postgres"
    postgres_port: int = 5432
    redis_host: str = "redis"
    redis_port: int = 6379
    tls_ca: str = "/run/secrets/ca.crt"
    tls_cert: str = "/run/secrets/tls.crt"
    tls_key: str = "/run/secrets/tls.key"
    postgres_password: SecretStr
    redis_password: SecretStr
    jwt_key: SecretStr

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment; no .env file, and secrets only through `load`."""
        return init_settings, env_settings

    @classmethod
    def load(cls, secrets_dir: str | Path | None = None) -> Self:
        """Read everything once, or stop the process with a sentence that says what is missing.

        `secrets_dir` defaults to $SECRETS_DIR, then to /run/secrets.
        """
        folder = Path(secrets_dir or os.environ.get("SECRETS_DIR", "/run/secrets"))
        secrets = {name: _read(folder / name) for name in cls._secret_names()}
        if any(len(key.encode()) < MIN_KEY_BYTES for key in secrets["jwt_key"].split()):
            raise CannotStart(
                f"The secret file {folder / 'jwt_key'} is shorter than {MIN_KEY_BYTES} bytes; delete it and run "
                "`./nox -s secrets`.",
                f"비밀 파일 {folder / 'jwt_key'}이(가) {MIN_KEY_BYTES}바이트보다 짧습니다. 지우고 `./nox -s secrets`를 "
                "실행하세요.",
            )
        values: dict[str, Any] = dict(secrets)
        try:
            return cls(**values)
        except ValidationError as error:
            names = ", ".join(str(item["loc"][0]).upper() for item in error.errors())
            reasons = "; ".join(item["msg"] for item in error.errors())
            raise CannotStart(
                f"The environment variable {names} is missing or wrong ({reasons}).",
                f"환경 변수 {names}이(가) 없거나 잘못되었습니다 ({reasons}).",
            ) from None

    @classmethod
    def _secret_names(cls) -> list[str]:
        names = [name for name, field in cls.model_fields.items() if field.annotation is SecretStr]
        for variable in os.environ:
            if variable.lower() in names:
                raise CannotStart(
                    f"The environment variable {variable} carries a secret; remove it, secrets are read from files "
                    "made by `./nox -s secrets`.",
                    f"환경 변수 {variable}에 비밀이 들어 있습니다. 지우세요. 비밀은 `./nox -s secrets`가 만든 파일에서만 "
                    "읽습니다.",
                )
        return names

    @property
    def prefix(self) -> str:
        """What every Redis key and channel of this team begins with; the ACL allows nothing else."""
        return f"{self.team}:"

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the team's own database, verified TLS, password included: never log it."""
        url = URL.create(
            "postgresql+psycopg",
            self.team,
            self.postgres_password.get_secret_value(),
            self.postgres_host,
            self.postgres_port,
            self.team,
            {"sslmode": "verify-full", "sslrootcert": self.tls_ca},
        )
        return url.render_as_string(hide_password=False)

    @property
    def broker_url(self) -> str:
        """Redis URL with verified TLS, as Celery wants it, password included: never log it."""
        query = urlencode({"ssl_cert_reqs": "required", "ssl_ca_certs": self.tls_ca, "ssl_check_hostname": "true"})
        user = f"{self.team}:{self.redis_password.get_secret_value()}"
        return f"rediss://{user}@{self.redis_host}:{self.redis_port}/0?{query}"


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        english, korean = "is missing", "없습니다"
    except (OSError, UnicodeDecodeError) as error:
        english, korean = f"cannot be read ({error})", f"읽을 수 없습니다 ({error})"
    else:
        if text:
            return text
        english, korean = "is empty", "비어 있습니다"
    raise CannotStart(
        f"The secret file {path} {english}; run `./nox -s secrets`.",
        f"비밀 파일 {path}: {korean}. `./nox -s secrets`를 실행하세요.",
    )

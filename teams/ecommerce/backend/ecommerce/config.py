"""Everything that may differ between two installations, read once."""

from functools import cache

from pydantic import SecretStr

import teamkit.settings


class Settings(teamkit.settings.Settings):
    """Environment variables of the same names, in capitals, override the defaults."""

    team: str = "ecommerce"
    service: str = "ecommerce-api"

    # CACHE_ENABLED=false makes every read reach the database: the benchmark measures both.
    cache_enabled: bool = True
    cache_seconds: int = 60

    json_max_bytes: int = 1_000_000
    picture_max_bytes: int = 8_000_000

    logins_per_account_per_minute: int = 20
    logins_per_address_per_minute: int = 300
    signups_per_address_per_minute: int = 300
    writes_per_user_per_minute: int = 600
    browser_reports_per_address_per_minute: int = 600

    # A stream holds one connection to Redis.
    streams_per_process: int = 400

    # How long a pending order keeps what it has reserved.
    reservation_seconds: int = 900
    # A payment that nobody has told us about is asked after.
    payment_silence_seconds: int = 20

    provider_url: str = "https://ecommerce-payments:8000"
    # Where customers' browsers find the provider's page, at the edge: https://ecommerce-payments.localhost:8443.
    provider_public_url: str = "https://ecommerce-payments.localhost:8443"
    webhook_url: str = "https://ecommerce-api:8000/api/payments/webhook"
    # Signs what passes between the shop and the provider.
    payment_key: SecretStr


@cache
def settings() -> Settings:
    return Settings.load()

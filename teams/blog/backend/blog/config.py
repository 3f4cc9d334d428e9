"""Everything that may differ between two installations, read once."""

from functools import cache

import teamkit.settings


class Settings(teamkit.settings.Settings):
    """Environment variables of the same names, in capitals, override the defaults."""

    team: str = "blog"
    service: str = "blog-api"

    # CACHE_ENABLED=false makes every read reach the database: the benchmark measures both.
    cache_enabled: bool = True
    cache_seconds: int = 60

    json_max_bytes: int = 1_000_000
    cover_max_bytes: int = 8_000_000

    logins_per_account_per_minute: int = 20
    logins_per_address_per_minute: int = 300
    signups_per_address_per_minute: int = 300
    writes_per_user_per_minute: int = 600
    browser_reports_per_address_per_minute: int = 600

    # A stream holds one connection to Redis.
    streams_per_process: int = 400


@cache
def settings() -> Settings:
    return Settings.load()

"""What the stand-in must know before it starts."""

from functools import cache

from pydantic import SecretStr

import teamkit.settings


class Settings(teamkit.settings.Settings):
    """Its Redis is the team's, since this is one machine; a real provider has its own everything."""

    team: str = "ecommerce"
    service: str = "ecommerce-payments"
    payment_key: SecretStr
    # Where the page leads back to.
    shop_public_url: str = "https://localhost:8443"


@cache
def settings() -> Settings:
    return Settings.load()

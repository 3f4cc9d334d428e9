"""The one way in which passwords are kept, for the API and for Django's admin."""

from django.contrib.auth.hashers import BasePasswordHasher

from teamkit import passwords


class Argon2id(BasePasswordHasher):
    """teamkit's parameters, and its limit on how many are computed at once."""

    algorithm = "argon2id"

    def encode(self, password: str, salt: str) -> str:
        """The salt is the library's own."""
        return self.algorithm + passwords.hash(password)

    def decode(self, encoded: str) -> dict:
        return {"algorithm": self.algorithm, "hash": encoded.removeprefix(self.algorithm), "salt": ""}

    def verify(self, password: str, encoded: str) -> bool:
        return passwords.verify(self.decode(encoded)["hash"], password)

    def safe_summary(self, encoded: str) -> dict:
        return {"algorithm": self.algorithm}

    def must_update(self, encoded: str) -> bool:
        return passwords.needs_rehash(self.decode(encoded)["hash"])

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: there are no rounds to catch up on."""

"""People and things in the graded application, made as team.yaml tells."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from grading.check import NotChecked
from grading.edge import Edge, File
from grading.stack import Stack
from grading.team import Call, Team
from grading.team.model import Resource
from grading.templates import fill
from grading.text import Text

_numbers = itertools.count(1)


def unique() -> str:
    """A word that no other run or call has used."""
    return f"{secrets.token_hex(3)}x{next(_numbers)}"


@dataclass
class Account:
    """Somebody who signed up; `variables` holds name, email, password, access, refresh."""

    variables: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


ANONYMOUS = Account({})


@dataclass(frozen=True)
class Made:
    """A thing that was made: its id, the values it was made with, and the variables of it and all above it."""

    id: Any
    values: dict[str, Any]
    variables: dict[str, Any]
    reply: Any


class World:
    def __init__(self, edge: Edge, team: Team, stack: Stack) -> None:
        self.edge, self.team, self.stack = edge, team, stack
        self._known: dict[str, Account] = {}

    # People

    def sign_up(self) -> Account:
        """A new account, signed in."""
        word = unique()
        variables = {
            "unique": word,
            "name": f"u{word}",
            "email": f"u{word}@example.com",
            "password": f"Pw-{word}-{word}",
        }
        return self._signed_in(variables, self.edge.call(self.team.auth.signup, variables))

    def log_in(self, account: Account) -> Account:
        """The same person with a new pair of tokens."""
        return self._signed_in(account.variables, self.edge.call(self.team.auth.login, account.variables))

    def _signed_in(self, variables: Mapping[str, Any], taken: Mapping[str, Any]) -> Account:
        known = {**variables, **{name: taken[name] for name in ("access", "refresh") if name in taken}}
        return Account(known, self.authorization(known.get("access", "")))

    def authorization(self, access: str) -> dict[str, str]:
        """The header that carries an access token."""
        name, _, value = self.team.auth.header.partition(":")
        return {name.strip(): str(fill(value.strip(), {"access": access}))}

    def account(self, who: str) -> Account:
        """`owner`, `other`, `staff` or `anonymous`; each signs up at first use."""
        if who == "anonymous":
            return ANONYMOUS
        if who not in self._known:
            account = self.sign_up()
            if who == "staff":
                self._promote(account)
                account = self.log_in(account)
            self._known[who] = account
        return self._known[who]

    def _promote(self, account: Account) -> None:
        command = fill(self.team.auth.promote, account.variables)
        if not command:
            raise NotChecked(Text("team.yaml has no `auth.promote`.", "team.yaml에 `auth.promote`가 없습니다."))
        result = self.stack.execute(self.team.services.api, *command)
        assert result.code == 0, Text(f"auth.promote failed: {result.output}", f"auth.promote 실패: {result.output}")

    @property
    def owner(self) -> Account:
        return self.account("owner")

    @property
    def other(self) -> Account:
        return self.account("other")

    # Things

    def make(self, name: str, by: Account | None = None, **values: Any) -> Made:
        """Make a resource, and first what it needs. `values` override those of team.yaml."""
        resource = self.team.resources[name]
        by = by or self.account(resource.by)
        above = self.make(resource.needs, by).variables if resource.needs else {}
        variables = self.variables(resource, by, above, **values)
        taken = self.edge.call(resource.create, variables, by.headers)
        assert "id" in taken, f"team.yaml: resources.{name}.create takes no `id`"
        variables |= {name: taken["id"], "id": taken["id"]} | {key: one for key, one in taken.items() if key != "reply"}
        for call in resource.then:
            self.edge.call(call, variables, by.headers)
        return Made(taken["id"], {key: variables[key] for key in resource.values}, variables, taken["reply"])

    def variables(self, resource: Resource, by: Account, above: Mapping[str, Any], **values: Any) -> dict[str, Any]:
        """All that the resource's templates may use."""
        base = {**by.variables, **above, "unique": unique()}
        return {**base, **fill(resource.values, base), **values}

    def needed(self, name: str | None, by: Account | None = None) -> dict[str, Any]:
        """Variables of a new resource of this name; of none, only a unique word."""
        return self.make(name, by).variables if name else {"unique": unique()}

    def call(self, call: Call, variables: Mapping[str, Any], by: Account = ANONYMOUS, file: File | None = None) -> Any:
        """Send a request of team.yaml that must be answered as expected; returns the reply's content."""
        return self.edge.call(call, {**by.variables, **variables}, by.headers, file)["reply"]

    def request(
        self, call: Call, variables: Mapping[str, Any], by: Account = ANONYMOUS, file: File | None = None
    ) -> httpx.Response:
        """The same, whatever the status."""
        return self.edge.request(call, {**by.variables, **variables}, by.headers, file)

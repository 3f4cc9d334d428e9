"""The vocabulary of team.yaml. Every key that the file may have is a field here; teams/blog/team.yaml is an example.

In requests, `{name}` is filled in before sending: values of the resource (`{title}`), ids of things made before
(`{article}`), the account's own (`{email}`, `{password}`, `{name}`, `{access}`, `{refresh}`) and `{unique}`, which
differs each time. Paths into replies are dotted: `user.token`, `articles.0.slug`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Call:
    """One request: `request: POST /api/things`, the body as `json` or as `form` and `file`, and what is expected."""

    request: str
    json: Any = None
    form: dict[str, str] = field(default_factory=dict)
    # Name of the multipart field that carries the file.
    file: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    expect: list[int] = field(default_factory=lambda: [200, 201, 202, 204])
    # What to remember of the reply: name -> path.
    take: dict[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.request.split(" ", 1)[0]

    @property
    def path(self) -> str:
        return self.request.split(" ", 1)[1]


@dataclass(frozen=True)
class Services:
    """Which Compose service plays which part. The platform's have their names already."""

    api: str
    worker: str | None = None
    scheduler: str | None = None
    migration: str | None = None
    frontend: str | None = None
    edge: str = "nginx"
    database: str = "postgres"
    cache: str = "redis"
    prometheus: str = "prometheus"
    alertmanager: str = "alertmanager"
    grafana: str = "grafana"


@dataclass(frozen=True)
class Auth:
    """Sign-up and login take `access` and `refresh` from their replies; `me` takes `email`."""

    signup: Call
    login: Call
    refresh: Call
    logout: Call
    me: Call
    header: str = "Authorization: Bearer {access}"
    # The same sign-up again.
    duplicate: list[int] = field(default_factory=lambda: [409])
    # Wrong password, bad token.
    refused: list[int] = field(default_factory=lambda: [401])
    # Makes `{email}` a member of staff, run inside the API's container; only where a matrix row needs `staff`.
    promote: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Listing:
    """A list in pages: `{limit}` and `{offset}`, or `{limit}` and `{cursor}` with `next` telling the cursor."""

    request: str
    items: str
    id: str
    total: str | None = None
    next: str | None = None


@dataclass(frozen=True)
class Resource:
    """A thing that users make. Its id is known as `{<name of the resource>}` and, in its own calls, as `{id}`."""

    create: Call
    read: Call | None = None
    update: Call | None = None
    delete: Call | None = None
    pages: Listing | None = None
    # Values to make one with; `{unique}` makes each different.
    values: dict[str, str] = field(default_factory=dict)
    # Where the reply to `read` shows each value.
    shows: dict[str, str] = field(default_factory=dict)
    # The value that `update` changes.
    changes: str | None = None
    invalid: list[Call] = field(default_factory=list)
    conflict: Call | None = None
    # An id that no such thing has.
    missing: str = "no-such-thing-0"
    # The resource that has to be there first.
    needs: str | None = None
    # Calls that the owner makes after `create`, before others can see it.
    then: list[Call] = field(default_factory=list)
    # Who makes it: owner or staff.
    by: Literal["owner", "staff"] = "owner"


@dataclass(frozen=True)
class Row:
    """One write route and what each kind of visitor is answered."""

    request: str
    owner: list[int]
    other: list[int]
    anonymous: list[int]
    staff: list[int] | None = None
    json: Any = None
    form: dict[str, str] = field(default_factory=dict)
    file: str | None = None
    needs: str | None = None


@dataclass(frozen=True)
class Ownership:
    matrix: list[Row]
    # Write routes that anybody may call, as `METHOD /path`.
    public: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Realtime:
    """A stream, and the act by one user that others see in it."""

    kind: Literal["sse", "websocket"]
    path: str
    act: Call
    # Where in the event's data the `{marker}` of the act is seen.
    marker: str
    needs: str | None = None
    # SSE event name, or the value of `type` in a WebSocket message.
    event: str | None = None
    listener: Literal["anonymous", "other"] = "anonymous"
    # Who acts: owner or staff.
    by: Literal["owner", "staff"] = "owner"
    # A WebSocket cannot send headers from a browser: first message, JSON, with `{access}` and ids filled in.
    hello: Any = None
    # Where a WebSocket message carries the id to resume after, and the query parameter that takes it.
    id: str = "id"
    resume: str = "lastEventId"
    # Answers with every `{marker}` so far, where acts add up; the exercises count in it what was lost or done twice.
    listed: Call | None = None


@dataclass(frozen=True)
class Upload:
    """An image goes in, the worker makes smaller ones, `poll` tells when they are there."""

    request: Call
    poll: Call
    state: str
    images: str
    ready: str = "ready"
    failed: str = "failed"
    url: str = "url"
    width: str = "width"
    reason: str | None = None
    least: int = 2
    needs: str | None = None
    # Who uploads: owner or staff.
    by: Literal["owner", "staff"] = "owner"
    refused: list[int] = field(default_factory=lambda: [400, 413, 415, 422])


@dataclass(frozen=True)
class Search:
    """`{query}` is looked for; a hit's `id` is that of the resource. `title` and `body` name values of the resource."""

    request: str
    items: str
    id: str
    finds: str
    title: str = "title"
    body: str = "body"


@dataclass(frozen=True)
class Cache:
    """The list that Redis speeds up.

    `distinct` is the same with `{n}` in it (an offset, say), so that each number is a miss at first. `uncached` is a
    list that no cache serves to somebody signed in.
    """

    request: str
    distinct: str
    uncached: str
    items: str
    id: str
    # The resource whose writes must be seen in the list at once.
    of: str


@dataclass(frozen=True)
class Business:
    """A figure of the team's own and the act that moves it."""

    metric: str
    act: Literal["create", "realtime", "upload"]
    of: str | None = None


@dataclass(frozen=True)
class Monitoring:
    business: list[Business]
    # Folders in which Grafana's dashboards (*.json) and Prometheus' rules (*.rules.yml, *.test.yml) are.
    dashboards: list[str] = field(default_factory=lambda: ["monitoring"])
    rules: list[str] = field(default_factory=lambda: ["monitoring"])


@dataclass(frozen=True)
class Data:
    """What must survive a restart: tables to count."""

    tables: list[str]


@dataclass(frozen=True)
class Page:
    """A page of the frontend. `shows` is visible when it has rendered: a selector as Playwright takes it, true in any language."""

    path: str
    shows: str
    # The resource that has to be there first; path and selector may use its values.
    needs: str | None = None
    signed_in: bool = False


@dataclass(frozen=True)
class Frontend:
    """What a browser opens. The first page is the home page."""

    pages: dict[str, Page]
    # The browser's local storage when the owner is signed in, with `{access}` and `{refresh}` filled in.
    storage: dict[str, str] = field(default_factory=dict)
    # Pages that the report shows pictures of.
    pictures: list[str] = field(default_factory=list)
    # Pages that `./nox -s lighthouse` measures.
    measured: list[str] = field(default_factory=list)
    # Where the policy makes browsers report what it forbade; the API counts it in browser_csp_violations_total.
    reports: str | None = None


@dataclass(frozen=True)
class Team:
    team: str
    services: Services
    auth: Auth
    resources: dict[str, Resource]
    # The resource that F2 examines.
    main: str
    ownership: Ownership
    realtime: Realtime
    upload: Upload
    search: Search
    cache: Cache
    monitoring: Monitoring
    data: Data
    frontend: Frontend | None = None
    # Where the design document is.
    design: str = "DESIGN.md"

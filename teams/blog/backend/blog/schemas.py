"""What may come in, checked before a rule sees it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from apiflask.fields import UploadFile
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError


def text(most: int, least: int = 1, pattern: str = r"\S", refusal: str = "can't be blank") -> Any:
    """The type of a text that is not blank, not too long, and that PostgreSQL can keep."""

    def check(value: str) -> str:
        if not value.strip():
            raise PydanticCustomError("blank", "can't be blank")
        _no_nul(value)
        if len(value) < least:
            raise PydanticCustomError("short", f"is too short (minimum is {least} characters)")
        if len(value) > most:
            raise PydanticCustomError("long", f"is too long (maximum is {most} characters)")
        if not re.search(pattern, value):
            raise PydanticCustomError("pattern", refusal)
        return value

    schema = {"type": "string", "minLength": least, "maxLength": most, "pattern": pattern}
    return Annotated[str, AfterValidator(check), WithJsonSchema(schema)]


def _no_nul(value: str) -> str:
    if "\0" in value:
        raise PydanticCustomError("nul", "must not contain a NUL character")
    return value


def _not_centuries_away(value: datetime) -> datetime:
    if value > datetime.now(UTC) + timedelta(days=3660):
        raise PydanticCustomError("far", "is more than ten years away")
    return value


Username = text(50, pattern=r"^[^\s/\x00-\x1f]+( [^\s/\x00-\x1f]+)*$", refusal="must not contain a slash")
Email = text(254, least=3, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$", refusal="is invalid")
Password = text(200, least=8)
Bio = Annotated[text(2000) | None, BeforeValidator(lambda value: value or None)]
ImageAddress = Annotated[text(2000) | None, BeforeValidator(lambda value: value or None)]
Title = text(200)
Description = text(1000)
# Longer ones meet PostgreSQL's limit of 1 MB for a search vector.
ArticleBody = text(50_000)
CommentBody = text(5_000)
Tags = Annotated[list[text(50)], Field(max_length=20)]
Status = Literal["draft", "published"]
Filter = Annotated[str, AfterValidator(_no_nul), Field(max_length=100)]
Alt = Annotated[str, AfterValidator(_no_nul), Field(max_length=300)]
PublishAt = Annotated[AwareDatetime, AfterValidator(_not_centuries_away)] | None


def _may_be_left_out() -> Any:
    """Left out is not null: `changes` tells them apart, and the document shows no default."""
    return Field(default_factory=str)


class _In(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    def changes(self) -> dict:
        """Only what the client sent."""
        return self.model_dump(include=self.model_fields_set)


class LoginUser(_In):
    email: text(254)
    password: text(200)


class LoginRequest(_In):
    user: LoginUser


class NewUser(_In):
    username: Username
    email: Email
    password: Password


class NewUserRequest(_In):
    user: NewUser


class UpdateUser(_In):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    username: Username = _may_be_left_out()
    email: Email = _may_be_left_out()
    password: Password = _may_be_left_out()
    bio: Bio = None
    image: ImageAddress = None


class UpdateUserRequest(_In):
    user: UpdateUser


class NewArticle(_In):
    title: Title
    description: Description
    body: ArticleBody
    tags: Tags = Field(default=[], alias="tagList")
    status: Status = "published"
    publish_at: PublishAt = Field(default=None, alias="publishAt")


class NewArticleRequest(_In):
    article: NewArticle


class UpdateArticle(_In):
    title: Title = _may_be_left_out()
    description: Description = _may_be_left_out()
    body: ArticleBody = _may_be_left_out()
    tags: Tags = Field(default_factory=list, alias="tagList")
    status: Status = _may_be_left_out()
    publish_at: PublishAt = Field(default=None, alias="publishAt")
    based_on: AwareDatetime | None = Field(
        default=None,
        alias="basedOn",
        description="The updatedAt that the editor began with: 409 if the text has changed since.",
    )

    def changes(self) -> dict:
        return self.model_dump(include=self.model_fields_set - {"based_on"})


class UpdateArticleRequest(_In):
    article: UpdateArticle


class NewComment(_In):
    body: CommentBody


class NewCommentRequest(_In):
    comment: NewComment


class RefreshRequest(_In):
    refresh_token: text(4096) = Field(alias="refreshToken")


class Page(_In):
    """Which part of a list. At most 100 items come at once, however many are asked for."""

    limit: Annotated[int, Field(ge=1), AfterValidator(lambda value: min(value, 100))] = 20
    offset: Annotated[int, Field(ge=0), AfterValidator(lambda value: min(value, 2**31))] = 0


class ArticlesQuery(Page):
    tag: Filter = ""
    author: Filter = ""
    favorited: Filter = ""

    def filters(self) -> dict[str, str]:
        """Those that are set: `?tag=` is what a form sends that asks for no tag."""
        given = {"tag": self.tag, "author": self.author, "favorited": self.favorited}
        return {name: value for name, value in given.items() if value}


class OwnArticlesQuery(Page):
    status: Status | None = None


class SearchQuery(Page):
    q: text(200)


class CoverForm(_In):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: UploadFile
    alt: Alt = ""


class CoverText(_In):
    alt: Alt


class CoverTextRequest(_In):
    cover: CoverText


class StreamQuery(_In):
    last_event_id: str | None = Field(default=None, alias="lastEventId", max_length=40)

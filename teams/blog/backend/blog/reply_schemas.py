"""What goes out, as the OpenAPI document describes it. `shapes` makes it, by hand."""

from typing import Annotated, Literal

from pydantic import BaseModel, WithJsonSchema

from blog.schemas import Status

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


class User(BaseModel):
    email: str
    token: str
    username: str
    bio: str | None
    image: str | None


class UserReply(BaseModel):
    user: User


class SignedInUser(User):
    refreshToken: str  # noqa: N815


class SignedInReply(BaseModel):
    user: SignedInUser


class Profile(BaseModel):
    username: str
    bio: str | None
    image: str | None
    following: bool


class ProfileReply(BaseModel):
    profile: Profile


class CoverImage(BaseModel):
    url: str
    width: int
    height: int


class Cover(BaseModel):
    status: Literal["processing", "ready", "failed"]
    alt: str
    images: list[CoverImage]
    reason: str | None


class CoverReply(BaseModel):
    cover: Cover


class ArticleItem(BaseModel):
    slug: str
    title: str
    description: str
    tagList: list[str]  # noqa: N815
    createdAt: Moment  # noqa: N815
    updatedAt: Moment  # noqa: N815
    favorited: bool
    favoritesCount: int  # noqa: N815
    cover: Cover | None
    author: Profile


class ArticlesReply(BaseModel):
    articles: list[ArticleItem]
    articlesCount: int  # noqa: N815


class OwnArticleItem(ArticleItem):
    status: Status
    publishAt: Moment | None  # noqa: N815


class OwnArticlesReply(BaseModel):
    articles: list[OwnArticleItem]
    articlesCount: int  # noqa: N815


class Article(OwnArticleItem):
    body: str
    bodyHtml: str  # noqa: N815


class ArticleReply(BaseModel):
    article: Article


class Highlight(BaseModel):
    title: str
    body: str


class FoundArticle(ArticleItem):
    highlight: Highlight


class FoundReply(BaseModel):
    articles: list[FoundArticle]
    articlesCount: int  # noqa: N815


class Comment(BaseModel):
    id: int
    createdAt: Moment  # noqa: N815
    updatedAt: Moment  # noqa: N815
    body: str
    author: Profile


class CommentReply(BaseModel):
    comment: Comment


class CommentsReply(BaseModel):
    comments: list[Comment]


class TagsReply(BaseModel):
    tags: list[str]


class RevisionItem(BaseModel):
    number: int
    title: str
    createdAt: Moment  # noqa: N815


class RevisionsReply(BaseModel):
    revisions: list[RevisionItem]


class Revision(RevisionItem):
    description: str
    body: str


class RevisionReply(BaseModel):
    revision: Revision

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
    refreshToken: str


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
    tagList: list[str]
    createdAt: Moment
    updatedAt: Moment
    favorited: bool
    favoritesCount: int
    cover: Cover | None
    author: Profile


class ArticlesReply(BaseModel):
    articles: list[ArticleItem]
    articlesCount: int


class OwnArticleItem(ArticleItem):
    status: Status
    publishAt: Moment | None


class OwnArticlesReply(BaseModel):
    articles: list[OwnArticleItem]
    articlesCount: int


class Article(OwnArticleItem):
    body: str
    bodyHtml: str


class ArticleReply(BaseModel):
    article: Article


class Highlight(BaseModel):
    title: str
    body: str


class FoundArticle(ArticleItem):
    highlight: Highlight


class FoundReply(BaseModel):
    articles: list[FoundArticle]
    articlesCount: int


class Comment(BaseModel):
    id: int
    createdAt: Moment
    updatedAt: Moment
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
    createdAt: Moment


class RevisionsReply(BaseModel):
    revisions: list[RevisionItem]


class Revision(RevisionItem):
    description: str
    body: str


class RevisionReply(BaseModel):
    revision: Revision

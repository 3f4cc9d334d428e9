"""What a rule may refuse. `errors` is what a RealWorld client reads, `code` what other programs read."""

from typing import ClassVar

from teamkit.problems import Conflict, Forbidden, Invalid, NotFound, Refused, Unauthenticated, Unavailable


class _Fact(Refused):
    """A refusal that always says the same."""

    says: ClassVar[dict[str, list[str]]]

    def __init__(self):
        super().__init__()
        self.errors = self.says
        if isinstance(self, Unauthenticated):
            self.headers = {"WWW-Authenticate": "Token"}


class TokenMissing(_Fact, Unauthenticated):
    code, title = "token_missing", "Sign in first"
    says = {"token": ["is missing"]}


class TokenInvalid(_Fact, Unauthenticated):
    code, title = "token_invalid", "The token is not valid, or no longer"
    says = {"token": ["is invalid"]}


class WrongCredentials(_Fact, Unauthenticated):
    code, title = "wrong_credentials", "Email and password do not match"
    says = {"credentials": ["invalid"]}


class Taken(Conflict):
    """A username, an email or a title that somebody already has."""

    code, title = "taken", "Already taken"

    def __init__(self, field: str):
        super().__init__(errors={field: ["has already been taken"]})


class Unacceptable(Invalid):
    """A value that a rule refuses, field by field."""

    def __init__(self, **errors: str):
        super().__init__(errors={field: [message] for field, message in errors.items()})


class ArticleNotFound(_Fact, NotFound):
    code, title = "article_not_found", "No such article"
    says = {"article": ["not found"]}


class ProfileNotFound(_Fact, NotFound):
    code, title = "profile_not_found", "No such profile"
    says = {"profile": ["not found"]}


class CommentNotFound(_Fact, NotFound):
    code, title = "comment_not_found", "No such comment"
    says = {"comment": ["not found"]}


class RevisionNotFound(_Fact, NotFound):
    code, title = "revision_not_found", "No such revision"
    says = {"revision": ["not found"]}


class ImageNotFound(_Fact, NotFound):
    code, title = "image_not_found", "No such image"
    says = {"image": ["not found"]}


class CoverNotFound(_Fact, NotFound):
    code, title = "cover_not_found", "The article has no cover"
    says = {"cover": ["not found"]}


class NotYourArticle(_Fact, Forbidden):
    code, title = "not_your_article", "This article is somebody else's"
    says = {"article": ["forbidden"]}


class NotYourComment(_Fact, Forbidden):
    code, title = "not_your_comment", "This comment is somebody else's"
    says = {"comment": ["forbidden"]}


class ChangedMeanwhile(_Fact, Conflict):
    code, title = "changed_meanwhile", "Somebody has changed the article since you began to edit it"
    says = {"article": ["was changed meanwhile"]}


class TooManyStreams(Unavailable):
    code, title = "too_many_streams", "This replica holds as many streams as it may"

    def __init__(self):
        super().__init__(retry_after=5)

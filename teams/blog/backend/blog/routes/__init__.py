"""One blueprint a noun. RealWorld's own answer errors in its shape, the others with problem+json."""

from blog.routes import (
    articles,
    comments,
    covers,
    favorites,
    feeds,
    profiles,
    revisions,
    search,
    sessions,
    tags,
    users,
)

REALWORLD = (articles.bp, comments.bp, favorites.bp, profiles.bp, tags.bp, users.bp)
BEYOND = (articles.own, comments.live, covers.bp, feeds.bp, revisions.bp, search.bp, sessions.bp)

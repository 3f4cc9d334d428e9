"""The addresses of the frontend's pages, as its router.ts has them: what its reports may be about."""

PAGES = (
    "/",
    "/article/:slug",
    "/article/:slug/history",
    "/drafts",
    "/editor",
    "/editor/:slug",
    "/login",
    "/profile/:username",
    "/profile/:username/favorites",
    "/register",
    "/search",
    "/settings",
    "/tag/:tag",
)

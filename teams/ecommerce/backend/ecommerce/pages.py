"""The frontend's routes, as its router writes them: the labels under which browsers' reports are counted."""

PAGES = (
    "/",
    "/category/:slug",
    "/search",
    "/product/:slug",
    "/cart",
    "/checkout",
    "/orders",
    "/orders/:number",
    "/mailbox",
    "/account",
    "/login",
    "/register",
    "/staff/orders",
    "/staff/products",
    "/staff/products/:slug",
)

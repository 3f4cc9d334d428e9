"""The frontend's routes, as its router writes them: the labels under which browsers' reports are counted."""

PAGES = (
    "/",
    "/products/:slug",
    "/cart",
    "/checkout",
    "/login",
    "/register",
    "/orders",
    "/orders/:number",
    "/account",
    "/mailbox",
    "/staff/orders",
    "/staff/products",
)

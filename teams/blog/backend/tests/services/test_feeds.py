"""RSS and Atom that feed readers can parse."""

from xml.etree import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"


def test_rss_holds_the_newest_articles_in_full(owner, visitor):
    owner.publish("하나 & <둘>", "**bold** \u0001 text", ("t&g",))

    reply = visitor("GET", "/feed.rss")
    item = ElementTree.fromstring(reply.data).find("channel/item")

    assert reply.mimetype == "application/rss+xml"
    assert item.findtext("title") == "하나 & <둘>"
    assert "<strong>bold</strong>" in item.findtext("description")
    assert item.findtext("category") == "t&g"
    assert item.findtext("pubDate").endswith("GMT")


def test_atom_has_what_rfc_4287_demands(owner, visitor):
    owner.publish("Title")

    feed = ElementTree.fromstring(visitor("GET", "/feed.atom").data)
    entry = feed.find(f"{ATOM}entry")

    for name in ("id", "title", "updated"):
        assert feed.findtext(ATOM + name)
        assert entry.findtext(ATOM + name)
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "owner"
    assert entry.find(f"{ATOM}link").get("href") == "https://localhost/article/title"


def test_an_empty_blog_has_valid_feeds(visitor):
    assert ElementTree.fromstring(visitor("GET", "/feed.rss").data).findall("channel/item") == []
    assert ElementTree.fromstring(visitor("GET", "/feed.atom").data).findall(f"{ATOM}entry") == []

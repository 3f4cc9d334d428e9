"""Fills an empty blog for a demonstration: `python -m blog.seed`, with the accounts' password on stdin.

Running it again adds nothing twice; it only sets the password anew. Covers go the way of every upload.
"""

import random
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update

from blog import config, covers_drawn, errors, resources, shapes, tasks
from blog.models import articles as article_table
from blog.models import revisions as revision_table
from blog.models import users as user_table
from blog.resources import Blog
from blog.services import articles, comments, covers, favorites, freshness, profiles, users

POSTS = Path(__file__).parent / "posts"

ACCOUNTS = {
    "demo": "Tries everything once. 무엇이든 한 번은 해 봅니다.",
    "reader": "Reads, comments, writes little. 읽고 댓글을 답니다.",
    "editor": "글을 다듬습니다. Shorter is better.",
    "ops": "Keeps it running, and writes down how. 운영 기록을 남깁니다.",
    "platform": "Networks, certificates, limits. 네트워크와 보안.",
    "learner": "Two weeks into containers. 컨테이너 2주차.",
}
REMARKS = {
    "en": [
        "This saved me an afternoon. The command in the middle is worth the whole post.",
        "I tried it on our team's project: works, with one change for the port.",
        "What would you measure first if you had only ten minutes?",
        "The table makes it clear at last. Thank you.",
        "We did the opposite for a year, and paid for it in March.",
    ],
    "ko": [
        "덕분에 오후 시간을 벌었습니다. 감사합니다!",
        "저희 팀 프로젝트에 바로 적용해 봤는데 잘 됩니다.",
        "이 부분이 늘 헷갈렸는데 이제 이해했습니다.",
        "혹시 스웜에서도 같은 방식으로 하면 되나요?",
        "직접 재 보니 정말 숫자가 다르네요. 추천합니다.",
    ],
}
DRAFT = {
    "title": "Notes for the presentation · 발표 준비 메모",
    "description": "Eight points in twelve minutes. Not ready to be read.",
    "body": "1. overview\n2. Docker integration\n3. architecture\n\n*여기까지 썼습니다.*",
    "tags": ["draft"],
}


@dataclass(frozen=True)
class Post:
    title: str
    author: str
    tags: list[str]
    description: str
    body: str

    @property
    def language(self) -> str:
        return "ko" if any("가" <= char <= "힣" for char in self.title) else "en"


def posts() -> Iterator[Post]:
    """Head lines `name: value`, the first line without one begins the text."""
    for file in sorted(POSTS.glob("*.markdown")):
        head, body = {}, file.read_text(encoding="utf-8")
        while (line := body.partition("\n")[0]).partition(": ")[0] in (
            "title",
            "author",
            "tags",
            "description",
        ):
            name, _, head[name] = line.partition(": ")
            body = body.partition("\n")[2]
        tags = [tag.strip() for tag in head.pop("tags").split(",")]
        yield Post(**head, tags=tags, body=body.strip())


def fill(blog: Blog, password: str) -> tuple[int, int]:
    """How many articles were added, and how many there are."""
    ids = {name: _account(blog, name, bio, password) for name, bio in ACCOUNTS.items()}
    added = 0
    everything = list(posts())
    for number, post in enumerate(everything):
        age = timedelta(days=2 * (len(everything) - number), minutes=37 * number % 600)
        added += _article(blog, post, ids, datetime.now(UTC) - age)
    for name in ("demo", "editor", "ops"):
        profiles.follow(blog, username=name, follower=ids["reader"])
    profiles.follow(blog, username="reader", follower=ids["demo"])
    with suppress(errors.Taken):
        articles.create(blog, author=ids["demo"], status="draft", **DRAFT)
    return added, len(everything)


def _account(blog: Blog, name: str, bio: str, password: str) -> int:
    try:
        user = users.sign_up(blog, username=name, email=f"{name}@example.com", password=password)
    except errors.Taken:
        with blog.reading.connect() as connection:
            user = connection.execute(select(user_table.c.id).where(user_table.c.username == name)).one()
        users.change(blog, user_id=user.id, changes={"password": password})
    users.change(blog, user_id=user.id, changes={"bio": bio})
    return user.id


def _article(blog: Blog, post: Post, ids: dict[str, int], written: datetime) -> bool:
    author = ids[post.author]
    text = {"title": post.title, "description": post.description, "body": post.body, "tags": post.tags}
    try:
        slug = articles.create(blog, author=author, **text).slug
    except errors.Taken:
        return False
    chance = random.Random(post.title)
    upload, _ = covers.put(blog, slug=slug, author=author, data=covers_drawn.draw(post.title), alt=_alt(post))
    tasks.enqueue(tasks.process_cover, str(upload))
    others = [name for name in ids if name != post.author]
    for name in chance.sample(others, chance.randint(0, len(others))):
        favorites.add(blog, slug=slug, user=ids[name])
    for remark in chance.sample(REMARKS[post.language], chance.randint(0, 3)):
        comments.write(blog, slug=slug, author=ids[chance.choice(others)], body=remark)
    _backdate(blog, slug, written)
    return True


def _alt(post: Post) -> str:
    return "쌓아 올린 컨테이너 그림" if post.language == "ko" else "Drawing of stacked containers"


def _backdate(blog: Blog, slug: str, written: datetime) -> None:
    with blog.database.begin() as connection:
        this = update(article_table).where(article_table.c.slug == slug).returning(article_table.c.id)
        article = connection.scalars(this.values(created_at=written, updated_at=written)).one()
        its = revision_table.c.article_id == article
        connection.execute(update(revision_table).where(its).values(created_at=written))
    freshness.article_changed(blog, slug)


def main() -> int:
    password = sys.stdin.readline().strip()
    if len(password) < 8:
        print(
            "Give a password of at least 8 characters on stdin: echo PASSWORD | python -m blog.seed\n"
            "8자 이상의 비밀번호를 표준 입력으로 주세요: echo PASSWORD | python -m blog.seed",
            file=sys.stderr,
        )
        return 2
    blog = resources.make(config.settings())
    added, total = fill(blog, password)
    print(f"{added} of {total} articles added · 글 {total}개 중 {added}개를 추가했습니다", file=sys.stderr)
    # The last line is for the demo, which shows who may sign in.
    print(shapes.json({"accounts": [f"{name}@example.com" for name in ACCOUNTS]}).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())

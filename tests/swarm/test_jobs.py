"""What the blog has accepted it keeps, whichever node dies."""

from grading.edge import Edge, NoAnswer
from grading.pictures import photo
from grading.templates import look
from grading.world import Made, World
from ops.swarm import deploy
from ops.swarm.deploy import Deployed
from ops.swarm.inside import Inside
from ops.swarm.lab import eventually
from ops.swarm.watch import team_file
from tests.swarm.labs import dead, mortal

# More than two workers have done when the node dies: some are in its hands, some in the queue.
PICTURES, BEFORE = 14, 10


def accepted(world: World, story: Made, picture: bytes) -> bool:
    """Whether the upload was taken, asked again as a browser would when nobody answered."""

    def once() -> bool:
        try:
            reply = world.request(
                world.team.upload.request, story.variables, world.owner, ("cover.jpg", picture, "image/jpeg")
            )
        except NoAnswer:
            return False
        return reply.status_code == 202

    return bool(eventually(once, 60, every=1))


def state(world: World, story: Made) -> str:
    """What the blog says of the cover: ready when its sizes are there."""
    wanted = world.team.upload
    try:
        reply = world.request(wanted.poll, story.variables, world.owner)
    except NoAnswer:
        return "no answer"
    return str(look(reply.json(), wanted.state, default="")) if reply.status_code == 200 else str(reply.status_code)


def test_every_picture_that_was_accepted_is_made_small_though_its_worker_dies(blog: Deployed):
    team = team_file("blog")
    assert team.services.worker
    # Two workers, and each on a node of its own: one at least is not the database's.
    deploy.level(blog)
    dying = mortal(blog, team.services.worker)
    alive = next(node for node in blog.lab.nodes() if node.name != dying.name)
    edge = Edge(alive.port, blog.secrets / "ca.crt")
    world = World(edge, team, Inside(blog))
    stories = [world.make(team.main) for _ in range(PICTURES)]
    picture = photo(3000, 2000)

    for story in stories[:BEFORE]:
        assert accepted(world, story, picture)
    with dead(blog, dying):
        left = [state(world, one) for one in stories[:BEFORE]]
        for story in stories[BEFORE:]:
            assert accepted(world, story, picture)
        assert set(left) - {"ready"}, "all was done before the node died: the test shows nothing"
        found = eventually(lambda: all(state(world, one) == "ready" for one in stories), 200, every=2)
        assert found, [state(world, one) for one in stories]
    edge.http.close()

"""Things that go wrong on a Swarm, each to be predicted, done, watched and verified."""

from ops.swarm.exercises import (
    database_node,
    deploy,
    drain,
    kill_container,
    kill_node,
    lose_leader,
    lose_quorum,
    out_of_memory,
    partition,
    rollback,
    rotate_secret,
    scale,
    update,
)
from ops.swarm.exercises.exercise import Exercise

# In the order in which they teach.
EXERCISES: dict[str, Exercise] = {
    module.EXERCISE.name: module.EXERCISE
    for module in (
        deploy,
        scale,
        kill_container,
        out_of_memory,
        kill_node,
        update,
        rollback,
        rotate_secret,
        drain,
        partition,
        lose_leader,
        lose_quorum,
        database_node,
    )
}

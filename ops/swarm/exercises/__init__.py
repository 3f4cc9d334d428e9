"""Things that go wrong on a Swarm, each to be predicted, done, watched and verified."""

from ops.swarm.exercises import (
    deploy,
    drain,
    kill_container,
    kill_node,
    lose_leader,
    lose_quorum,
    rollback,
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
        kill_node,
        update,
        rollback,
        drain,
        lose_leader,
        lose_quorum,
    )
}

"""Stacks on a Docker Swarm: the files, a lab of several nodes on one machine, and exercises that check themselves."""

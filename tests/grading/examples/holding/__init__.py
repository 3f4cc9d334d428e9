"""A check that starts a container and then waits for its end."""

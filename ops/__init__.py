"""The programs behind the nox sessions: engine, images, secrets, stack, backup."""

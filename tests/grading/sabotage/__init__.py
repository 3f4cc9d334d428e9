"""Every check has to fail for something: a check that no sabotage makes fail does not exist.

`test_catalogue.py` holds the list together; the grade of the reference shows the other half, that every check can pass.

test_functions.py    a small application (`../tiny.py`) that does one thing wrong at a time
test_containers.py   a careless Compose project beside a careful one
test_images.py       images that are too large, hold tools, secrets or setuid files, or hide their packages
test_swarm.py        records and snapshots of a Swarm on which something went wrong
"""

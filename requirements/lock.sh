#!/bin/sh
# Locks every requirements file of the repository. Needs uv on the PATH (`.venv/bin` after the first `./nox`).
set -eu
cd "$(dirname "$0")/.."
compile() { uv pip compile --quiet --upgrade --generate-hashes --no-header --no-annotate --no-emit-index-url "$@"; }
for name in nox tools tests; do
    compile --universal --python-version 3.11 "requirements/$name.in" --output-file "requirements/$name.txt"
done
for file in platform/images/*-build/*.in; do
    compile --python-version 3.13 "$file" --output-file "${file%.in}.txt"
done
for folder in teams/*/backend; do
    # From inside: the team's pyproject.toml says which packages its image leaves out.
    (cd "$folder" && compile --python-version 3.13 --python-platform x86_64-manylinux_2_34 requirements.in --output-file requirements.txt)
done

#!/bin/sh
# Locks every requirements file of the repository. Needs uv on the PATH (`.venv/bin` after the first `./nox`).
set -eu
cd "$(dirname "$0")/.."
compile() { uv pip compile --quiet --upgrade --generate-hashes --no-header --no-annotate --no-emit-index-url "$@"; }
for name in nox tools tests; do
    compile --universal --python-version 3.11 "requirements/$name.in" --output-file "requirements/$name.txt"
done
for name in requirements wheels; do
    compile --no-deps --python-version 3.13 "platform/images/python-build/$name.in" --output-file "platform/images/python-build/$name.txt"
done
for file in teams/*/backend/requirements.in; do
    compile --python-version 3.13 --python-platform x86_64-manylinux_2_34 "$file" --output-file "${file%.in}.txt"
done

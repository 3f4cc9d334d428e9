#!/bin/sh
# Provides debian:trixie-slim, the one image that all of ours are made from: pulled where a registry answers,
# made from Debian packages where none does. usage: base-image.sh      exit 2: it could not, and says why
set -eu

IMAGE=debian:trixie-slim
PULL_SECONDS=60

say() { printf 'engine: %s\n' "$*"; }

sources() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $1" | head -n 1; }

# Only paths that a slim image leaves out as well; licences stay.
make_it() {
    command -v mmdebstrap >/dev/null || { echo "engine: $IMAGE cannot be pulled; install mmdebstrap (apt-get install mmdebstrap) and run this again" >&2; exit 2; }
    # apt sources come from the machine, never from us: the mirror that a Debian uses; elsewhere mmdebstrap knows Debian's own.
    # shellcheck disable=SC1091
    . /etc/os-release
    set --
    if [ "$ID" = debian ]; then
        main=$(sources "$VERSION_CODENAME")
        security=$(sources "$VERSION_CODENAME-security")
        [ -z "$main" ] || set -- "deb $main trixie main" "deb $main trixie-updates main"
        [ -z "$security" ] || set -- "$@" "deb $security trixie-security main"
    fi
    mmdebstrap --quiet --variant=apt --format=tar \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --keyring=/usr/share/keyrings/debian-archive-keyring.gpg --include=ca-certificates trixie - "$@" \
        | docker import --change 'CMD ["bash"]' --message "mmdebstrap trixie" - "$IMAGE" >/dev/null
}

if docker image inspect "$IMAGE" >/dev/null 2>&1; then exit 0; fi
say "pulling $IMAGE"
if timeout "$PULL_SECONDS" docker pull -q "$IMAGE" >/dev/null 2>&1; then
    say "$IMAGE: pulled from a registry"
    exit 0
fi
say "no registry answers; making $IMAGE from Debian packages with mmdebstrap (about 15 s)"
make_it
say "$IMAGE: made with mmdebstrap, $(docker image inspect --format '{{.Size}}' "$IMAGE" | awk '{printf "%.0f MB", $1/1e6}')"

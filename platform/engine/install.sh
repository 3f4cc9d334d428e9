#!/bin/sh
# Installs a Docker Engine from the distribution's own packages, starts it and waits until it answers.
# usage: install.sh [--no-install]      exit 0: `docker info` answers; exit 2: it cannot, and says what to type
set -eu

# Debian 12 carries Engine 20.10, without Compose 2 and buildx, so these four come from Debian 13;
# everything else, runc and libc above all, stays what the machine has.
FROM_TRIXIE="docker.io docker-cli docker-compose docker-buildx"
LOG=/var/log/dockerd.log
WAIT_SECONDS=60

say() { printf 'engine: %s\n' "$*"; }

give_up() {
    cat >&2 <<HELP

No Docker Engine answers, and this command cannot bring one up: $1

What to type:
  Debian, Ubuntu   sudo sh platform/engine/install.sh
  Fedora           sudo dnf install moby-engine docker-buildx docker-compose && sudo systemctl enable --now docker
  macOS, Windows   install Docker Desktop (https://docs.docker.com/desktop/) and start it
  already there?   sudo systemctl start docker; sudo usermod -aG docker \$USER, then log in again
  check            docker info

Docker Engine 답이 없고, 이 명령으로는 설치할 수 없습니다. 위의 명령 가운데 하나를 입력한 다음 다시 실행하세요.
HELP
    exit 2
}

answers() { docker info >/dev/null 2>&1; }

plugins_there() { docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1; }

install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC1091
    . /etc/os-release
    packages="iptables ca-certificates mmdebstrap debian-archive-keyring"
    case "$ID:${VERSION_ID:-}" in
        debian:12)
            # The mirror that this machine already uses, whatever it is.
            apt-get update -qq
            mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: ${VERSION_CODENAME}" | head -n 1)
            [ -n "$mirror" ] || give_up "apt knows no mirror for ${VERSION_CODENAME}"
            say "Debian 12: taking the engine (and nothing else) from Debian 13"
            printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$mirror" \
                > /etc/apt/sources.list.d/course-engine.list
            printf 'Package: *\nPin: release n=trixie\nPin-Priority: -1\n\nPackage: %s\nPin: release n=trixie\nPin-Priority: 990\n' \
                "$FROM_TRIXIE" > /etc/apt/preferences.d/course-engine
            packages="$packages $FROM_TRIXIE" ;;
        debian:*) packages="$packages docker.io docker-cli docker-compose docker-buildx" ;;
        ubuntu:*) packages="$packages docker.io docker-compose-v2 docker-buildx" ;;
        *) give_up "this is ${PRETTY_NAME:-an unknown system}; it knows Debian and Ubuntu" ;;
    esac
    # A package's own start script must not race with ours, nor fail the installation where there is no init.
    guard=/usr/sbin/policy-rc.d
    [ -e "$guard" ] || { printf '#!/bin/sh\nexit 101\n' > "$guard"; chmod +x "$guard"; trap 'rm -f /usr/sbin/policy-rc.d' EXIT; }
    say "installing from ${PRETTY_NAME}'s packages (about half a minute)"
    apt-get update -qq
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $packages >/tmp/course-engine-apt.log 2>&1 || {
        tail -n 20 /tmp/course-engine-apt.log >&2
        give_up "apt-get install failed (above)"
    }
}

start() {
    if [ -d /run/systemd/system ]; then
        systemctl enable --now docker
        return
    fi
    # No init system: the engine runs as a plain background process and is started again by this script.
    # A pid file left by a crash or a reboot would keep it from starting.
    for name in docker containerd/containerd; do
        file=/run/$name.pid
        if [ -s "$file" ] && ! kill -0 "$(cat "$file")" 2>/dev/null; then rm -f "$file"; fi
    done
    setsid sh -c 'exec dockerd' >>"$LOG" 2>&1 </dev/null &
}

wait_until_it_answers() {
    seconds=0
    until answers; do
        seconds=$((seconds + 1))
        if [ "$seconds" -gt "$WAIT_SECONDS" ]; then
            [ -e "$LOG" ] && tail -n 15 "$LOG" >&2
            give_up "dockerd was started but did not answer within $WAIT_SECONDS s"
        fi
        sleep 1
    done
}

if answers && plugins_there; then exit 0; fi
[ "${1:-}" != "--no-install" ] || give_up "--no-install forbids it"
[ "$(id -u)" = 0 ] || give_up "installing needs root"
[ -r /etc/os-release ] || give_up "this is $(uname -s); it knows Debian and Ubuntu"
if ! { command -v dockerd && plugins_there; } >/dev/null 2>&1; then install_packages; fi
if ! answers; then
    say "starting dockerd"
    start
    wait_until_it_answers
fi
plugins_there || give_up "Compose 2 or buildx is missing"
say "ready: $(docker info --format 'Docker {{.ServerVersion}}, {{.NCPU}} CPUs, storage {{.Driver}}, cgroup v{{.CgroupVersion}}')"

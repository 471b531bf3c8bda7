# Sourced. Chooses what runs the containers and keeps it apart from everything else on the machine.
#   podman: as root, with an image store of its own (stand-in images must not be mistaken for the real ones), spoken to by docker-compose.
#   docker: with the images that the Dockerfiles name, where a daemon answers.
engine=''
work=${ITORI_CONTAINERS:-/var/cache/itori-containers}
service='' checks=''

# choose_engine: sets `engine`, or says on stdout why there is none.
choose_engine() {
    if [[ $(id -u) == 0 ]] && has_podman && use_podman; then
        return
    fi
    if docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; then
        engine=docker
        return
    fi
    echo "no container engine: neither podman (as root, with runc, netavark, debootstrap and docker-compose) nor a Docker daemon"
    return 1
}

# netavark lives outside of PATH on Debian.
has_podman() {
    command -v podman >/dev/null && command -v runc >/dev/null && command -v docker-compose >/dev/null && command -v debootstrap >/dev/null \
        && [[ -x /usr/lib/podman/netavark || -x /usr/libexec/podman/netavark ]]
}

use_podman() {
    mkdir -p "$work" /run/itori-containers
    # runc, since crun fails where both versions of cgroups are mounted; limits below the hard ones of a sandbox.
    cat >"$work/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$(ulimit -Hn | sed 's/unlimited/65536/'):$(ulimit -Hn | sed 's/unlimited/65536/')", "nproc=8192:8192"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
CONF
    cat >"$work/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$work/storage"
runroot = "/run/itori-containers/storage"
CONF
    export CONTAINERS_CONF=$work/containers.conf CONTAINERS_STORAGE_CONF=$work/storage.conf
    podman info >/dev/null || return 1
    engine=podman
}

start_engine() {
    [[ $engine == podman ]] || return 0
    export DOCKER_HOST=unix:///run/itori-containers/podman.sock
    # Podman leaves health checks to systemd, which a sandbox lacks: they are run from here, like a daemon would.
    DISABLE_HC_SYSTEMD=true podman system service --time=0 "$DOCKER_HOST" >>"$1" 2>&1 9>&- &
    service=$!
    while sleep 2; do
        # A check that fails is what it is there for: it must not end the loop, nor read its list.
        for container in $(podman ps -q); do podman healthcheck run "$container" </dev/null || true; done
    done >/dev/null 2>&1 9>&- &
    checks=$!
}

stop_engine() {
    [[ $engine == podman ]] || return 0
    [[ -z $checks ]] || kill "$checks" 2>/dev/null || true
    # The store is ours alone, so whatever is left is ours too.
    podman rm --all --force --time=0 >/dev/null 2>&1 || true
    podman volume prune --force >/dev/null 2>&1 || true
    podman network prune --force >/dev/null 2>&1 || true
    [[ -z $service ]] || kill "$service" 2>/dev/null || true
}

compose() {
    if [[ $engine == podman ]]; then docker-compose "$@"; else docker compose "$@"; fi
}

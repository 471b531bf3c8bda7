#!/usr/bin/env bash
# Builds, in the image store that the caller's environment names, stand-ins for the public images that the Dockerfiles and the compose file use,
# from Debian's packages and this machine's .NET: no image registry is asked. What has not changed comes from the store's cache.
# Status 3, and the reason as the last line: this machine lacks what that takes (Debian's packages within reach, the rights to run a container); anything else is a fault here.
set -euo pipefail
cd "$(dirname "$0")"

lacking() {
    echo "$1"
    exit 3
}

if ! podman image exists debian:bookworm-slim; then
    root=$(mktemp -d "${TMPDIR:-/var/tmp}/itori-base.XXXXXX")
    trap 'rm -rf --one-file-system "$root"' EXIT
    debootstrap --variant=minbase --include=ca-certificates,tzdata,libstdc++6,libssl3,zlib1g bookworm "$root" >&2 || lacking "Debian's packages cannot be had or unpacked"
    # Containers are thrown away: packages need not be written through to the disk one by one.
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/containers"
    tar -C "$root" --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' --exclude='./var/cache/apt/archives/*.deb' -c . \
        | podman import -q - debian:bookworm-slim || lacking "the image store does not work"
fi

# A container in a network of its own, as compose will make them.
network=itori-trial-$$
podman network create "$network" >&2 || lacking "no network for containers can be made"
podman run --rm --pull=never --network="$network" debian:bookworm-slim true >&2 || { podman network rm -f "$network" >&2; lacking "a container cannot be started"; }
podman network rm -f "$network" >&2

build() {
    local name=$1 file=$2 context=$3
    podman build -q --pull=never --format=docker --network=host -t "$name" -f "$file" "$context"
}

build mcr.microsoft.com/dotnet/aspnet:10.0 aspnet.Dockerfile "$(dirname "$(readlink -f "$(command -v dotnet)")")"
for image in postgres:17 haproxy:3.2; do
    build "docker.io/library/$image" "${image%:*}.Dockerfile" . && continue
    podman run --rm --pull=never --network=host debian:bookworm-slim apt-get update -o APT::Update::Error-Mode=any >&2 || lacking "Debian's packages cannot be had"
    exit 1
done

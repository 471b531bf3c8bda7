#!/usr/bin/env bash
# Builds, in the image store that the caller's environment names, stand-ins for the public images that the Dockerfiles and the compose file use,
# from Debian's packages and this machine's .NET: no image registry is asked. What has not changed comes from the store's cache.
set -euo pipefail
cd "$(dirname "$0")"

if ! podman image exists debian:bookworm-slim; then
    root=$(mktemp -d "${TMPDIR:-/var/tmp}/itori-base.XXXXXX")
    trap 'rm -rf --one-file-system "$root"' EXIT
    debootstrap --variant=minbase --include=ca-certificates,tzdata,libstdc++6,libssl3,zlib1g bookworm "$root" >&2
    # Containers are thrown away: packages need not be written through to the disk one by one.
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/containers"
    tar -C "$root" --exclude='./proc/*' --exclude='./sys/*' --exclude='./dev/*' --exclude='./var/cache/apt/archives/*.deb' -c . \
        | podman import -q - debian:bookworm-slim
fi

build() {
    local name=$1 file=$2 context=$3
    podman build -q --pull=never --format=docker --network=host -t "$name" -f "$file" "$context"
}

build mcr.microsoft.com/dotnet/aspnet:10.0 aspnet.Dockerfile "$(dirname "$(readlink -f "$(command -v dotnet)")")"
build docker.io/library/postgres:17 postgres.Dockerfile .
build docker.io/library/haproxy:3.2 haproxy.Dockerfile .

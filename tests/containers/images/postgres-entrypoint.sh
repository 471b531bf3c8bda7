#!/usr/bin/env bash
# What the official image's entrypoint does, as far as the compose file uses it: makes the cluster, the user and the database
# in an empty data folder, then becomes the server.
set -euo pipefail

if [[ $(id -u) == 0 ]]; then
    chown postgres:postgres "$PGDATA"
    chmod 700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- /bin/bash "$0" "$@"
fi

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
: "${POSTGRES_PASSWORD:?a password is needed}"

if [[ ! -s $PGDATA/PG_VERSION ]]; then
    initdb --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
    # The first start listens on the socket only, so that nobody meets a half-made database.
    pg_ctl -w start -o "-c listen_addresses=''"
    if [[ $database != postgres ]]; then
        createdb --username="$user" --maintenance-db=postgres "$database"
    fi
    pg_ctl -w -m fast stop
fi

shift
exec postgres -c listen_addresses='*' "$@"

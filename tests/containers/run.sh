#!/usr/bin/env bash
# The container suite: builds the images from published applications, brings the compose file up with two silos and two gateways and
# runs Itori.Containers.Tests against it. Needs a build of the solution (CONFIGURATION, default Release). Last line: N passed, N failed, N skipped.
set -euo pipefail
cd "$(dirname "$0")/../.."
source tests/counts.sh
source tests/containers/engine.sh

configuration=${CONFIGURATION:-Release}
artifacts=$PWD/artifacts/containers
rm -rf "$artifacts"
mkdir -p "$artifacts"

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0)) || exit 1
    exit 0
}

skip() {
    echo "containers: skipped, $1"
    skipped=1
    finish
}

# The first port from $1 on at which nobody answers.
free_port() {
    local port=$1
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    echo "$port"
}

reason=$(choose_engine 2>>"$artifacts/engine.log") || skip "$reason"
choose_engine >/dev/null 2>&1

# The image store and what runs from it belong to one run at a time.
lock=$artifacts/lock; [[ $engine != podman ]] || lock=$work/lock
exec 9>"$lock"
flock --wait 900 9 || skip "another run has held the container engine for 15 minutes"

export COMPOSE_PROJECT_NAME=itori-test-$$ COMPOSE_INTERACTIVE_NO_CLI=1 ITORI_SHOW_GATEWAY=yes
ITORI_PUBLISH=127.0.0.1:$(free_port 18000) ITORI_TEST_STANDALONE=127.0.0.1:$(free_port 18100)
export ITORI_PUBLISH ITORI_TEST_STANDALONE

clean_up() {
    local container
    for container in $("$engine" ps -a --format '{{.Names}}' --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME"); do
        "$engine" logs "$container" >"$artifacts/$container.log" 2>&1 || true
    done
    timeout 120 bash -c "source tests/containers/engine.sh; engine=$engine; compose down -v -t 5" >>"$artifacts/compose.log" 2>&1 || true
    stop_engine
}

fail() {
    echo "containers: $1" >&2
    failed=$((failed + 1))
    clean_up
    trap - EXIT
    tail -n 60 "$artifacts"/*.log >&2 || true
    finish
}

trap clean_up EXIT
start_engine "$artifacts/engine.log"

echo "containers: images ($engine)"
if [[ $engine == podman ]]; then
    status=0
    tests/containers/images/build.sh >"$artifacts/images.log" 2>&1 9>&- || status=$?
    ((status != 3)) || skip "$(tail -n 1 "$artifacts/images.log") (artifacts/containers/images.log)"
    ((status == 0)) || fail "the stand-in images could not be built"
else
    for image in mcr.microsoft.com/dotnet/aspnet:10.0 docker.io/library/postgres:17 docker.io/library/haproxy:3.2; do
        docker pull -q "$image" >>"$artifacts/images.log" 2>&1 || docker image inspect "$image" >/dev/null 2>&1 || skip "$image cannot be pulled"
    done
fi
for application in Silo Gateway Standalone; do
    name=${application,,}
    published=artifacts/publish/$name
    rm -rf "$published"
    dotnet publish "src/Itori.$application" -c "$configuration" --no-build -o "$published" -v q >>"$artifacts/images.log" 2>&1 || fail "src/Itori.$application could not be published"
    pull=(); [[ $engine == podman ]] && pull=(--pull=never --format=docker)
    "$engine" build -q "${pull[@]}" --target published -t "docker.io/itori/$name" -f "deploy/$name.Dockerfile" "$published" >>"$artifacts/images.log" 2>&1 \
        || fail "deploy/$name.Dockerfile could not be built"
done

echo "containers: two silos, two gateways"
timeout 240 bash -c "source tests/containers/engine.sh; engine=$engine; compose up -d --no-build --scale silo=2 --scale gateway=2" >"$artifacts/compose.log" 2>&1 9>&- \
    || fail "compose did not come up"

export ITORI_TEST_BALANCER=http://$ITORI_PUBLISH ITORI_TEST_ENGINE=$engine
TEST_TIMEOUT=600 run_dotnet_tests "tests/containers/Itori.Containers.Tests/bin/$configuration/net10.0/Itori.Containers.Tests.dll" "$artifacts/tests.log" -class- Itori.Containers.Tests.HealthProbeTests 9>&-
finish

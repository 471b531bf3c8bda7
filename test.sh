#!/usr/bin/env bash
# Installs what the tests need and is missing, builds once, runs every test. Last line: N passed, N failed, N skipped; status 1 on any failure.
#   ./test.sh                 unit, cluster, socket, web client and browser tests
#   ./test.sh --containers    also the compose file with real containers (root and podman, or a Docker daemon)
#   ./test.sh --only NAME     only the test projects whose name contains NAME (no web client, no containers)
set -euo pipefail
cd "$(dirname "$0")"
source tests/counts.sh

containers=false only=''
while (($#)); do
    case $1 in
        --containers) containers=true ;;
        --only) only=${2:?--only needs a name}; shift ;;
        *) echo "usage: $0 [--containers] [--only NAME]" >&2; exit 2 ;;
    esac
    shift
done

# The test of comings and goings takes some seconds by itself; three minutes show smaller leaks.
export ITORI_CHURN_SECONDS=${ITORI_CHURN_SECONDS:-180}
export CONFIGURATION=Release DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
artifacts=$PWD/artifacts
mkdir -p "$artifacts/logs"

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi; }

# install PACKAGE COMMAND…: names the package when the command (or file) is not there.
missing=()
wants() { command -v "$2" >/dev/null || compgen -G "$2" >/dev/null || missing+=("$1"); }
wants chromium chromium
wants postgresql '/usr/lib/postgresql/*/bin/initdb'
wants iproute2 ip
if $containers; then
    wants podman podman; wants runc runc; wants debootstrap debootstrap; wants docker-compose docker-compose; wants iptables iptables
    wants netavark '/usr/lib/podman/netavark'; wants aardvark-dns '/usr/lib/podman/aardvark-dns'; wants uidmap newuidmap
fi
if ((${#missing[@]})); then
    if command -v apt-get >/dev/null && { [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; }; then
        echo "installing: ${missing[*]}"
        # The tests start servers of their own; the package's need not run.
        as_root sh -c 'mkdir -p /etc/postgresql-common && [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf'
        { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o Dpkg::Options::=--force-confold "${missing[@]}"; } >"$artifacts/logs/install.log" 2>&1 \
            || { tail -n 20 "$artifacts/logs/install.log"; echo "could not install: ${missing[*]}; the tests that need them will say so"; }
    else
        echo "not here and not installable: ${missing[*]}; the tests that need them will say so"
    fi
fi

# The last lines of every run.
finish() {
    echo "took $((SECONDS / 60)) min $((SECONDS % 60)) s"
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0 && passed > 0)) || exit 1
    exit 0
}

# Fails as a run of its own kind: what did not build has not passed.
give_up() {
    echo "$1"
    failed=$((failed + 1))
    finish
}

echo "building"
dotnet build Itori.sln -c "$CONFIGURATION" -v q >"$artifacts/logs/build.log" 2>&1 </dev/null || { tail -n 60 "$artifacts/logs/build.log"; give_up "the build failed"; }

# Comings and goings, for three minutes.
churn=Itori.Gateway.Tests.Sockets.ChurnTests

# run_projects PROJECT…: one after the other.
run_projects() {
    local project name assembly options
    for project in "$@"; do
        name=$(basename "$project" .csproj)
        # What needs containers is run by the suite's own script, further down.
        options=(); [[ $name == Itori.Containers.Tests ]] && options=(-class Itori.Containers.Tests.HealthProbeTests)
        [[ $name == Itori.Gateway.Tests ]] && options=(-class- "$churn")
        assembly=$(dirname "$project")/bin/$CONFIGURATION/net10.0/$name.dll
        [[ -e $assembly ]] || give_up "$name is not in the solution: nothing built $assembly"
        run_dotnet_tests "$assembly" "$artifacts/logs/$name.log" "${options[@]}"
    done
}

# The container suite, which counts for itself.
run_containers() {
    local status=0 before
    tests/containers/run.sh 2>&1 </dev/null | tee "$artifacts/logs/containers.log" || status=$?
    before=$failed
    count "$(tail -n 1 "$artifacts/logs/containers.log")" || echo "the container suite ended without counts"
    if ((status != 0 && failed == before)); then
        echo "the container suite ended with status $status and named no failed test"
        failed=$((failed + 1))
    fi
}

# row NAME COMMAND…: runs it beside the others; what it says is shown at the end.
rows=()
row() {
    local out=$artifacts/logs/$1.out
    rows+=("$out")
    ("${@:2}"; echo "$passed passed, $failed failed, $skipped skipped") >"$out" 2>&1 &
}
run_programs() {
    local TEST_TIMEOUT=${TEST_TIMEOUT:-1000}
    run_projects "$@"
    if $containers; then run_containers; fi
}

# Two rows beside each other, about as long as each other: the tests of whole programs and pages and of containers, which wait much, and all others; and one test that takes long and little. Three full rows were tried: on
# two cores everything gets so slow that limits are met.
programs=() others=()
for project in tests/*Cluster.Tests/*.csproj tests/*Silo.Tests/*.csproj tests/*.Tests/*.csproj tests/containers/*.Tests/*.csproj; do
    [[ -e $project && $(basename "$project" .csproj) == *"$only"* && " ${others[*]} " != *" $project "* ]] || continue
    case $project in
        *EndToEnd.Tests*) programs+=("$project") ;;
        *) others+=("$project") ;;
    esac
done
row programs run_programs "${programs[@]}"
if [[ Itori.Gateway.Tests == *"$only"* ]]; then
    row churn run_dotnet_tests "tests/Itori.Gateway.Tests/bin/$CONFIGURATION/net10.0/Itori.Gateway.Tests.dll" "$artifacts/logs/churn.log" -class "$churn"
fi
run_projects "${others[@]}"
wait
for out in "${rows[@]}"; do
    head -n -1 "$out"
    count "$(tail -n 1 "$out")" || { echo "$out: the tests of this row ended without counts"; failed=$((failed + 1)); }
done

if [[ -z $only && -e src/Itori.Web/package.json ]]; then
    log=$artifacts/logs/web.log report=$artifacts/logs/web.json status=0
    rm -f "$report"
    (cd src/Itori.Web && { [[ -d node_modules ]] || npm ci --no-audit --no-fund; } && timeout --kill-after=10 300 npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$report") >"$log" 2>&1 </dev/null || status=$?
    line=$(node -e '
        const r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
        // A test file that does not load fails as a suite and has no tests.
        const broken = r.testResults.filter((f) => f.status === "failed" && f.assertionResults.length === 0).length;
        console.log(`${r.numPassedTests} passed, ${r.numFailedTests + broken} failed, ${r.numPendingTests + r.numTodoTests} skipped`);
    ' "$report" 2>>"$log") || line="0 passed, 1 failed, 0 skipped"
    [[ $status == 0 || $line != *" 0 failed"* ]] || line=${line/ 0 failed/ 1 failed}
    count "$line"
    printf '%-32s %s\n' Itori.Web "$line"
    [[ $status == 0 ]] || tail -n 100 "$log"
fi

finish

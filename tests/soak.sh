#!/usr/bin/env bash
# Long runs of what ./test.sh does in short; builds first. The status is 0 where no promise was broken; a failure prints the seed, and the logs stay in artifacts/.
#   tests/soak.sh MINUTES [SEED]              a cluster of real processes under faults, in an order that follows from SEED (default: a random one)
#   tests/soak.sh --standalone KILLS [SEED]   kill -9 of Standalone, so many times, at random moments under writes
# ITORI_RUN_CAUSES=count: an effect that a client sees before its cause is counted, not a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { echo "usage: $0 MINUTES [SEED] | --standalone KILLS [SEED]" >&2; exit 2; }
number() { [[ ${1:-} =~ ^[0-9]{1,9}$ ]] || usage; }

if [[ ${1:-} == --standalone ]]; then
    number "${2:-}"
    export ITORI_RUN_KILLS=$2 ITORI_RUN_SEED=${3:-$RANDOM}
    choose=(-explicit only -class Itori.Cluster.Tests.StandaloneKillTests)
else
    number "${1:-}"
    export ITORI_RUN_MINUTES=$1 ITORI_RUN_SEED=${2:-$RANDOM}
    choose=(-class Itori.Cluster.Tests.ClusterFaultTests)
fi
number "$ITORI_RUN_SEED"

export CONFIGURATION=${CONFIGURATION:-Release} DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
dotnet build tests/Itori.Cluster.Tests -c "$CONFIGURATION" -v q </dev/null
echo "seed $ITORI_RUN_SEED"
exec dotnet exec "tests/Itori.Cluster.Tests/bin/$CONFIGURATION/net10.0/Itori.Cluster.Tests.dll" -noLogo -noColor -noAutoReporters "${choose[@]}"

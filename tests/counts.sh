# Sourced. Runs test programs and adds up what they say.
passed=0 failed=0 skipped=0

# count LINE: adds a line "N passed, N failed, N skipped".
count() {
    [[ $1 =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]] || return 1
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
}

# run_dotnet_tests ASSEMBLY LOG [OPTION…]: runs one test assembly. One that ends without its summary (it crashed, it hung) or badly without
# naming a failed test counts as a failure of its own; one that holds no test yet counts nothing.
run_dotnet_tests() {
    local assembly=$1 log=$2 status=0 summary good=0 bad=0 left=0
    timeout --kill-after=10 "${TEST_TIMEOUT:-600}" dotnet exec "$assembly" -noLogo -noColor -noAutoReporters "${@:3}" >"$log" 2>&1 </dev/null || status=$?
    summary=$(grep -E '^ +[^ ]+ +Total: [0-9]+' "$log" | tail -n 1) || true
    if [[ $summary =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+),\ Not\ Run:\ ([0-9]+) ]]; then
        left=${BASH_REMATCH[4]}
        good=$((BASH_REMATCH[1] - BASH_REMATCH[3] - left - BASH_REMATCH[5]))
        bad=$((BASH_REMATCH[2] + BASH_REMATCH[3]))
    fi
    if [[ -z $summary ]] || ((status != 0 && bad == 0)); then
        bad=1
        echo "$(basename "$assembly"): ended with status $status and named no failed test" >>"$log"
    fi
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
    printf '%-32s %5d passed %4d failed %4d skipped\n' "$(basename "$assembly" .dll)" "$good" "$bad" "$left"
    ((bad == 0)) || tail -n 200 "$log"
}

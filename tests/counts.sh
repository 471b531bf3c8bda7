# Sourced. Runs test programs and adds up what they say.
passed=0 failed=0 skipped=0

# count LINE: adds a line "N passed, N failed, N skipped".
count() {
    [[ $1 =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]] || return 1
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + ${BASH_REMATCH[4]:-0}))
}

# run_dotnet_tests ASSEMBLY LOG [ARGUMENTS…]: runs one test assembly. One that ends badly without naming a failed test (it crashed, it hung)
# counts as a failure of its own; one that holds no test yet counts nothing.
run_dotnet_tests() {
    local assembly=$1 log=$2 status=0 ok bad left
    shift 2
    timeout --kill-after=10 "${TEST_TIMEOUT:-600}" dotnet exec "$assembly" --no-progress --no-ansi "$@" >"$log" 2>&1 </dev/null || status=$?
    ok=$(sed -nE 's/^ +succeeded: ([0-9]+).*/\1/p' "$log" | tail -n 1)
    bad=$(sed -nE 's/^ +failed: ([0-9]+).*/\1/p' "$log" | tail -n 1)
    left=$(sed -nE 's/^ +skipped: ([0-9]+).*/\1/p' "$log" | tail -n 1)
    ok=${ok:-0} bad=${bad:-0} left=${left:-0}
    # 8 is the platform's word for "no test ran".
    if ((status != 0 && bad == 0)) && ! ((status == 8 && ok + left == 0)); then
        bad=1
        echo "$(basename "$assembly"): ended with status $status and named no failed test" >>"$log"
    fi
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + left))
    printf '%-32s %5d passed %4d failed %4d skipped\n' "$(basename "$assembly" .dll)" "$ok" "$bad" "$left"
    ((bad == 0)) || tail -n 200 "$log"
}

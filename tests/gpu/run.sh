#!/usr/bin/env bash
# Takes the figures of a GPU node: from a bundle (deploy/bundle.sh, where this is `run-gpu`) on any
# machine with a driver, offline, building nothing; or from a build directory.
#
#   run-gpu [--tree DIRECTORY] [--output DIRECTORY] [--module NAME] [--repeats N]
#           [--rounds N] [--python FILE] [--library-path DIRECTORY] [--no-full]
#
# Prints a short table and writes everything as JSON into the output directory (default:
# gpu-figures): what the machine is, what the module lists, every benchmark in a quick pass with random
# operands and with zeros, repeats of the issue rates, on Hopper other ways to issue them (a minute), and
# the agent's own report of a quick and of a full pass, with the time that each took (--no-full leaves
# the second out). Where there is a Python 3,
# `gemm` is then held against a plain cuBLASLt call and, where that Python (or the one of --python) has it,
# PyTorch: five alternating rounds (--rounds, 0 = none), less than three minutes. cuBLASLt is the
# loader's, a toolkit's or that of --library-path.
set -uo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=gpu-figures
module=cuda
repeats=5
rounds=5
passes=(quick full)
python=python3
library_path=
while (($# > 0)); do
  case $1 in
    --tree | --output | --module | --repeats | --rounds | --python | --library-path)
      (($# > 1)) || {
        printf 'run-gpu: %s needs a value; --help says which\n' "$1" >&2
        exit 64
      }
      ;;&
    --tree) tree=$2 && shift 2 ;;
    --output) output=$2 && shift 2 ;;
    --module) module=$2 && shift 2 ;;
    --repeats) repeats=$2 && shift 2 ;;
    --rounds) rounds=$2 && shift 2 ;;
    --python) python=$2 && shift 2 ;;
    --no-full) passes=(quick) && shift ;;
    --library-path) library_path=$2 && shift 2 ;;
    -h | --help)
      sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    *)
      printf 'run-gpu: %s is not known; --help says what is\n' "$1" >&2
      exit 64
      ;;
  esac
done
bench=$tree/bin/tpp-bench
backend=$tree/lib/tpp/backends/$module.so
for needed in "$bench" "$backend"; do
  [[ -e $needed ]] || {
    printf 'run-gpu: %s is not there; name the tree with --tree\n' "$needed" >&2
    exit 2
  }
done
mkdir -p "$output" || exit 2
backend_options=()
[[ -z $library_path ]] || backend_options=(--backend_option=library-path="$library_path")

# Whatever the machine says of itself; what it has no program for is left out.
{
  date -u +%Y-%m-%dT%H:%M:%SZ
  uname -a
  lscpu 2>/dev/null
  nvidia-smi -q 2>/dev/null
} >"$output/machine.txt"

# measure NAME FLAG...: one run of tpp-bench, its JSON and its records kept.
measure() {
  local name=$1
  shift
  "$bench" --backend="$backend" "${backend_options[@]}" --benchmark_format=json --record_fd=3 "$@" \
    >"$output/$name.json" 2>"$output/$name.log" 3>"$output/$name.ndjson"
}

"$bench" --backend="$backend" "${backend_options[@]}" --list >"$output/list.ndjson" 2>"$output/list.log"
if ! grep -q '"record":"device"' "$output/list.ndjson"; then
  printf 'run-gpu: nothing to measure: '
  cat "$output/list.log"
  exit 2
fi

measure quick
status=$?
measure zeros --fill=zeros --benchmark_filter='/(mma|fma)/'
for ((i = 1; i <= repeats; ++i)); do
  measure "repeat_$i" --benchmark_filter='/mma/'
done

# Other ways to issue the same instructions, where the module has some for these devices.
if [[ $module == cuda ]]; then
  measure study --backend_option=study=yes --benchmark_filter='wgmma_|mma_sync'
  measure study_zeros --backend_option=study=yes --benchmark_filter='wgmma_|mma_sync' --fill=zeros
fi

# timed_pass MODE: the agent's own pass, from its start to its report.
timed_pass() {
  local mode=$1 begin end ended flags=("${agent_options[@]}")
  [[ $mode == quick ]] || flags+=(--full)
  begin=$(date +%s.%N)
  "$tree/bin/tpp-agent" measure "${flags[@]}" --format json \
    >"$output/report_$mode.json" 2>"$output/report_$mode.log"
  ended=$?
  end=$(date +%s.%N)
  # 1: a finding, which is the board's matter. Else there is no report.
  if ((ended > 1)); then
    printf '%s pass of the agent failed: %s\n' "$mode" "$(tail -n 1 "$output/report_$mode.log")"
    return
  fi
  awk -v m="$mode" -v b="$begin" -v e="$end" 'BEGIN { printf "%s pass of the agent over these devices: %.1f s\n", m, e - b }'
}
agent_options=()
[[ -z $library_path ]] || agent_options=(--backend-option "$module.library-path=$library_path")
while read -r device; do
  agent_options+=(--device "$device")
done < <(sed -n 's/.*"record":"device","id":"\([^"]*\)".*/\1/p' "$output/list.ndjson")

# One line a benchmark; read with awk, since nothing else is sure to be there.
printf '%-44s %14s %12s\n' benchmark per_second clock_MHz
awk -F'"' '
  /"name":/ { name = $4; sub(/\/iterations.*/, "", name) }
  /"error_message":/ { printf "%-44s %s\n", name, $4 }
  /"(ops|bytes)_per_second":/ { value = $3; gsub(/[:, ]/, "", value); rate[name] = value; order[++n] = name }
  /"clock_hz":/ { value = $3; gsub(/[:, ]/, "", value); clock[name] = value }
  END { for (i = 1; i <= n; ++i) printf "%-44s %14.5g %12.0f\n", order[i], rate[order[i]], clock[order[i]] / 1e6 }
' "$output/quick.json"
for mode in "${passes[@]}"; do timed_pass "$mode"; done

# compare: `gemm` and the same by others, in turn. Beside this script in a bundle, else in the sources.
compare() {
  local here program=$tree/tests/bench/direct-cublaslt
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  local script=$here/compare/compare_gpu.py
  if [[ -e $script ]]; then
    program=$here/compare/direct-cublaslt
  else
    script=$here/../bench/compare_gpu.py
  fi
  command -v "$python" >/dev/null || {
    printf 'not compared: there is no %s\n' "$python"
    return
  }
  "$python" -B "$script" --tpp-bench "$bench" --backend "$backend" --direct "$program" \
    --library-path "$library_path" --rounds "$rounds" --json "$output/compare.json" 2>&1 |
    tee "$output/compare.txt"
}
if [[ $module == cuda ]] && ((rounds > 0)); then
  compare
fi
printf 'written: %s\n' "$output"
exit "$status"

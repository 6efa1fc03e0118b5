#!/usr/bin/env bash
# Installs what the tests need, builds the dev preset and runs every test that needs no accelerator.
#
#   tests/run.sh [--no-install] [arguments of ctest, such as -R NAME or -L unit]
#
# As root or with sudo on Debian 12. Can be run again; installs only what is missing. The exit status
# is 0 if everything was built and every test passed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=deploy/packages.sh
source deploy/packages.sh

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
  exit 0
fi
if [[ ${1:-} == --no-install ]]; then
  shift
else
  install_packages "${packages_build[@]}" "${packages_test[@]}"
  install_optional_packages "${packages_amd[@]}"
fi

cmake --preset dev
cmake --build --preset dev
ctest --preset dev --parallel "$(nproc)" --label-exclude '^gpu$' "$@"

#!/usr/bin/env bash
# Installs what the build needs, builds, measures this node and prints its report.
#
#   deploy/quickstart.sh [--no-install] [arguments of `tpp-agent measure`]
#
# As root or with sudo on Debian 12. Can be run again. Only the report goes to standard output.
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
  install_packages "${packages_build[@]}"
  install_optional_packages "${packages_amd[@]}"
fi

{
  cmake --preset release
  cmake --build --preset release
} >&2
exec build/release/bin/tpp-agent measure "$@"

#!/usr/bin/env bash
# Makes one file that runs on other machines without installing anything: programs, modules, data, and
# the libraries that they need, but for the C and C++ libraries of the system. Not in it are drivers and
# their makers' libraries, which are loaded where they are found.
#
#   deploy/bundle.sh [--no-install] [BUILD_DIRECTORY] [FILE]   default: build/release, tpp-agent.tar.gz
#
# It runs on Linux of the same processor with glibc 2.34 and the C++ library of GCC 12, or newer: Debian
# 12, Ubuntu 22.04. There: tar xf tpp-agent.tar.gz && tpp-agent/bin/tpp-agent devices
# On a GPU node tpp-agent/run-gpu takes the figures that this project publishes, and compares them with
# those of a plain cuBLASLt call and of PyTorch.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=deploy/packages.sh
source deploy/packages.sh

install=1
if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
  exit 0
fi
if [[ ${1:-} == --no-install ]]; then
  install=0
  shift
fi
build=${1:-build/release}
file=${2:-tpp-agent.tar.gz}
((install == 0)) || install_packages "${packages_bundle[@]}"
command -v patchelf >/dev/null || die "patchelf is missing: install it, or leave --no-install out"

if [[ ! -e $build/CMakeCache.txt ]]; then
  [[ $build == build/release ]] || die "$build holds no build: name one, or leave it out to build build/release"
  cmake --preset release
fi
cmake --build "$build"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
tree=$stage/tpp-agent
cmake --install "$build" --prefix "$tree" --strip >/dev/null
cp tests/gpu/run.sh "$tree/run-gpu"

# What run-gpu compares with: built here, since a build for use has no tests.
cached() { sed -n "s/^$1:[^=]*=//p" "$build/CMakeCache.txt"; }
mkdir "$tree/compare"
cp tests/bench/{comparison,compare_gpu,torch_gemm}.py "$tree/compare"
nvcc=$(cached TPP_NVCC)
if [[ -e $tree/lib/tpp/backends/cuda.so ]]; then
  "$(cached CMAKE_CXX_COMPILER)" -std=c++20 -O2 -s -isystem "$(dirname "$nvcc")/../include" \
    tests/bench/direct_cublaslt.cpp -o "$tree/compare/direct-cublaslt" -ldl
fi

# Of the system: the C library and what belongs to it, and the compiler's libraries.
is_of_the_system() {
  case $1 in
    libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | ld-linux*) return 0 ;;
    libstdc++.so.* | libgcc_s.so.* | linux-vdso.so.*) return 0 ;;
  esac
  return 1
}

# Everything that the files named on standard input are linked with, however far down.
libraries() {
  xargs -r ldd | awk '$2 == "=>" && $3 ~ /^\// {print $3}' | sort -u
}

mapfile -t programs < <(find "$tree/bin" -type f -perm -u+x)
mapfile -t modules < <(find "$tree/lib/tpp/backends" -name '*.so')
while read -r library; do
  is_of_the_system "${library##*/}" || cp -L "$library" "$tree/lib/"
done < <(printf '%s\n' "${programs[@]}" "${modules[@]}" | libraries)

# The loader's own word for the folder of the file.
origin="\$ORIGIN"
patchelf --set-rpath "$origin/../lib" "${programs[@]}"
patchelf --set-rpath "$origin/../.." "${modules[@]}"
find "$tree/lib" -maxdepth 1 -name '*.so*' -type f -exec patchelf --set-rpath "$origin" {} +

tar -C "$stage" -czf "$file" tpp-agent
printf '%s: %s, %s libraries\n' "$file" "$(du -h "$file" | cut -f1)" \
  "$(find "$tree/lib" -maxdepth 1 -name '*.so*' | wc -l)"

# Which Debian 12 packages the project needs, by purpose, and how they are installed. To be sourced:
# the one list that quickstart, the tests and the checks share.
# shellcheck shell=bash disable=SC2034  # the lists are used by the scripts that source this one

# To build the programs and to run them. OpenBLAS is loaded at run time.
packages_build=(
  cmake ninja-build g++ pkg-config
  libbenchmark-dev libcli11-dev libdnnl-dev libfmt-dev libhwloc-dev libsqlite3-dev libssl-dev libyaml-cpp-dev
  libcrypt-dev libgnutls28-dev libmicrohttpd-dev libsystemd-dev zlib1g-dev
  nlohmann-json3-dev libopenblas0-pthread opencl-c-headers prometheus-cpp-dev
)
# To build and run the tests: those of the Arm loops under emulation, those of OpenCL on the processor
# (PoCL), and those under a locale whose decimal sign is the comma, included. Of prometheus, promtool
# is used, and servers that tests start; the package also starts one, which nothing here talks to. The
# same holds for prometheus-node-exporter.
packages_test=(
  libgtest-dev libgmock-dev googletest openssl python3 python3-jsonschema python3-yaml locales
  g++-aarch64-linux-gnu qemu-user-static patchelf pocl-opencl-icd ocl-icd-libopencl1
  prometheus prometheus-node-exporter
)
# To compile AMD's device code, and to look into it: from Debian's security archive. Where it is not
# at hand the module hip is left out.
packages_amd=(clang-22 lld-22 llvm-22)
# To make the bundle of deploy/bundle.sh.
packages_bundle=("${packages_build[@]}" patchelf)
# To check the form of the sources, and to run the tests under Clang's sanitizers, which compiles for
# them in half the time that GCC takes.
packages_lint=(clang-format-14 clang-tidy-14 shellcheck git clang-14 libclang-rt-14-dev)

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      printf '%s\n' "$package"
  done
}

# apt-get as root, by sudo where we are not.
apt_get() {
  local as_root=()
  if ((EUID != 0)); then
    as_root=(sudo)
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"
}

# install_packages NAME...: installs what is missing; touches nothing where all is there.
install_packages() {
  local missing
  [[ -n $(command -v dpkg-query) && -n $(command -v apt-get) ]] ||
    die "this is not Debian (no apt-get). Install the equivalents of: $*
Then run this again with --no-install."
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then
    return 0
  fi
  printf 'Installing %s\n' "${missing[*]}" >&2
  ((EUID == 0)) || command -v sudo >/dev/null ||
    die "to install packages this has to run as root, or sudo has to be there. Or have an
administrator run: apt-get install ${missing[*]}
and run this again with --no-install."
  # A failed update is told by the install that follows: a mirror may be away and all be cached.
  apt_get update >&2 || true
  apt_get install -y --no-install-recommends "${missing[@]}" >&2 ||
    die "apt-get could not install: ${missing[*]}
Is there a network, and does /etc/apt name a Debian 12 mirror with 'main'? apt-get's own words are above."
}

# install_optional_packages NAME...: the same, but what cannot be had is told and left out.
install_optional_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then
    return 0
  fi
  printf 'Installing %s\n' "${missing[*]}" >&2
  apt_get install -y --no-install-recommends "${missing[@]}" >&2 ||
    printf 'Left out, since apt-get could not install it: %s\n' "${missing[*]}" >&2
}

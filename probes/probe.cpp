#include "probes/probe.h"

#include <array>

#include "probes/cpu/cpu_probe.h"
#include "probes/nvidia/nvidia_probe.h"

namespace tpp {
namespace {

constexpr std::array kProbes = {
    Probe{"cpu", probe_cpu},
    Probe{"nvidia", probe_nvidia},
};

}  // namespace

std::span<const Probe> probes() { return kProbes; }

const Probe* find_probe(std::string_view name) {
  for (const Probe& probe : kProbes) {
    if (probe.name == name) return &probe;
  }
  return nullptr;
}

}  // namespace tpp

#include "probes/hwloc_topology.h"

#include <fmt/format.h>
#include <hwloc.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "agent/support/error.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

// Components that would load a vendor's library or open a display.
constexpr std::array kSwitchedOff = {"opencl", "cuda", "nvml", "rsmi", "levelzero", "gl"};

// Objects within objects. Real machines have about 20 levels; hwloc takes a stack frame for each.
constexpr int kDeepest = 100;

HwlocTopology start(HwlocBus bus) {
  // Read when hwloc starts: the environment is the only place for them.
  ::setenv("HWLOC_PLUGINS_PATH", "", 1);
  ::setenv("HWLOC_LIBXML", "0", 1);
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) throw Error("hwloc cannot start");
  HwlocTopology topology(raw);
  for (const char* component : kSwitchedOff) {
    hwloc_topology_set_components(raw, HWLOC_TOPOLOGY_COMPONENTS_FLAG_BLACKLIST, component);
  }
  if (bus == HwlocBus::read) {
    hwloc_topology_set_io_types_filter(raw, HWLOC_TYPE_FILTER_KEEP_IMPORTANT);
  }
  return topology;
}

void finish(hwloc_topology_t topology, const std::string& origin) {
  // Cores that a cgroup hides are still part of the socket: only so can a slice be told.
  const unsigned long flags = HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED;
  errno = 0;
  if (hwloc_topology_set_flags(topology, flags) != 0 || hwloc_topology_load(topology) != 0) {
    throw Error(fmt::format("hwloc cannot load the topology of {}: {}", origin,
                            errno != 0 ? std::strerror(errno) : "it is damaged"));
  }
}

// hwloc's importer takes it that who has one of these has the other, and dies where that is not so.
struct Pair {
  std::string_view has;
  std::string_view needs;
};
constexpr std::array kPairs = {
    Pair{" cpuset=\"", " complete_cpuset=\""}, Pair{" complete_cpuset=\"", " cpuset=\""},
    Pair{" nodeset=\"", " complete_nodeset=\""}, Pair{" complete_nodeset=\"", " nodeset=\""}};

void check_object(std::string_view tag, const std::string& origin) {
  for (const Pair& pair : kPairs) {
    if (tag.find(pair.has) == std::string_view::npos) continue;
    if (tag.find(pair.needs) != std::string_view::npos) continue;
    throw Error(fmt::format("{}: is damaged: an object has{} and lacks{}", origin,
                            pair.has.substr(0, pair.has.size() - 2),
                            pair.needs.substr(0, pair.needs.size() - 2)));
  }
}

// Before hwloc sees it, whose importer trusts what it reads and takes a stack frame a level.
void check_objects(std::string_view text, const std::string& origin) {
  constexpr std::string_view kOpen = "<object";
  constexpr std::string_view kClose = "</object";
  int depth = 0;
  for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(kClose)) --depth;
    if (!rest.starts_with(kOpen)) continue;
    const std::string_view tag = rest.substr(0, rest.find('>'));
    check_object(tag, origin);
    if (tag.ends_with('/')) continue;
    if (++depth > kDeepest) {
      throw Error(fmt::format("{}: has over {} objects within each other; no machine has", origin,
                              kDeepest));
    }
  }
}

void set_xml(hwloc_topology_t topology, const std::string& text, const std::string& origin) {
  check_hwloc_xml(text, origin);
  // The length counts the byte 0 at the end.
  const int length = static_cast<int>(text.size()) + 1;
  if (hwloc_topology_set_xmlbuffer(topology, text.c_str(), length) != 0) {
    throw Error(
        fmt::format("{}: hwloc cannot read its XML: {}; was it cut short, or written by "
                    "hwloc 3 (there: lstopo --export-xml-flags v2 FILE.xml)?",
                    origin, std::strerror(errno)));
  }
}

std::string xml_of(hwloc_topology_t topology) {
  char* buffer = nullptr;
  int length = 0;
  if (hwloc_topology_export_xmlbuffer(topology, &buffer, &length, 0) != 0) {
    throw Error("hwloc cannot write its topology of this node");
  }
  std::string text(buffer, static_cast<std::size_t>(std::max(length - 1, 0)));  // ends with a 0
  hwloc_free_xmlbuffer(topology, buffer);
  return text;
}

}  // namespace

void DestroyHwlocTopology::operator()(hwloc_topology* topology) const {
  hwloc_topology_destroy(topology);
}

void check_hwloc_xml(const std::string& text, const std::string& origin) {
  if (text.find("<topology") == std::string::npos || text.find('\0') != std::string::npos) {
    throw Error(fmt::format(
        "{}: is no topology of hwloc; expected the XML that `lstopo FILE.xml` writes", origin));
  }
  check_objects(text, origin);
}

HwlocTopology load_hwloc(const NodeFiles& files, HwlocBus bus) {
  if (!files.is_live()) {
    const std::string recorded = files.path(kRecordedTopology).string();
    return load_hwloc_xml(read_file(recorded, kLargestTopology), recorded, bus);
  }
  HwlocTopology topology = start(bus);
  finish(topology.get(), "this node");
  if (files.is_observed()) files.tell(kRecordedTopology, xml_of(topology.get()));
  return topology;
}

HwlocTopology load_hwloc_xml(const std::string& text, const std::string& origin, HwlocBus bus) {
  HwlocTopology topology = start(bus);
  set_xml(topology.get(), text, origin);
  finish(topology.get(), origin);
  return topology;
}

HwlocTopology load_hwloc_synthetic(const std::string& description) {
  HwlocTopology topology = start(HwlocBus::left_alone);
  if (hwloc_topology_set_synthetic(topology.get(), description.c_str()) != 0) {
    throw Error(
        fmt::format("'{}' describes no machine to hwloc; expected levels with their counts, "
                    "such as \"pack:2 numa:2 core:8 pu:2\"",
                    description));
  }
  finish(topology.get(), fmt::format("'{}'", description));
  return topology;
}

}  // namespace tpp

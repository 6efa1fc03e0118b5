#include "agent/options_topology.h"

#include <CLI/CLI.hpp>

namespace tpp {

void add_topology_options(CLI::App& devices, Options& options, TopologyWords& words) {
  devices.add_flag("--topology", options.topology,
                   "Draw the tree of memory nodes, bridges, boards, packages and devices, and how "
                   "each was learnt: read, entered or inferred");
  auto* file =
      devices
          .add_option("--topology-file", words.file,
                      "Draw another machine's tree, from hwloc's XML (`lstopo FILE.xml` there)")
          ->type_name("FILE");
  devices
      .add_option("--topology-synthetic", words.synthetic,
                  "Draw that of a machine in hwloc's words, such as \"pack:2 numa:2 core:8 pu:2\"")
      ->type_name("WORDS")
      ->excludes(file);
}

void understand_topology(const TopologyWords& words, Options& options) {
  if (!words.file.empty()) options.entered_topology = "file:" + words.file;
  if (!words.synthetic.empty()) options.entered_topology = "synthetic:" + words.synthetic;
  if (!options.entered_topology.empty()) options.topology = true;
}

}  // namespace tpp

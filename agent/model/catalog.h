// What manufacturers say of a chip or board, each figure with its source and confidence.
#ifndef TPP_AGENT_MODEL_CATALOG_H
#define TPP_AGENT_MODEL_CATALOG_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/ids.h"
#include "agent/model/inventory.h"
#include "agent/model/precision.h"

namespace tpp {

// How well a figure is known. Order: weakest first.
//   recall   from memory; never makes a board "below"
//   derived  computed from sourced parts; is no claim of the manufacturer
//   source   read in a source
enum class Confidence { recall, derived, source };

struct Figure {
  double value = 0;
  Confidence confidence = Confidence::recall;
  std::string source;  // address or document; what it was derived from
};

// One row: a product as it is sold, figures for the whole board.
struct Chip {
  ChipId id;
  std::string vendor;
  std::string name;
  DeviceKind kind = DeviceKind::gpu;
  bool datacenter = true;
  std::vector<std::string> pci_ids;
  std::vector<std::string> reported_names;  // what drivers and CPUID report
  int devices_per_package = 1;
  int packages_per_board = 1;
  std::optional<bool> nonplanar;                  // false: no applicable die area, PD has no value
  std::optional<Figure> applicable_die_area_mm2;  // of the whole board
  std::optional<Figure> units;                    // of the whole board
  std::string unit_kind;
  std::optional<Figure> boost_clock_hz;
  std::optional<Figure> matrix_clock_hz;  // at which the declared matrix rate holds
  std::optional<Figure> board_power_w;    // declared, whole board
  std::optional<Figure> memory_bytes;
  std::optional<Figure> memory_bandwidth;          // bytes/s
  std::map<Precision, Figure> declared;            // dense operations/s of the whole board
  std::map<Precision, Figure> per_clock_per_unit;  // declared grid, dense operations
  std::map<Precision, Figure> declared_vector;     // of units beside the matrix units, same board
  std::string note;
  std::string origin;  // file and line it was read from
};

struct Catalog {
  std::string known_through;  // ISO date
  std::vector<Chip> chips;
};

}  // namespace tpp

#endif

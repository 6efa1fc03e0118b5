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

// What a figure is where it is not the value itself: at_most, the true value lies at it or below.
enum class Bound { at_most };

struct Figure {
  double value = 0;
  Confidence confidence = Confidence::recall;
  std::string source;  // address or document; what it was derived from
  std::optional<Bound> bound = std::nullopt;

  bool operator==(const Figure&) const = default;
};

// What something that is no number rests on: an id, a name, a day, a judgement.
struct Ground {
  Confidence confidence = Confidence::recall;
  std::string source;

  bool operator==(const Ground&) const = default;
};

// One kind of die in a package. Memory, bridges, interposers and dies without function are none.
struct Die {
  int count = 1;  // in one package
  std::string role;
  std::optional<Figure> area_mm2;  // of one die; none where it is not known
  std::string node;                // as the maker or the foundry calls it
  std::optional<bool> nonplanar;
  bool counts = true;    // in the applicable area
  bool computes = true;  // has the units whose operations are counted
  std::string why;       // it counts or does not

  bool operator==(const Die&) const = default;
};

// An area that was published and is not the applicable one.
struct PublishedArea {
  Figure area_mm2;
  std::string leaves_out;  // which dies, in words

  bool operator==(const PublishedArea&) const = default;
};

// Of a row, what the verdict of a pass does not rest on. Stored reports do not hold it; the
// catalogue does.
struct ChipDetails {
  std::string release_date;  // ISO; "" where not known
  std::string architecture;
  std::vector<Die> dies;  // one a kind; empty where nothing is known of them
  std::vector<PublishedArea> published_areas;
  std::optional<Figure> transistors;  // pieces, whole board
  std::string memory_type;            // "HBM3"
  // Of a row that is a part of its board: how many of it the board carries.
  int copies_on_board = 1;
  bool host_on_board = false;  // the processor that it is linked to is on the board, too
  bool module = false;         // plugs into a baseboard with others (SXM, OAM)
  std::optional<Figure> memory_bus_bits;
  std::optional<Figure> interconnect;  // bytes/s chip to chip, both directions of all links
  std::vector<std::string> subsystem_ids;
  // What the row's ids, names, day and data centre flag rest on, by the member's name in the file.
  std::map<std::string, Ground> grounds;
  // Further claims of the maker beside the deciding one in `declared`, none of them higher.
  std::map<Precision, std::vector<Figure>> claims;
  std::map<Precision, Figure> vector_per_clock_per_unit;
  std::string density_note;  // of a headline that is sparse, or does not say whether it is
  // Disagreements of the row's figures that were looked at: check -> precision -> words.
  std::map<std::string, std::map<Precision, std::string>> accepted;
  // Where a member stands in the file, "file:line:column" by its path, "declared_tops.fp16".
  std::map<std::string, std::string> places;

  bool operator==(const ChipDetails&) const = default;
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
  // false: all dies are planar, no area is applicable and PD has no value.
  std::optional<bool> nonplanar;
  // Sum of the dies that count, of the whole board; none where the area of one is not known.
  std::optional<Figure> applicable_die_area_mm2;
  // Of these, the dies that compute, where others count too.
  std::optional<Figure> computing_die_area_mm2;
  std::optional<Figure> units;  // of the whole board
  std::string unit_kind;
  std::optional<Figure> boost_clock_hz;
  std::optional<Figure> matrix_clock_hz;  // at which the declared matrix rate holds
  std::optional<Figure> board_power_w;    // declared, whole board
  std::optional<Figure> memory_bytes;
  std::optional<Figure> memory_bandwidth;          // bytes/s
  std::map<Precision, Figure> declared;            // dense operations/s, the claim that decides
  std::map<Precision, Figure> per_clock_per_unit;  // declared grid, dense operations
  std::map<Precision, Figure> declared_vector;     // of units beside the matrix units, same board
  std::string note;
  std::string origin;  // file and line it was read from
  ChipDetails details;

  bool operator==(const Chip&) const = default;
};

// Where a row is another than the shipped one that it stands for, in words.
struct RowDifferences {
  std::vector<std::string> differs;
  std::vector<std::string> raised;  // what it calls better known than the shipped row does
};

struct Catalog {
  std::string known_through;  // ISO date
  std::vector<Chip> chips;
  // Of rows that stand for a shipped row, by their id; those that say the same have none.
  std::map<ChipId, RowDifferences> overridden;
};

// Why a row's "not for data centres" is in doubt, in its own words: its ground is from memory.
// nullopt where it is for them, or its ground is better.
std::optional<std::string> datacenter_doubt(const Chip& chip);

}  // namespace tpp

#endif

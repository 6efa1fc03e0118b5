// What `tpp-agent catalog` answers: rows of the catalogue with what they come to, a match and its
// grounds, faults of a file. Rows are pointed at, never owned: the catalogue outlives its views.
#ifndef TPP_AGENT_MODEL_CATALOG_VIEW_H
#define TPP_AGENT_MODEL_CATALOG_VIEW_H

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/catalog.h"

namespace tpp {

// Said wherever a class stands that comes from the catalogue.
inline constexpr const char* kClassIsArithmetic = "A class is arithmetic, not legal advice.";

// What of the catalogue did not ship, for the first line of every output; empty: all did.
using Overrides = std::vector<std::string>;

// A row, and what its declared figures come to.
struct CatalogLine {
  const Chip* chip = nullptr;
  std::optional<double> tpp;  // none without a rate
  std::optional<Precision> precision;
  std::optional<Confidence> confidence;  // of the rate that decides
  std::optional<double> density;         // none without an applicable area
  bool density_at_least = false;         // the area is an upper bound
  std::string classification;            // "3A090.a"; "" where no edition is in force
  std::string rendered;                  // the same for a reader
  std::string class_note;  // what else to know of it: a host CPU, a letter that names it
};

struct CatalogListing {
  Overrides overrides;
  std::vector<std::string> warnings;  // of what is older than the day asked for
  std::string known_through;
  std::string as_of;               // ISO date
  std::vector<std::string> rules;  // titles of the editions in force then
  std::vector<CatalogLine> lines;
};

// What is known of a device that is looked for; what is not known is left out.
struct DeviceClues {
  std::optional<std::string> pci_id;     // "10de:2330"
  std::optional<std::string> subsystem;  // "10de:16c1"
  std::optional<std::string> name;
  std::optional<int> units;            // of the whole board
  std::optional<double> memory_bytes;  // of the whole board
};

struct CatalogMatch {
  Overrides overrides;
  DeviceClues clues;
  const Chip* chip = nullptr;           // null: none, or several
  std::string reason;                   // how it was found, or why it was not
  std::vector<const Chip*> candidates;  // rows left where there are several
  std::vector<std::string> steps;       // what each clue left, in words
  std::vector<std::string> agrees;
  std::vector<std::string> missing;
  std::vector<std::string> differs;
};

struct CatalogFault {
  std::string place;    // "file:line:column"
  std::string chip;     // id of the row; "" if it is no row's
  std::string message;  // "found ..., expected ..."
  bool refused =
      true;  // a catalogue that has it is not loaded; false: only `catalog check` says so
};

struct CatalogCheck {
  std::size_t files = 0;
  std::size_t chips = 0;
  std::vector<CatalogFault> faults;
  // Disagreements that rows accept, with the row's words: no faults.
  std::vector<CatalogFault> accepted;
};

}  // namespace tpp

#endif

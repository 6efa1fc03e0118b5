// One edition of a regulation as data: which quantities are compared with which thresholds.
// Nothing in C++ knows a threshold.
#ifndef TPP_AGENT_MODEL_RULE_H
#define TPP_AGENT_MODEL_RULE_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/ids.h"
#include "agent/model/standing.h"

namespace tpp {

// What a condition may speak of.
//   tpp             tera operations/s x bit length
//   pd              TPP / mm2 of applicable die area; has no value without such area
//   datacenter      1 if designed or marketed for datacentres, 0 if not; unknown counts as 1
//   tops            tera operations/s, the highest over the precisions
//   dram_bandwidth  GB/s of all memory of the board
//   interconnect    GB/s in both directions over all inputs and outputs but volatile memory
//   hbm             1 with high-bandwidth memory, 0 without; unknown decides nothing
//   memory_density  GB/s per mm2 of a memory stack's package
//   transistors     thousand millions
enum class RuleQuantity {
  tpp,
  pd,
  datacenter,
  tops,
  dram_bandwidth,
  interconnect,
  hbm,
  memory_density,
  transistors
};

constexpr bool is_yes_or_no(RuleQuantity quantity) {
  return quantity == RuleQuantity::datacenter || quantity == RuleQuantity::hbm;
}

// What a paragraph is about: circuits that compute, or stacks of memory sold by themselves.
enum class ItemKind { circuit, memory };

enum class Operator { less, less_equal, greater, greater_equal, equal };

struct Condition {
  RuleQuantity quantity = RuleQuantity::tpp;
  Operator op = Operator::greater_equal;
  double threshold = 0;
  std::string citation;

  bool operator==(const Condition&) const = default;
};

// All conditions met: the paragraph applies. Several paragraphs may give one class.
struct Provision {
  std::string paragraph;  // "3A090.a.1"
  std::string gives;      // class: "3A090.a"
  int rank = 0;           // the higher, the stricter; the strictest decided one wins
  std::vector<Condition> all;
  Standing standing;
  ItemKind item = ItemKind::circuit;

  bool operator==(const Provision&) const = default;
};

// Takes a board out of all provisions named, where all conditions are met.
struct Exclusion {
  std::string note;                   // "Note 2 to 3A090"
  std::vector<std::string> excludes;  // paragraphs
  std::vector<Condition> all;
  Standing standing;

  bool operator==(const Exclusion&) const = default;
};

// One way to read an open point of the text.
struct ReadingOption {
  std::string name;
  std::string ground;

  bool operator==(const ReadingOption&) const = default;
};
struct Reading {
  std::string name;  // "tf32_bits"
  std::string question;
  std::vector<ReadingOption> options;
  std::string default_option;

  bool operator==(const Reading&) const = default;
};

struct Rule {
  RuleId id;
  std::string title;
  std::string citation;
  std::string in_force_from;  // ISO dates
  std::optional<std::string> in_force_to;
  std::string known_through;
  std::vector<Provision> provisions;
  std::vector<Exclusion> exclusions;
  std::string below_text;           // how "none of the paragraphs" is rendered
  std::string not_controlled_text;  // the same where a determination is asked for
  bool figures_only = false;        // speaks of a quantity that is not measured: no board is held
                                    // against it
  std::vector<Reading> readings;
  std::string origin;  // file

  bool operator==(const Rule&) const = default;
};

}  // namespace tpp

#endif

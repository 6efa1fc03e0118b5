// What the editions in force say of one item: before any destination, and for one transaction.
#ifndef TPP_AGENT_MODEL_DETERMINATION_H
#define TPP_AGENT_MODEL_DETERMINATION_H

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/edition.h"
#include "agent/model/finding.h"
#include "agent/model/verdict.h"

namespace tpp {

// A figure as it was given or found, for the reader: "TPP 4992 (declared)".
struct GivenFigure {
  RuleQuantity quantity = RuleQuantity::tpp;
  std::optional<double> value;  // none: unknown, or without a value (density of planar dies)
  std::string origin;           // "--tpp", "catalogue, source: ..."
};

struct ItemClassResult {
  std::string name;
  std::string title;
  DeterminationKind determination = DeterminationKind::license_required;
  Truth truth = Truth::not_decided;
};

struct OtherControlResult {
  std::string name;
  OtherControlKind kind = OtherControlKind::candidate;
  std::string status;  // "applies", "not met", "not decided", "to check", "may apply"
  std::string text;
  std::string citation;
  bool text_verified = false;
  bool enforced = true;
  std::vector<Comparison> comparisons;
};

// Where the transaction goes; what is not known is left out, and never counts as harmless.
struct Transaction {
  std::string destination;                // ISO code
  std::vector<std::string> headquarters;  // of the parties and of their ultimate parents
  std::optional<std::string> exported_from;
  bool headquarters_open = false;           // beside those given, some are not known
  std::vector<std::string> by_way_of = {};  // countries of parties that receive it on its way
};

struct LicenceAnswer {
  Scope scope = Scope::text;
  Truth requirement = Truth::not_decided;  // met: a licence is required
  std::optional<std::string> exception;
  std::optional<int> notice_days;
  std::optional<std::string> review_policy;
  bool text_verified = true;  // all that decided was read in the law's own words
  std::vector<std::string> citations;
  std::vector<std::string> notes;

  bool same_answer(const LicenceAnswer& other) const {
    return requirement == other.requirement && exception == other.exception &&
           notice_days == other.notice_days && review_policy == other.review_policy;
  }
};

// "licence required; exception NAC, notice 25 days before; review: case by case"
std::string words_of(const LicenceAnswer& answer);

// The answer if what is not known were so.
struct LicenceBranch {
  std::string condition;  // "headquarters in D:5 or Macau"
  LicenceAnswer answer;
};

struct Licence {
  Transaction transaction;
  LicenceAnswer decides;  // by the scope that was asked for
  LicenceAnswer beside;   // by the other
  std::vector<LicenceBranch> branches;
  std::vector<std::string> notices;  // of the destination, whatever the item
};

// One answer of the table of licences, and the countries of the class that have it.
struct MatrixAnswer {
  std::vector<std::string> countries;  // codes; empty: all of the class
  std::string condition;               // "if exported from US"; "": whatever else
  LicenceAnswer answer;
};

struct MatrixCell {
  std::string destination;  // titles
  std::string party;
  std::string item;  // item class
  std::string item_title;
  std::vector<MatrixAnswer> answers;  // the most countries first
};

struct EditionUse {
  std::string id;
  std::string title;
  std::string citation;
  std::string known_through;
};

struct Determination {
  std::string subject;  // "figures", "NVIDIA H200 SXM 141 GB", "board gpu-0 of report x.json"
  std::string as_of;
  Scope scope = Scope::text;
  std::vector<std::string> banners;
  std::vector<EditionUse> editions;
  std::vector<GivenFigure> figures;
  std::map<std::string, std::string> readings;  // that it was made with
  DeterminationKind determination = DeterminationKind::undetermined;
  bool information_only = false;  // a host CPU: what follows is arithmetic, and no class
  std::string rendered;           // "not controlled by 3A090; normally 3A991.p"
  std::string stage;              // "die", "package", "board"; "" = not said
  std::vector<std::string> paragraphs;
  std::vector<ItemClassResult> item_classes;
  std::vector<Comparison> comparisons;
  std::vector<std::string> sensitive_to;
  std::optional<Licence> licence;
  std::vector<OtherControlResult> other_controls;
  std::vector<std::string> notes;
  std::vector<Finding> findings;  // of the report that it rests on
};

// "license-required"; "information-only" of what is in no class.
std::string_view determination_word(const Determination& determination);

struct LicenceMatrix {
  std::string as_of;
  Scope scope = Scope::text;
  std::vector<std::string> banners;
  std::vector<EditionUse> editions;
  std::vector<MatrixCell> cells;  // by destination, then party, then item class
  std::vector<std::string> notes;
};

}  // namespace tpp

#endif

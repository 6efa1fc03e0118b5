// What an edition says of whole shipments, beside items and licences: kinds of transaction, what a
// notice holds, what a foundry asks, a programme's figures, and what no program can decide. Data.
#ifndef TPP_AGENT_MODEL_SHIPMENT_RULES_H
#define TPP_AGENT_MODEL_SHIPMENT_RULES_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/standing.h"

namespace tpp {

enum class TransactionKind { from_home, reexport, in_country_transfer };

// The part that a party has in a transaction.
enum class PartyRole {
  exporter,
  purchaser,
  intermediate_consignee,
  ultimate_consignee,
  end_user,
  distributor,
  forwarder,
  designer,
  foundry,
  packager,
  other
};

// Where a transaction of that kind begins, and whether it stays in one country.
struct TransactionRule {
  TransactionKind kind = TransactionKind::from_home;
  Place exported_from;
  bool within_country = false;
  std::string text;
  Standing standing;

  bool operator==(const TransactionRule&) const = default;
};

// What a notice of an exception holds, and what it may be for.
struct NoticeForm {
  std::string exception;  // LicenceRow::name
  int max_models = 1;
  int max_end_users = 1;
  std::vector<PartyRole> refused_roles;
  std::string contents;  // in words
  Standing standing;

  bool operator==(const NoticeForm&) const = default;
};

// A question to whoever makes or packages a design. Of a party's places it can be answered where
// the role is one that the manifest names; else it is left to the reader.
struct FoundryQuestion {
  std::string question;
  std::string text;  // what follows
  std::optional<PartyRole> role;
  std::optional<Place> country;
  std::optional<Place> headquarters;
  std::optional<Place> ultimate_parent;
  Standing standing;

  bool operator==(const FoundryQuestion&) const = default;
};

// Told as it is.
struct Statement {
  std::string name;
  std::string text;
  Standing standing;

  bool operator==(const Statement&) const = default;
};

// The share of domestic content, of the value of the hardware layer, that is presumed to suffice.
struct ContentPresumption {
  double share = 0;  // of 1
  std::string text;
  Standing standing;

  bool operator==(const ContentPresumption&) const = default;
};

// Countries whose suppliers must be disclosed, and that no member may be of.
struct ConcernCountries {
  Place place;
  std::string text;
  Standing standing;

  bool operator==(const ConcernCountries&) const = default;
};

// A programme of promotion: no control, and information only.
struct Programme {
  std::string name;
  std::optional<ContentPresumption> us_content;
  std::optional<ConcernCountries> concern;
  std::vector<Statement> statements;

  bool operator==(const Programme&) const = default;
};

}  // namespace tpp

#endif

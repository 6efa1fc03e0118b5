// What the editions in force say of a shipment, item by item and as a whole. What they say of one
// item is a Determination.
#ifndef TPP_AGENT_MODEL_SHIPMENT_H
#define TPP_AGENT_MODEL_SHIPMENT_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/determination.h"
#include "agent/model/shipment_rules.h"

namespace tpp {

enum class ShipmentItemKind { chip, board, computer, hbm, technology, report };

struct Party {
  PartyRole role = PartyRole::other;
  std::string name;
  std::string country;  // ISO codes
  std::optional<std::string> headquarters;
  std::optional<std::string> ultimate_parent;
};

// A sum that may lack parts: then it is a lower bound, and `missing` says of what.
struct Sum {
  double value = 0;  // the double nearest to the sum of all that was added, in any order
  double rest = 0;   // what `value` could not hold of it
  std::vector<std::string> missing;

  void add(double amount);
};

// What is determined by itself: the item, or one kind of circuit that a computer contains.
struct ShipmentPart {
  Determination determination;
  std::string model;  // as a notice names it
  std::string chip;   // id of the catalogue's row; "" without one
  int per_unit = 1;
  std::optional<int> per_board;  // chips that the determination counts together; none: not said
  std::optional<double> tpp;     // of one
  std::string tpp_doubt;  // why the sum may be more: "achieved, a lower bound"; "" if it is not
  std::optional<double> density;
  bool planar = false;                // density has no value
  std::vector<std::string> evidence;  // data sheets and marketing material
};

// One question to a foundry, and what the manifest's parties answer to it.
struct FoundryAnswer {
  std::string question;
  Truth truth = Truth::not_decided;  // not decided: no party of the role, or its place is not known
  std::string detail;
  std::string text;
  std::string citation;
  bool text_verified = false;
};

struct ShipmentItem {
  std::string name;
  ShipmentItemKind kind = ShipmentItemKind::chip;
  int quantity = 1;
  DeterminationKind determination = DeterminationKind::undetermined;  // the strictest part's
  std::string rendered;
  std::vector<ShipmentPart> parts;
  Sum tpp;               // quantity x TPP, arithmetic alone
  bool counted = false;  // in that sum: no stack of memory, no design
  std::optional<double> unit_value;
  std::optional<double> us_content_value;  // of one
  std::vector<std::string> supplier_countries;
  std::vector<FoundryAnswer> foundry;
  std::vector<std::string> notes;
};

// An exception that items may go under, each by itself, but not the shipment as it is.
struct ExceptionNotOpen {
  std::string exception;
  std::vector<std::string> why;  // conditions that are not kept, or not shown to be
};

// The strictest of all items' answers in one scope.
struct ShipmentLicence {
  Scope scope = Scope::text;
  Truth requirement = Truth::not_decided;
  bool without_exception = false;  // some item needs a licence, and no exception is open to it
  std::vector<std::string> exceptions;
  std::vector<ExceptionNotOpen> not_open;
  std::vector<std::string> policies;
  std::vector<std::string> required_by;  // names of items
  std::vector<std::string> open_by;
};

// Chips that are counted together are one row of boards.
struct WorksheetRow {
  std::string model;
  long long quantity = 1;
  std::optional<double> tpp;
  std::optional<double> density;
  bool planar = false;
  std::vector<std::string> evidence;
};

struct WorksheetCheck {
  std::string text;  // "at most 6 models"
  Truth truth = Truth::not_decided;
  std::string found;
};

// What the notice of an exception would hold. Without rows where none can be made, and then `why`.
struct NoticeWorksheet {
  std::string exception;
  std::optional<int> notice_days;
  std::vector<WorksheetRow> rows;
  std::vector<WorksheetCheck> checks;
  std::string contents;
  std::string citation;
  bool text_verified = false;
  std::vector<std::string> why;  // there is no worksheet
};

struct ConcernSupplier {
  std::string item;
  std::vector<std::string> countries;
};

struct TextAndCitation {
  std::string name;
  std::string text;
  std::string citation;
  bool text_verified = false;
};

// Information: a programme of promotion is decided by its administrator.
struct ProgrammeAnswer {
  std::string name;
  std::optional<double> share;  // of 1; none where values are missing
  Sum value;                    // of the hardware layer
  Sum us_content;
  std::optional<double> presumed_share;
  Truth presumption = Truth::not_decided;
  TextAndCitation presumption_text;
  std::vector<std::string> concern_countries;
  TextAndCitation concern_text;
  std::vector<ConcernSupplier> suppliers;
  bool suppliers_said = false;                  // of some item
  std::vector<std::string> suppliers_not_said;  // items
  std::vector<std::string> parties;             // of or from such countries
  std::vector<std::string> parties_open;        // whose headquarters or parents are not known
  std::vector<TextAndCitation> statements;
  std::string edition;
};

struct ShipmentAnswer {
  std::string name;
  std::string origin;  // the manifest
  std::string as_of;
  Scope scope = Scope::text;
  std::vector<std::string> banners;
  TransactionKind transaction = TransactionKind::from_home;
  std::string exported_from;
  std::string destination;
  std::vector<Party> parties;
  std::string end_use;  // as given; never judged
  std::string currency;
  DeterminationKind determination = DeterminationKind::undetermined;  // the strictest item's
  ShipmentLicence decides;
  ShipmentLicence beside;
  Sum tpp;
  Sum value;
  std::vector<ShipmentItem> items;
  NoticeWorksheet worksheet;
  std::vector<ProgrammeAnswer> programmes;
  std::vector<TextAndCitation> undecidable;
  std::vector<std::string> notes;
  std::vector<EditionUse> editions;
};

}  // namespace tpp

#endif

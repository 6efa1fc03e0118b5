// One edition of a regulation, whole: its control list (Rule) and what it says of licences, of
// exceptions and of other controls. Data; nothing in C++ knows a threshold, a country or a date.
#ifndef TPP_AGENT_MODEL_EDITION_H
#define TPP_AGENT_MODEL_EDITION_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/rule.h"
#include "agent/model/shipment_rules.h"
#include "agent/model/standing.h"

namespace tpp {

// What the rule says of an item before any destination is known, the strictest first.
enum class DeterminationKind { license_required, undetermined, exception_eligible, not_controlled };

// An item as licences see it: a class of the control list and further conditions.
struct ItemClass {
  std::string name;   // "a-datacenter"
  std::string title;  // for a reader
  DeterminationKind determination = DeterminationKind::license_required;
  std::vector<std::string> classes;  // Provision::gives, any of them
  std::vector<Condition> all;
  std::string within;  // item class that this one is a part of; "": none
  Standing standing;

  bool operator==(const ItemClass&) const = default;
};

// The form in which an item goes: by itself, in a computer or another assembly such as a board, or
// as the technology of it.
enum class ItemForm { goods, computer, technology };

//   letter  asks for a licence by name, or by figures that are not public: what it does not name it
//           leaves open
enum class LicenceEffect { requirement, exception, policy, letter };

// One statement about licences: holds where all its parts hold.
struct LicenceRow {
  LicenceEffect effect = LicenceEffect::requirement;
  std::string name;                // "NAC", "presumption of denial"
  std::vector<std::string> items;  // item classes, any of them
  Place destination;
  std::optional<Place> party;  // where the party or its ultimate parent has its headquarters
  std::optional<Place> exported_from;  // first export, not a reexport
  std::optional<int> notice_days;
  int rank = 0;            // of policies: the highest that holds wins
  bool technology = true;  // holds for the technology of such items too
  bool embargoed = true;   // holds where a notice says that the destination is under an embargo
  std::vector<std::string> named;  // of a letter: ids of the chips that it names
  std::vector<Condition> all;      // of a letter: what it may reach beside these
  std::string note;
  Standing standing;

  bool operator==(const LicenceRow&) const = default;
};

// What else to look at.
//   candidate    an entry to check by hand, once a class is met (or always, without classes)
//   threshold    a paragraph with figures of its own
//   presumption  presumed of some parties, by figures
//   inquiry      a duty to ask, by figures
//   duty         a customs duty, by figures
//   unpublished  may apply; without public figures, so never decided
enum class OtherControlKind { candidate, threshold, presumption, inquiry, duty, unpublished };

struct OtherControl {
  std::string name;  // paragraph where there is one
  OtherControlKind kind = OtherControlKind::candidate;
  ItemKind item = ItemKind::circuit;
  std::string text;
  std::vector<std::string> classes;  // only with one of these; empty: with any or none
  // Of a presumption: what the technology of an item may not be shown to be out of. Classes of
  // circuits, each taken as designed or marketed for datacenters.
  std::vector<std::string> presumes;
  // An item of the class in this form is of the entry, without more to check.
  std::optional<ItemForm> form;
  std::vector<Condition> all;
  Standing standing;

  bool operator==(const OtherControl&) const = default;
};

// What to tell of a destination whatever the item, such as an embargo.
struct DestinationNotice {
  Place destination;
  std::string text;
  bool embargo = false;  // other parts of the rules ask for licences of nearly everything
  Standing standing;

  bool operator==(const DestinationNotice&) const = default;
};

// A row or a column of the table of licences: places that the rule treats alike.
struct PlaceClass {
  std::string title;
  Place place;

  bool operator==(const PlaceClass&) const = default;
};

// What a figure taken at a stage of production says, in the rule's sense.
struct StageNote {
  std::string stage;  // "die", "package", "board"
  std::string text;

  bool operator==(const StageNote&) const = default;
};

struct Edition {
  Rule rule;  // the control list; without provisions where the edition has none
  std::vector<ItemClass> item_classes;
  std::vector<LicenceRow> licence;
  std::vector<OtherControl> other_controls;
  std::vector<DestinationNotice> notices;
  std::vector<StageNote> stages;
  std::vector<PlaceClass> destination_classes;  // for the whole table
  std::vector<PlaceClass> party_classes;
  // Of whole shipments.
  std::vector<TransactionRule> transactions;
  std::vector<NoticeForm> notice_forms;
  std::vector<FoundryQuestion> foundry_questions;
  std::vector<Statement> undecidable;  // what is not looked at, said in every answer
  std::optional<Programme> programme;
  std::string
      replaces;  // id of the shipped edition that this one, of a site, stands in for; "": none

  bool operator==(const Edition&) const = default;
};

}  // namespace tpp

#endif

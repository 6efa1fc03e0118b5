// What the editions in force on a day say of one item: the determination before any destination,
// the licence for one transaction, and what else to look at. Knows no threshold, class or country.
// Pure.
#ifndef TPP_AGENT_REGULATION_DETERMINE_H
#define TPP_AGENT_REGULATION_DETERMINE_H

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/boards/board_values.h"
#include "agent/model/country.h"
#include "agent/model/determination.h"
#include "agent/model/edition.h"
#include "agent/regulation/readings.h"

namespace tpp {

// A product that an item is a board of, or may be: by declared figures alone.
struct ItemPart {
  std::string name;  // "nvidia-l4 (declared TPP 1936)"
  std::function<BoardValues(const Readings&)> values;
};

// What is to be determined, from figures, from a catalogue row or from a measured board.
struct Item {
  std::string subject;
  std::string stage;  // "die", "package", "board"; "" = not said
  ItemForm form = ItemForm::goods;
  std::function<BoardValues(const Readings&)> values;
  std::function<std::vector<GivenFigure>(const Readings&)> figures;  // as shown to the reader
  // Why "no paragraph is met" does not yet mean that none applies; "" if it does.
  std::string doubt;
  bool read = true;       // the values hang on readings; figures that a person gives do not
  bool measured = false;  // a board of a report: editions for figures alone have no say
  // What is in doubt is which product it is, so that the row's datacenter flag is too.
  bool identity_doubt = false;
  bool product_doubt = false;  // ... and may be a larger one than the row
  std::vector<std::string> notes;
  std::vector<Finding> findings = {};  // of where it comes from; they change no answer
  std::vector<ItemPart> parts = {};    // where it is a board of several products
  // What the shipped catalogue has it as, where the rows that it rests on are others.
  std::vector<ItemPart> shipped = {};
  bool host_cpu = false;  // of a report: its maker lists it outside what is asked
};

struct Question {
  std::string as_of;  // ISO date
  Scope scope = Scope::text;
  std::map<std::string, std::string> readings;  // name -> option; the rules' defaults otherwise
  std::optional<Transaction> transaction;
};

// The determination alone, of the default readings, for lists of many items.
struct ShortDetermination {
  DeterminationKind determination = DeterminationKind::undetermined;
  std::vector<std::string> classes;  // met: "3A090.a"
  std::string rendered;
  std::vector<std::string> letters;  // texts about letters that name the item
};
ShortDetermination determine_shortly(const Item& item, const std::vector<Edition>& in_force,
                                     Scope scope = Scope::text);

// Throws UsageError if no edition is in force on that day, if a reading or its option is unknown,
// if a country is, or if no edition knows the stage.
Determination determine(const Item& item, const std::vector<Edition>& editions,
                        const CountryTable& countries, const Question& question);

// Of a host CPU of a report: the figures and comparisons stay, as arithmetic for information;
// class, licence and whatever else follows from it go.
void make_information_only(Determination& determination);

}  // namespace tpp

#endif

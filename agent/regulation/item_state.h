// Which classes of the control lists an item is in, and which item classes of the licence rules, in
// three values, under one set of readings. Leaves to others what follows (determine, licence).
// Pure.
#ifndef TPP_AGENT_REGULATION_ITEM_STATE_H
#define TPP_AGENT_REGULATION_ITEM_STATE_H

#include <string>
#include <vector>

#include "agent/boards/board_values.h"
#include "agent/model/edition.h"
#include "agent/model/verdict.h"
#include "agent/regulation/provisions.h"

namespace tpp {

// A class of a control list: the most of its paragraphs, unless a stricter class holds.
struct ClassState {
  std::string name;  // "3A090.a"
  Truth truth = Truth::not_met;
  bool superseded = false;  // a stricter class is met: not_met by that
  std::vector<const Provision*> met;
  std::vector<const Provision*> undecided;
  std::vector<const Provision*> presumed;  // of the undecided: an estimate meets them
  bool presumed_whole = false;  // an edition presumes the class, and that is not overcome
};

struct ItemClassState {
  const ItemClass* item = nullptr;
  Truth truth = Truth::not_met;
};

// How far "not met" can be trusted. Where the evidence is in doubt, what is met stays met, and
// every stricter class is open; where it is in doubt what the item is at all, so is a "not for
// datacenters". Where it may be a larger product, nothing is in a class that ends where a stricter
// one begins.
enum class Doubt { none, figures, identity, product };

// Whether a letter reaches the item: met if it names the chip, else open at most.
struct LetterState {
  const LicenceRow* row = nullptr;
  Truth truth = Truth::not_met;
};

struct ItemState {
  std::vector<ClassState> classes;  // strictest first within an edition
  std::vector<ItemClassState> item_classes;
  std::vector<LetterState> letters;
  std::vector<std::string> notes;  // of what is not decided, and of what a note takes out
  bool considered = false;         // some edition has a paragraph about such an item
  // Where it is in doubt whether it is for datacenters: its state if it is, and if it is not.
  std::vector<ItemState> alternatives = {};
  ItemForm form = ItemForm::goods;
};

// What else bears on the classes beside the figures.
struct ItemAspect {
  Doubt doubt = Doubt::none;
  ItemForm form = ItemForm::goods;
};

// Of the editions in force. Points into `editions`.
ItemState item_state(const std::vector<Edition>& editions, const BoardValues& values, Scope scope,
                     const ItemAspect& aspect = {});

// Whether some item class that names this class holds, or may hold.
bool covered(const ItemState& state, const std::string& class_name);

// Of any of these classes; not_met if the state knows none of them.
Truth any_class(const ItemState& state, const std::vector<std::string>& names);

// The stronger, and the weaker, of two answers: met, not decided, not met.
Truth either(Truth one, Truth other);
Truth both(Truth one, Truth other);

}  // namespace tpp

#endif

// What the editions in force say of one item of a shipment: each of its parts through `determine`,
// then the strictest of them. Knows no threshold and no class. Pure.
#ifndef TPP_AGENT_SHIPMENT_SHIPMENT_ITEM_H
#define TPP_AGENT_SHIPMENT_SHIPMENT_ITEM_H

#include <vector>

#include "agent/model/country.h"
#include "agent/model/edition.h"
#include "agent/model/shipment.h"
#include "agent/regulation/determine.h"
#include "agent/shipment/manifest_items.h"

namespace tpp {

// In what the rules are looked up: all editions, and countries with the day of each change.
struct RuleBook {
  const std::vector<Edition>& editions;
  const CountryTable& countries;
};

// What holds still for all items of a shipment.
struct ItemContext {
  RuleBook book;
  const std::vector<Edition>& in_force;
  const CountryTable& day;  // countries of the day
  const std::vector<Party>& parties;
  const Question& question;  // with the transaction
};

ShipmentItem answer_item(const ResolvedItem& resolved, const ItemContext& context);

}  // namespace tpp

#endif

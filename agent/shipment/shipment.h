// What the editions in force say of a shipment: each item by itself, and the whole: the strictest
// licence, sums, a notice's worksheet, a foundry's questions, a programme's share. Knows no
// threshold, country or class; what it cannot decide it lists. Pure.
#ifndef TPP_AGENT_SHIPMENT_SHIPMENT_H
#define TPP_AGENT_SHIPMENT_SHIPMENT_H

#include <vector>

#include "agent/model/shipment.h"
#include "agent/regulation/determine.h"
#include "agent/shipment/manifest.h"
#include "agent/shipment/manifest_items.h"
#include "agent/shipment/shipment_item.h"

namespace tpp {

// `items` are the manifest's; the transaction of `question` is made of the manifest. Throws
// UsageError with its place if the transaction contradicts itself, and as `determine` does.
ShipmentAnswer answer_shipment(const Manifest& manifest, const std::vector<ResolvedItem>& items,
                               const RuleBook& book, const Question& question);

}  // namespace tpp

#endif

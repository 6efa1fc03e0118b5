// The history of boards as JSON; its schema is exporters/schema/history.schema.json. Members are
// named as in agent/model/history.h; unknown ones are left out. Pure; never dependent on the
// locale.
#ifndef TPP_EXPORTERS_HISTORY_JSON_H
#define TPP_EXPORTERS_HISTORY_JSON_H

#include <string>

#include "agent/model/history.h"

namespace tpp {

std::string history_json(const History& history);

}  // namespace tpp

#endif

// A finding as JSON, equal in every output that is not a report: those have their own table
// (json_fields.h). Pure.
#ifndef TPP_EXPORTERS_FINDING_JSON_H
#define TPP_EXPORTERS_FINDING_JSON_H

#include <nlohmann/json.hpp>

#include "agent/model/finding.h"
#include "agent/model/names.h"

namespace tpp {

inline nlohmann::ordered_json finding_json(const Finding& finding) {
  return {{"code", finding.code},
          {"class", enum_name(finding.finding_class)},
          {"severity", enum_name(finding.severity)},
          {"subject", finding.subject},
          {"message", finding.message}};
}

}  // namespace tpp

#endif

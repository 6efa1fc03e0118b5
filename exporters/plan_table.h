// What a pass would run, for how long and at what energy: the answer of `measure --plan`. Pure;
// never dependent on the locale; an energy that is not known is "-", and then so is the sum.
#ifndef TPP_EXPORTERS_PLAN_TABLE_H
#define TPP_EXPORTERS_PLAN_TABLE_H

#include <string>

#include "agent/model/plan.h"
#include "exporters/table.h"

namespace tpp {

std::string render_plan(const Plan& plan, const TableOptions& options = {});

}  // namespace tpp

#endif

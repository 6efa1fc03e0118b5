// The formats that a report can be written in: a new one is one row of the table in format.cpp.
#ifndef TPP_EXPORTERS_FORMAT_H
#define TPP_EXPORTERS_FORMAT_H

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/plan.h"
#include "agent/model/report.h"
#include "exporters/table.h"

namespace tpp {

// A format that has nothing to say of a thing has nullptr there.
struct Format {
  std::string_view name;         // as --format takes it
  std::string_view description;  // for --help
  std::string (*render)(const Report& report, const TableOptions& options);
  std::string (*render_inventory)(const Inventory& inventory,
                                  const std::vector<std::string>& banners,
                                  const TableOptions& options);
  // As a tree, with what the inventory knows of where devices hang.
  std::string (*render_topology)(const Inventory& inventory,
                                 const std::vector<std::string>& banners,
                                 const TableOptions& options);
  std::string (*render_plan)(const Plan& plan, const TableOptions& options);
};

// The first one is the default.
std::span<const Format> formats();
// nullptr if there is none of that name.
const Format* find_format(std::string_view name);

}  // namespace tpp

#endif

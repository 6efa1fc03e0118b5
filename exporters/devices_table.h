// What is attached to a node, one row a device: the answer of `tpp-agent devices`, which puts no
// load on anything. Pure; never dependent on the locale; an unknown fact is "-".
#ifndef TPP_EXPORTERS_DEVICES_TABLE_H
#define TPP_EXPORTERS_DEVICES_TABLE_H

#include <string>
#include <vector>

#include "agent/model/inventory.h"
#include "exporters/table.h"

namespace tpp {

std::string render_devices(const Inventory& inventory, const std::vector<std::string>& banners,
                           const TableOptions& options = {});

}  // namespace tpp

#endif

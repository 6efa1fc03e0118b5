// Determinations and the table of licences as a person reads them in a terminal. Pure; never
// dependent on the locale.
#ifndef TPP_EXPORTERS_DETERMINATION_TABLE_H
#define TPP_EXPORTERS_DETERMINATION_TABLE_H

#include <string>
#include <vector>

#include "agent/model/determination.h"
#include "exporters/table.h"

namespace tpp {

std::string determination_table(const std::vector<Determination>& determinations,
                                const TableOptions& options);
std::string matrix_table(const LicenceMatrix& matrix, const TableOptions& options);

}  // namespace tpp

#endif

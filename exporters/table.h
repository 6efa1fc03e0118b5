// A report as a person reads it at a glance in a terminal: plain aligned UTF-8 text. Pure; never
// dependent on the locale. Everything that was left out here stands in the JSON report.
//
// The first line carries the report's banners where there are any (simulated, forced, overridden),
// and goes on in further ones, 4 columns further in, where the terminal has no room for it; an
// unknown figure is "-" or "not measured", never 0.
#ifndef TPP_EXPORTERS_TABLE_H
#define TPP_EXPORTERS_TABLE_H

#include <cstddef>
#include <string>

#include "agent/model/report.h"

namespace tpp {

struct TableOptions {
  std::size_t width = 120;      // columns of the terminal; what is narrower than 80 is taken as 80
  bool colour = false;          // ANSI escape sequences
  bool metrics_detail = false;  // of formats that are metrics
};

std::string render_table(const Report& report, const TableOptions& options = {});

}  // namespace tpp

#endif

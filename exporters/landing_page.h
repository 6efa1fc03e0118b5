// The page at "/": what is attached, as a plain table of HTML, and where the rest is. Pure; needs
// no script, picture or other file. What hardware calls itself is shown as text, whatever is in it.
#ifndef TPP_EXPORTERS_LANDING_PAGE_H
#define TPP_EXPORTERS_LANDING_PAGE_H

#include <string>

#include "agent/model/inventory.h"

namespace tpp {

struct LandingPageAbout {
  std::string agent_version;
  std::string telemetry_path = "/metrics";
  std::string report_path = "/api/v1/report";
};

// A whole document of HTML in UTF-8.
std::string landing_page(const Inventory& inventory, const LandingPageAbout& about);

}  // namespace tpp

#endif

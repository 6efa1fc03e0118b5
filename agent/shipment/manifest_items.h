// What a manifest's items are made of: a row of the catalogue for each model, values for figures,
// boards for each report. Pure.
#ifndef TPP_AGENT_SHIPMENT_MANIFEST_ITEMS_H
#define TPP_AGENT_SHIPMENT_MANIFEST_ITEMS_H

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/report.h"
#include "agent/regulation/determine.h"
#include "agent/shipment/manifest.h"

namespace tpp {

struct ResolvedPart {
  Item item;
  std::string model;  // as a notice names it
  std::string chip;   // id of the catalogue's row; "" without one
  int per_unit = 1;
  // Whether several may sit on one board, which the rules then count whole; how many do, if said.
  bool shares_board = false;
  std::optional<int> per_board;
  std::vector<std::string> evidence;  // the maker's sources, then the manifest's
};

// An item to answer; a report makes one a board.
struct ResolvedItem {
  std::string name;
  ShipmentItemKind kind = ShipmentItemKind::chip;
  int quantity = 1;
  std::optional<double> unit_value;
  std::optional<double> us_content_value;
  std::vector<std::string> supplier_countries;
  std::vector<ResolvedPart> parts;
};

// A report that the manifest names, and its boards as the shipped catalogue has them, where it has
// them otherwise.
struct ManifestReport {
  Report report;
  std::vector<BoardPerformance> shipped;
};

// In the manifest's order, none left out. `reports` by path, as the manifest names them; `shipped`
// is the catalogue that shipped, if `catalog` is another one. Throws
// UsageError with the place in the manifest if a model is not in the catalogue, and if the kinds of
// circuits or the pieces of all items are more than can be answered; and Error if a report has no
// board.
std::vector<ResolvedItem> resolve_items(
    const Manifest& manifest, const Catalog& catalog,
    const std::map<std::filesystem::path, ManifestReport>& reports,
    const Catalog* shipped = nullptr);

}  // namespace tpp

#endif

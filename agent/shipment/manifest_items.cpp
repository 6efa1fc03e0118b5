#include "agent/shipment/manifest_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "agent/chips/catalog_match.h"
#include "agent/regulation/items.h"
#include "agent/report_gaps.h"
#include "agent/support/add_once.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

// More would only make the answer unreadable; up to this many pieces every sum of them is exact, in
// whole numbers and in doubles.
constexpr std::size_t kMostParts = 10'000;
constexpr std::int64_t kMostPieces = std::int64_t{1} << 53;

// One quantity is at most 1e9, so that a product of two, and the sum so far, fit.
void count_up(const ManifestItem& item, const ResolvedItem& resolved, std::size_t& parts,
              std::int64_t& pieces) {
  for (const ResolvedPart& part : resolved.parts) {
    ++parts;
    pieces += std::int64_t{resolved.quantity} * part.per_unit;
    if (parts > kMostParts) {
      throw UsageError(
          fmt::format("{}: items: found more than {} kinds of circuits, expected 1 to {} in all, "
                      "what computers contain and boards of reports counted",
                      item.place, kMostParts, kMostParts));
    }
    if (pieces > kMostPieces) {
      throw UsageError(
          fmt::format("{}: quantity: found more than {} pieces in all items up to this one, "
                      "expected 1 to {}",
                      item.place, kMostPieces, kMostPieces));
    }
  }
}

ItemForm form_of(ShipmentItemKind kind) {
  if (kind == ShipmentItemKind::computer || kind == ShipmentItemKind::board) {
    return ItemForm::computer;
  }
  return kind == ShipmentItemKind::technology ? ItemForm::technology : ItemForm::goods;
}

// Where the maker says what the row says. A rate worked back from a TPP that the maker publishes
// names the document; one that was worked out from units and clocks names none.
std::vector<std::string> sources_of(const Chip& chip) {
  std::vector<std::string> sources;
  for (const auto& [precision, figure] : chip.declared) {
    const bool of_document =
        figure.confidence == Confidence::derived && figure.source.find("://") != std::string::npos;
    if (figure.confidence == Confidence::source || of_document) add_once(figure.source, sources);
  }
  return sources;
}

// The catalogue in use, and the one that shipped, if it is another.
struct Catalogs {
  const Catalog& in_use;
  const Catalog* shipped;
};

ResolvedPart resolve_part(const ManifestPart& part, const ManifestItem& of,
                          const Catalogs& catalogs) {
  ResolvedPart resolved;
  resolved.per_unit = part.quantity;
  resolved.shares_board =
      of.kind == ShipmentItemKind::computer && part.kind == ShipmentItemKind::chip;
  resolved.per_board = part.per_board;
  if (part.model) {
    const Chip& chip = chip_named(catalogs.in_use, part.place + ": model", *part.model);
    resolved.item = chip_item(chip, catalogs.in_use, catalogs.shipped);
    resolved.model = resolved.item.subject;
    resolved.chip = chip.id.value;
    resolved.evidence = sources_of(chip);
  } else {
    resolved.item = part.kind == ShipmentItemKind::technology
                        ? design_item(*part.figures)
                        : figures_item(*part.figures, part.stage);
    resolved.item.subject = part.name;
    resolved.model = part.name;
    resolved.item.figures = [given = resolved.item.figures](const Readings& readings) {
      std::vector<GivenFigure> figures = given(readings);
      for (GivenFigure& figure : figures) figure.origin = in_field_words(figure.origin);
      return figures;
    };
  }
  resolved.item.form = form_of(of.kind);
  for (const std::string& evidence : of.marketing_evidence) add_once(evidence, resolved.evidence);
  return resolved;
}

ResolvedItem without_parts(const ManifestItem& item) {
  return {item.name,
          item.kind,
          item.quantity,
          item.unit_value,
          item.us_content_value,
          item.supplier_countries,
          {}};
}

// Boards of one row of the catalogue are one model; a board without a row is a model of its own.
ResolvedPart board_part(Item board, const BoardPerformance& performance, const Report& report) {
  ResolvedPart part;
  part.model = board.subject;
  part.item = std::move(board);
  for (const Chip& chip : report.chips) {
    if (!performance.chip || chip.id != *performance.chip) continue;
    part.model = fmt::format("{} {}", chip.vendor, chip.name);
    part.chip = chip.id.value;
    part.evidence = sources_of(chip);
  }
  return part;
}

void add_boards(const ManifestItem& item, const ManifestReport& stored,
                std::vector<ResolvedItem>& resolved) {
  const Report& report = stored.report;
  try {
    std::vector<Item> boards = report_items(report, {}, stored.shipped);
    const std::vector<Finding> gaps = gap_findings(report);
    for (std::size_t i = 0; i < boards.size(); ++i) {
      ResolvedItem one = without_parts(item);
      one.name = fmt::format("{}: {}", item.name, boards[i].subject);
      std::ranges::copy(gaps, std::back_inserter(boards[i].findings));
      one.parts.push_back(board_part(std::move(boards[i]), report.performances[i], report));
      for (const std::string& evidence : item.marketing_evidence) {
        add_once(evidence, one.parts.back().evidence);
      }
      resolved.push_back(std::move(one));
    }
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    throw Error(fmt::format("{}: report: {}", item.place, error.what()));
  }
}

}  // namespace

std::vector<ResolvedItem> resolve_items(
    const Manifest& manifest, const Catalog& catalog,
    const std::map<std::filesystem::path, ManifestReport>& reports, const Catalog* shipped) {
  std::vector<ResolvedItem> resolved;
  std::size_t parts = 0;
  std::int64_t pieces = 0;
  for (const ManifestItem& item : manifest.items) {
    const std::size_t before = resolved.size();
    if (item.report) {
      add_boards(item, reports.at(*item.report), resolved);
    } else {
      resolved.push_back(without_parts(item));
      for (const ManifestPart& part : item.parts) {
        resolved.back().parts.push_back(resolve_part(part, item, {catalog, shipped}));
      }
    }
    for (std::size_t i = before; i < resolved.size(); ++i) {
      count_up(item, resolved[i], parts, pieces);
    }
  }
  return resolved;
}

}  // namespace tpp

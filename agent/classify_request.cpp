#include "agent/classify_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

std::optional<double> number_of(const char* option, const std::string& word) {
  if (word.empty()) return std::nullopt;
  const auto value = parse_double(word);
  if (value) return value;
  const auto ranges = figure_ranges();
  const auto range = std::ranges::find_if(
      ranges, [&](const FigureRange& row) { return std::string_view(row.option) == option; });
  throw UsageError(
      fmt::format("{}: '{}' is no number that is accepted; expected one such as 4800 or 5.92, {}",
                  option, word, range_text(*range)));
}

std::optional<bool> yes_or_no(const char* option, const std::string& word) {
  if (word.empty()) return std::nullopt;
  if (word == "yes") return true;
  if (word == "no") return false;
  throw UsageError(fmt::format("{}: '{}' is not known; expected yes or no", option, word));
}

std::string day_of(const char* option, const std::string& word, const std::string& today) {
  if (word.empty()) return today;
  if (!is_day(word)) {
    throw UsageError(fmt::format(
        "{}: '{}' is no day; expected one of the calendar, such as 2023-11-17", option, word));
  }
  return word;
}

Scope scope_of(const std::string& word) {
  if (word.empty()) return Scope::text;
  for (const auto& row : EnumNames<Scope>::rows) {
    if (word == row.name) return row.value;
  }
  throw UsageError(fmt::format("--scope: '{}' is not known; expected text or enforced", word));
}

// A figure given beside a chip or a report would contradict, or be ignored without a word.
std::vector<std::string> figure_options(const ClassifyWords& words) {
  std::vector<std::string> given;
  const auto note = [&](const char* option, bool is_given) {
    if (is_given) given.emplace_back(option);
  };
  note("--tpp", !words.tpp.empty());
  note("--die-area", !words.die_area.empty());
  note("--planar", words.planar);
  note("--datacenter", !words.datacenter.empty());
  note("--dram-bandwidth", !words.dram_bandwidth.empty());
  note("--transistors", !words.transistors.empty());
  note("--hbm", !words.hbm.empty());
  note("--hbm-bandwidth", !words.hbm_bandwidth.empty());
  note("--package-area", !words.package_area.empty());
  note("--interconnect", !words.interconnect.empty());
  note("--stage", !words.stage.empty());
  return given;
}

// Exactly one of figures, a chip, a report, a stored pass, the whole table.
void check_source(const ClassifyWords& words) {
  const auto figures = figure_options(words);
  std::vector<std::string> sources;
  if (!figures.empty()) sources.push_back(figures.front());
  if (!words.chip.empty()) sources.emplace_back("--chip");
  if (!words.report.empty()) sources.emplace_back("--report");
  if (!words.pass.empty()) sources.emplace_back("--pass");
  if (words.matrix) sources.emplace_back("--matrix");
  if (sources.size() == 1) return;
  if (sources.empty()) {
    throw UsageError(
        "nothing to classify; expected figures (--tpp, or --hbm-bandwidth with --package-area), "
        "--chip NAME, --report FILE, --pass ID or --matrix");
  }
  throw UsageError(fmt::format("{} and {} contradict each other: each says what to classify",
                               sources[0], sources[1]));
}

void check_classify_cpu(const ClassifyWords& words) {
  if (!words.classify_cpu || !words.report.empty() || !words.pass.empty()) return;
  throw UsageError(
      "--classify-cpu belongs to --report or --pass: of what is named itself a processor is "
      "classified anyway");
}

void check_transaction(const ClassifyWords& words) {
  if (words.matrix && !words.destination.empty()) {
    throw UsageError(
        "--matrix and --destination contradict each other: the table has every destination");
  }
  if (!words.destination.empty()) return;
  for (const auto& [option, given] : {std::pair("--headquarters", !words.headquarters.empty()),
                                      std::pair("--exported-from", !words.exported_from.empty())}) {
    if (given)
      throw UsageError(fmt::format("{} belongs to --destination, which is missing", option));
  }
}

// Given as one list or as several; by its place one is the party's or the parent's, so that none
// may be left out.
std::vector<std::string> headquarters_of(const ClassifyWords& words) {
  std::vector<std::string> countries;
  for (const std::string& list : words.headquarters) {
    for (const std::string& country : split(list, ',')) {
      if (country.empty()) {
        throw UsageError(fmt::format(
            "--headquarters: '{}' has an empty place; expected a country's code in each", list));
      }
      countries.push_back(country);
    }
  }
  if (countries.size() <= 2) return countries;
  throw UsageError(fmt::format(
      "--headquarters: {} countries; expected one or two, the party's and its ultimate parent's",
      countries.size()));
}

Figures figures_of(const ClassifyWords& words) {
  Figures figures;
  figures.tpp = number_of("--tpp", words.tpp);
  figures.die_area_mm2 = number_of("--die-area", words.die_area);
  figures.planar = words.planar;
  figures.datacenter = yes_or_no("--datacenter", words.datacenter);
  figures.dram_bandwidth = number_of("--dram-bandwidth", words.dram_bandwidth);
  figures.interconnect = number_of("--interconnect", words.interconnect);
  figures.transistors = number_of("--transistors", words.transistors);
  figures.hbm = yes_or_no("--hbm", words.hbm);
  figures.hbm_bandwidth = number_of("--hbm-bandwidth", words.hbm_bandwidth);
  figures.package_area_mm2 = number_of("--package-area", words.package_area);
  check_figures(figures);
  return figures;
}

}  // namespace

Question question_of(const std::string& as_of, const std::string& scope, const std::string& today) {
  Question question;
  question.as_of = day_of("--as-of", as_of, today);
  question.scope = scope_of(scope);
  return question;
}

ClassifyRequest classify_request(const ClassifyWords& words, const std::string& today) {
  check_source(words);
  check_transaction(words);
  check_classify_cpu(words);
  const std::vector<std::string> headquarters = headquarters_of(words);
  ClassifyRequest request;
  if (!figure_options(words).empty()) request.figures = figures_of(words);
  request.stage = words.stage;
  if (!words.chip.empty()) request.chip = words.chip;
  if (!words.report.empty()) request.report = std::filesystem::absolute(words.report);
  request.matrix = words.matrix;
  request.classify_cpu = words.classify_cpu;
  request.question = question_of(words.as_of, words.scope, today);
  if (!words.destination.empty()) {
    Transaction transaction;
    transaction.destination = words.destination;
    transaction.headquarters = headquarters;
    // One country says nothing of the ultimate parent, or of the party.
    transaction.headquarters_open = headquarters.size() < 2;
    if (!words.exported_from.empty()) transaction.exported_from = words.exported_from;
    request.question.transaction = transaction;
  }
  return request;
}

}  // namespace tpp

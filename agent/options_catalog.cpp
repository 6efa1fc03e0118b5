#include "agent/options_catalog.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

struct ActionRow {
  const char* name;
  CatalogAction action;
  const char* description;
  const char* exit_codes;  // beside 64 and 2
};
constexpr std::array kActions = {
    ActionRow{"list", CatalogAction::list, "Every chip with its TPP, density and class",
              "  0    listed"},
    ActionRow{"show", CatalogAction::show, "One chip, each figure with its source", "  0    shown"},
    ActionRow{"match", CatalogAction::match, "Which chip a device is, and why",
              "  2    none or several fit\n  0    one row fits"},
    ActionRow{"check", CatalogAction::check, "Faults of catalogue files",
              "  1    faults were found\n  0    no fault"},
};

constexpr int kMostUnits = 1'000'000;
constexpr double kMostMemoryGb = 100'000;

std::vector<std::string> formats_of(CatalogAction action) {
  if (action == CatalogAction::list) return {"table", "json", "csv"};
  return {"table", "json"};
}

void add_output(CLI::App& command, CatalogAction action, CatalogWords& words) {
  command
      .add_option("--format", words.format,
                  fmt::format("One of {}", fmt::join(formats_of(action), ", ")))
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--output", words.output, "Write there instead of to standard output")
      ->type_name("FILE");
}

void add_source(CLI::App& command, CatalogWords& words) {
  command
      .add_option("--catalog", words.catalog,
                  "Chip catalogue file or directory instead of the shipped one")
      ->type_name("PATH")
      ->envname("TPP_AGENT_CATALOG");
  command
      .add_option("--site-directory", words.site,
                  "Its catalog.d adds to what ships, and rules.d where classes are given (default "
                  "/etc/tpp-agent)")
      ->type_name("DIR");
}

void add_day(CLI::App& command, CatalogWords& words) {
  command
      .add_option("--as-of", words.as_of,
                  "Classes by the rules in force on that day (default today)")
      ->type_name("DATE");
}

void add_clues(CLI::App& match, CatalogWords& words) {
  match.add_option("--pci", words.pci, "PCI vendor and device, such as 10de:2330")->type_name("ID");
  match.add_option("--subsystem", words.subsystem, "PCI subsystem beside --pci, such as 10de:16c1")
      ->type_name("ID");
  match.add_option("--name", words.name, "What the driver reports")->type_name("TEXT");
  match.add_option("--units", words.units, "SM, CU or cores of the whole board")
      ->type_name("COUNT");
  match.add_option("--memory", words.memory, "Memory of the whole board in GB")->type_name("GB");
}

bool is_pci_id(const std::string& id) {
  return id.size() == 9 && id[4] == ':' && std::ranges::count(id, ':') == 1 &&
         id.find_first_not_of("0123456789abcdef:") == std::string::npos;
}

// "10de", "10de:" and ":2330" are a vendor or a device alone.
bool is_half_pci_id(const std::string& id) {
  std::string digits = id;
  std::erase(digits, ':');
  return digits.size() == 4 && std::ranges::count(id, ':') <= 1 &&
         digits.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::optional<std::string> pci_id_of(const char* option, const std::string& word) {
  if (word.empty()) return std::nullopt;
  std::string id = to_lower(word);
  if (is_half_pci_id(id)) {
    throw UsageError(
        fmt::format("{}: '{}' is half of a PCI id; expected vendor and device, such as 10de:2330",
                    option, word));
  }
  if (!is_pci_id(id)) {
    throw UsageError(fmt::format(
        "{}: '{}' is no PCI id; expected four hexadecimal digits, a colon and four more, such as "
        "10de:2330",
        option, word));
  }
  return id;
}

// Units, memory and subsystem only choose among the products of one id or name: alone they fit
// products of many makers, and a row found by them would be a guess.
void check_identifying(const DeviceClues& clues) {
  if (clues.subsystem && !clues.pci_id) {
    throw UsageError(
        "--subsystem belongs to --pci, which is missing: a subsystem id tells boards of one device "
        "apart, and no device from another");
  }
  if (clues.pci_id || clues.name) return;
  std::vector<std::string> given;
  if (clues.units) given.emplace_back("--units");
  if (clues.memory_bytes) given.emplace_back("--memory");
  throw UsageError(fmt::format("catalog match: {}; expected --pci or --name",
                               given.empty()
                                   ? "nothing to look for"
                                   : fmt::format("{} alone {} no device", fmt::join(given, " and "),
                                                 given.size() == 1 ? "tells" : "tell")));
}

DeviceClues clues_of(const CatalogWords& words) {
  DeviceClues clues;
  clues.pci_id = pci_id_of("--pci", words.pci);
  clues.subsystem = pci_id_of("--subsystem", words.subsystem);
  if (!words.name.empty()) clues.name = words.name;
  if (!words.units.empty()) {
    const auto units = parse_int(words.units);
    if (!units || *units < 1 || *units > kMostUnits) {
      throw UsageError(
          fmt::format("--units: '{}' is no count of units; expected a whole number "
                      "from 1 to {}",
                      words.units, kMostUnits));
    }
    clues.units = static_cast<int>(*units);
  }
  if (!words.memory.empty()) {
    const auto gigabytes = parse_double(words.memory);
    if (!gigabytes || !(*gigabytes > 0) || *gigabytes > kMostMemoryGb) {
      throw UsageError(
          fmt::format("--memory: '{}' is no size in GB; expected a number above 0, at "
                      "most {:g}",
                      words.memory, kMostMemoryGb));
    }
    clues.memory_bytes = *gigabytes * 1e9;
  }
  check_identifying(clues);
  return clues;
}

}  // namespace

std::filesystem::path site_of(const std::string& word) {
  auto path = std::filesystem::absolute(word);
  if (!std::filesystem::is_directory(path)) {
    throw UsageError(fmt::format(
        "--site-directory: {} is no directory; expected one with rules.d or catalog.d in it",
        word));
  }
  return path;
}

std::optional<std::filesystem::path> path_of(const std::string& word) {
  if (word.empty()) return std::nullopt;
  return std::filesystem::absolute(word);
}

void fail_unknown_word(const std::string& option, const std::string& word,
                       const std::vector<std::string>& known) {
  const std::string near = closest(word, known);
  throw UsageError(fmt::format("{}: '{}' is not known; expected one of {}{}", option, word,
                               fmt::join(known, ", "),
                               near.empty() ? "" : fmt::format("; did you mean {}?", near)));
}

void refuse_empty_values(CLI::App& command) {
  const auto not_empty = [](const std::string& value) -> std::string {
    return value.empty() ? "a value is missing: it is empty" : "";
  };
  for (CLI::Option* option : command.get_options()) {
    if (option->get_type_size() != 0) option->check(not_empty);
  }
}

CLI::App& add_catalog(CLI::App& app, CatalogWords& words) {
  CLI::App& catalog =
      *app.add_subcommand("catalog", "What makers say of chips: list, show, match a device, check");
  catalog.require_subcommand(1);
  catalog.footer(
      fmt::format("Exit codes:\n  64   the command line cannot be understood\n"
                  "  2    a file could not be read or written; of match: none or several fit\n"
                  "  1    of check: faults were found\n  0    answered\n\n{}",
                  kClassIsArithmetic));
  for (const ActionRow& row : kActions) {
    CLI::App& command = *catalog.add_subcommand(row.name, row.description);
    add_output(command, row.action, words);
    if (row.action == CatalogAction::check) {
      command.add_option("file", words.files, "Catalogue files or directories")
          ->type_name("FILE")
          ->required();
    } else {
      add_source(command, words);
    }
    const bool has_day = row.action == CatalogAction::list || row.action == CatalogAction::show;
    if (has_day) {
      add_day(command, words);
    }
    // In CSV a line of words would be a row: there the help alone says what a class is.
    command.footer(
        fmt::format("Exit codes:\n  64   the command line cannot be understood\n"
                    "  2    a file could not be read or written\n{}{}{}",
                    row.exit_codes, has_day ? "\n\n" : "", has_day ? kClassIsArithmetic : ""));
    if (row.action == CatalogAction::match) add_clues(command, words);
    if (row.action == CatalogAction::show) {
      command.add_option("chip", words.chip, "Its id or name")->type_name("CHIP")->required();
    }
    refuse_empty_values(command);
  }
  return catalog;
}

void fail_catalog_words(const CLI::App& catalog, const std::string& what) {
  if (!catalog.get_subcommands().empty()) {
    throw UsageError(fmt::format("catalog {}: {}; try tpp-agent catalog {} --help",
                                 catalog.get_subcommands().front()->get_name(), what,
                                 catalog.get_subcommands().front()->get_name()));
  }
  std::vector<std::string> known;
  for (const ActionRow& row : kActions) known.emplace_back(row.name);
  const std::vector<std::string> words = catalog.remaining();
  if (!words.empty()) fail_unknown_word("catalog", words.front(), known);
  throw UsageError(
      fmt::format("catalog: a command is missing; expected one of {}", fmt::join(known, ", ")));
}

void understand_catalog(const CLI::App& catalog, const CatalogWords& words, Options& options) {
  for (const ActionRow& row : kActions) {
    if (catalog.got_subcommand(row.name)) options.catalog_action = row.action;
  }
  options.format = words.format;
  const std::vector<std::string> known = formats_of(options.catalog_action);
  if (std::ranges::find(known, options.format) == known.end()) {
    fail_unknown_word("--format", options.format, known);
  }
  options.output = path_of(words.output);
  options.catalog = path_of(words.catalog);
  if (!words.site.empty()) options.site = site_of(words.site);
  options.chip = words.chip;
  for (const std::string& file : words.files) {
    options.catalog_files.push_back(std::filesystem::absolute(file));
  }
  options.as_of = words.as_of.empty() ? utc_now().substr(0, 10) : words.as_of;
  if (!is_day(options.as_of)) {
    throw UsageError(
        fmt::format("--as-of: '{}' is no day; expected one as 2023-11-17", options.as_of));
  }
  if (options.catalog_action == CatalogAction::match) options.clues = clues_of(words);
}

}  // namespace tpp

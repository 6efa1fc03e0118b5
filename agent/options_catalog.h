// The words of `tpp-agent catalog` and its subcommands. Inside options only.
#ifndef TPP_AGENT_OPTIONS_CATALOG_H
#define TPP_AGENT_OPTIONS_CATALOG_H

#include <string>
#include <vector>

#include "agent/options.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

// Words before they are understood.
struct CatalogWords {
  std::string format = "table";
  std::string output, catalog, site, as_of, chip, pci, subsystem, name, units, memory;
  std::vector<std::string> files;
};

// Adds `catalog` to `app`; `words` outlives it. A value that is empty is refused by the caller.
CLI::App& add_catalog(CLI::App& app, CatalogWords& words);

// Why words after `catalog` that lack something (`what`, as the library says it) are refused.
[[noreturn]] void fail_catalog_words(const CLI::App& catalog, const std::string& what);

// Throws UsageError with the option and what it takes.
void understand_catalog(const CLI::App& catalog, const CatalogWords& words, Options& options);

// Absolute. Throws UsageError if there is no such directory: a rule in it would be missed.
std::filesystem::path site_of(const std::string& word);

// Absolute; nullopt for "".
std::optional<std::filesystem::path> path_of(const std::string& word);

// "--format: 'x' is not known; expected one of a, b; did you mean a?"
[[noreturn]] void fail_unknown_word(const std::string& option, const std::string& word,
                                    const std::vector<std::string>& known);

// A value that is empty is a mistake, mostly of a script whose variable is not set, and not the
// default: the default may measure this node where a scenario was meant.
void refuse_empty_values(CLI::App& command);

}  // namespace tpp

#endif

// Reads the parts that catalogue rows are made of: figures and grounds with their source and
// confidence, and tables of figures by precision. Leaves to catalog_file what they are figures of.
// Errors as in yaml_reader.h. Free of shared state.
#ifndef TPP_AGENT_CHIPS_CATALOG_FIGURES_H
#define TPP_AGENT_CHIPS_CATALOG_FIGURES_H

#include <map>
#include <string>
#include <vector>

#include "agent/documents/yaml_reader.h"
#include "agent/model/catalog.h"
#include "agent/model/names.h"

namespace tpp {

using Sources = std::map<std::string, std::string>;  // key of a file -> address or document
using Places = std::map<std::string, std::string>;   // path of a member -> "file:line:column"

// The words of an enumeration for YamlValue::one_of.
template <class Enum>
const std::map<std::string, Enum>& words_of() {
  static const std::map<std::string, Enum> words = [] {
    std::map<std::string, Enum> rows;
    for (const auto& row : EnumNames<Enum>::rows) rows.emplace(row.name, row.value);
    return rows;
  }();
  return words;
}

// [value, confidence, source]; `scale` brings the unit of the file to the base unit.
Figure read_figure(const YamlValue& yaml, double scale, const Sources& sources);
// [confidence, source]
Ground read_ground(const YamlValue& yaml, const Sources& sources);

// The precisions that a key of a table names, each once: "fp16" or "fp16, bf16".
std::vector<Precision> read_precision_key(const YamlValue& key);

// A table of a row: what it is called there, and the unit of the file in the base unit.
struct TableForm {
  std::string path;
  double scale = 1;
};

// Figures of a table by precision; where each stands is added to `places`.
std::map<Precision, Figure> read_table(const YamlValue& yaml, const TableForm& form,
                                       const Sources& sources, Places& places);
// The same where every precision has a list of figures.
std::map<Precision, std::vector<Figure>> read_lists(const YamlValue& yaml, double scale,
                                                    const Sources& sources);

}  // namespace tpp

#endif

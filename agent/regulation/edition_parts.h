// What all sections of an edition's file are written with: enumerations by name, standings, places,
// lists of rows. Errors are YamlValue's.
#ifndef TPP_AGENT_REGULATION_EDITION_PARTS_H
#define TPP_AGENT_REGULATION_EDITION_PARTS_H

#include <map>
#include <string>
#include <vector>

#include "agent/documents/yaml_reader.h"
#include "agent/model/names.h"
#include "agent/model/standing.h"

namespace tpp {

template <class Enum>
Enum read_enum(const YamlValue& yaml) {
  std::map<std::string, Enum> rows;
  for (const EnumRow<Enum>& row : EnumNames<Enum>::rows) rows.emplace(row.name, row.value);
  return yaml.one_of(rows, std::string(EnumNames<Enum>::what));
}

// The members citation, text_verified, in_text, enforced, from and to of a row.
Standing read_standing(const YamlValue& yaml);

// {any_of: [...], none_of: [...]}, of groups and countries.
Place read_place(const YamlValue& yaml);

// The member `key`, a list, where there is one.
template <class Row, class Read>
void read_rows(const YamlValue& yaml, const std::string& key, Read read, std::vector<Row>& rows) {
  const auto member = yaml.find(key);
  if (!member) return;
  for (const YamlValue& item : member->items()) rows.push_back(read(item));
}

}  // namespace tpp

#endif

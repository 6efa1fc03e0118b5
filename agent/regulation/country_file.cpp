#include "agent/regulation/country_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/documents/data_directory.h"
#include "agent/documents/yaml_reader.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

std::string read_code(const YamlValue& yaml) {
  const std::string code = yaml.text();
  const bool letters = std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (code.size() != 2 || !letters) yaml.fail(fmt::format("'{}'", code), "two capital letters");
  return code;
}

std::string read_group(const YamlValue& yaml) {
  const std::string group = yaml.text();
  const bool known = group.size() == 3 && group[0] >= 'A' && group[0] <= 'E' && group[1] == ':' &&
                     group[2] >= '1' && group[2] <= '9';
  if (!known) yaml.fail(fmt::format("'{}'", group), "a country group, as D:5");
  return group;
}

Country read_country(const YamlValue& yaml) {
  yaml.expect_keys({"code", "name", "groups"});
  Country country;
  country.code = read_code(yaml.at("code"));
  country.name = yaml.at("name").text();
  for (const YamlValue& item : yaml.at("groups").items()) {
    if (!country.groups.insert(read_group(item)).second) {
      item.fail(fmt::format("'{}' again", item.text()), "each group once");
    }
  }
  return country;
}

GroupChange read_change(const YamlValue& yaml, const CountryTable& table) {
  yaml.expect_keys({"country", "group", "joins", "on", "citation", "text_verified"});
  GroupChange change;
  change.country = read_code(yaml.at("country"));
  if (!table.countries.contains(change.country)) {
    yaml.at("country").fail(fmt::format("'{}'", change.country), "a country of the table");
  }
  change.group = read_group(yaml.at("group"));
  change.joins = yaml.at("joins").boolean();
  change.on = yaml.at("on").date();
  change.citation = yaml.at("citation").text();
  const YamlValue read = yaml.at("text_verified");
  change.unverified = read.text() == "unverified";
  change.text_verified = !change.unverified && read.boolean();
  return change;
}

bool of_one_membership(const GroupChange& one, const GroupChange& other) {
  return one.country == other.country && one.group == other.group;
}

// The nearest change of the same membership that is later.
const GroupChange* next_of(const GroupChange& change, const std::vector<GroupChange>& changes) {
  const GroupChange* next = nullptr;
  for (const GroupChange& other : changes) {
    const bool later = of_one_membership(other, change) && other.on > change.on;
    if (later && (!next || other.on < next->on)) next = &other;
  }
  return next;
}

// Whether the country is a member just before the change, by the changes and the table.
bool member_before(const GroupChange& change, const CountryTable& table) {
  bool member = table.countries.at(change.country).groups.contains(change.group);
  const GroupChange* latest = nullptr;
  for (const GroupChange& other : table.changes) {
    const bool earlier = of_one_membership(other, change) && other.on < change.on;
    if (earlier && (!latest || other.on > latest->on)) latest = &other;
  }
  if (change.on <= table.table_date) return latest ? latest->joins : !change.joins;
  if (latest && latest->on > table.table_date) member = latest->joins;
  return member;
}

// A table that already holds a later change, or misses an earlier one, contradicts itself; so do
// two changes that follow each other in one direction.
void check_change(const YamlValue& yaml, const GroupChange& change, const CountryTable& table) {
  const bool member = table.countries.at(change.country).groups.contains(change.group);
  const GroupChange* next = next_of(change, table.changes);
  const bool last_made = change.on <= table.table_date && (!next || next->on > table.table_date);
  const bool twice = std::ranges::count_if(table.changes, [&](const GroupChange& other) {
                       return of_one_membership(other, change) && other.on == change.on;
                     }) > 1;
  const bool fits = member_before(change, table) != change.joins && !twice &&
                    (!last_made || member == change.joins);
  if (fits) return;
  yaml.fail(
      fmt::format("{} {} {} on {}", change.country, change.joins ? "joining" : "leaving",
                  change.group, change.on),
      fmt::format("a change that fits the table of {} and the other changes", table.table_date));
}

void apply(bool member, const GroupChange& change, CountryTable& table) {
  std::set<std::string>& groups = table.countries.at(change.country).groups;
  if (member) {
    groups.insert(change.group);
  } else {
    groups.erase(change.group);
  }
}

bool matches(const std::string& word, const Country& country) {
  return word == country.code || country.groups.contains(word);
}

}  // namespace

CountryTable parse_countries(const std::string& text, const std::string& origin) {
  return parse_countries(YamlValue::parse(text, origin));
}

CountryTable parse_countries(const YamlValue& yaml) {
  yaml.expect_keys({"citation", "table_date", "known_through", "countries", "changes"});
  CountryTable table;
  table.origin = yaml.origin();
  table.citation = yaml.at("citation").text();
  table.table_date = yaml.at("table_date").date();
  table.known_through = yaml.at("known_through").date();
  for (const YamlValue& item : yaml.at("countries").items()) {
    const Country country = read_country(item);
    if (!table.countries.emplace(country.code, country).second) {
      item.fail(fmt::format("country '{}' again", country.code), "each country once");
    }
  }
  if (const auto changes = yaml.find("changes")) {
    const auto items = changes->items();
    for (const YamlValue& item : items) table.changes.push_back(read_change(item, table));
    for (std::size_t i = 0; i < items.size(); ++i) check_change(items[i], table.changes[i], table);
    std::ranges::stable_sort(table.changes, {}, &GroupChange::on);
    for (const GroupChange& change : table.changes) {
      if (!change.text_verified) table.countries.at(change.country).unverified = true;
    }
  }
  return table;
}

CountryTable load_countries(const std::filesystem::path& directory) {
  const std::vector<YamlValue> documents = read_documents(directory, "countries");
  if (documents.size() != 1) {
    throw Error(fmt::format("{}: found {} files, expected one table of countries",
                            directory.string(), documents.size()));
  }
  return parse_countries(documents.front());
}

CountryTable countries_on(const CountryTable& table, const std::string& as_of) {
  CountryTable day = table;
  for (const GroupChange& change : table.changes) {
    if (change.on > table.table_date && change.on <= as_of) apply(change.joins, change, day);
  }
  // The latest first: what is left is as before the earliest that is undone.
  for (auto change = table.changes.rbegin(); change != table.changes.rend(); ++change) {
    if (change->on <= table.table_date && change->on > as_of) apply(!change->joins, *change, day);
  }
  return day;
}

bool contains(const Place& place, const Country& country) {
  const auto match = [&](const std::string& word) { return matches(word, country); };
  return (place.any_of.empty() || std::ranges::any_of(place.any_of, match)) &&
         std::ranges::none_of(place.none_of, match);
}

const Country& find_country(const CountryTable& table, const std::string& option,
                            const std::string& code) {
  std::string upper = code;
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto found = table.countries.find(upper);
  if (found != table.countries.end()) return found->second;
  // A name in place of a code is the common mistake.
  for (const auto& [known, country] : table.countries) {
    if (to_lower(country.name) != to_lower(code)) continue;
    throw UsageError(
        fmt::format("{}: '{}' is no country code; {} is {}", option, code, country.name, known));
  }
  throw UsageError(
      fmt::format("{}: '{}' is not in the table of countries; expected an ISO 3166 code of two "
                  "letters, such as CN or AE ({} are known)",
                  option, code, table.countries.size()));
}

}  // namespace tpp

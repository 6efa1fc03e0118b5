// Countries and the groups that export rules speak of, as they stand on a day.
#ifndef TPP_AGENT_MODEL_COUNTRY_H
#define TPP_AGENT_MODEL_COUNTRY_H

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tpp {

// A membership that began or ended; undone for days before it.
struct GroupChange {
  std::string country;
  std::string group;
  bool joins = true;
  std::string on;  // ISO date, the first day on which it holds
  std::string citation;
  bool text_verified = false;
  bool unverified = false;  // from memory

  bool operator==(const GroupChange&) const = default;
};

struct Country {
  std::string code;  // ISO 3166, two letters
  std::string name;
  std::set<std::string> groups;  // "A:5", "D:1"
  bool unverified = false;       // some membership began or ended by what was not read itself

  bool operator==(const Country&) const = default;
};

struct CountryTable {
  std::string citation;
  std::string table_date;  // the day whose memberships `countries` holds
  std::string known_through;
  std::map<std::string, Country> countries;  // by code
  std::vector<GroupChange> changes;          // by day
  std::string origin;                        // file

  bool operator==(const CountryTable&) const = default;
};

}  // namespace tpp

#endif

// The documents of a directory of data, be it a directory of YAML or one that the build compiled to
// an index (share/tpp/rules). Leaves to others what they say. Pure but for reading files.
#ifndef TPP_AGENT_DOCUMENTS_DATA_DIRECTORY_H
#define TPP_AGENT_DOCUMENTS_DATA_DIRECTORY_H

#include <filesystem>
#include <string>
#include <vector>

#include "agent/documents/yaml_reader.h"

namespace tpp {

inline constexpr const char* kIndexName = "compiled.index";

// In the order of their names. `what` they are stands in messages ("rules"). Throws Error if there
// are none, if one cannot be read, and if both an index and YAML are there: whichever counted, it
// would hide what somebody changed in the other.
std::vector<YamlValue> read_documents(const std::filesystem::path& directory,
                                      const std::string& what);

// What a site has put in a directory of its own, such as /etc/tpp-agent/rules.d: none if there is
// no such directory. Throws Error if it is none that can be read, and for a file that would not be:
// what is ignored without a word may be what makes an answer stricter. Hidden files are no data.
std::vector<YamlValue> read_site_documents(const std::filesystem::path& directory,
                                           const std::string& what);

}  // namespace tpp

#endif

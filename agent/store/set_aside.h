// Files of the history that are no more what was written: kept under another name, for a person.
// Inside the store only; the caller holds the lock, and no connection to the file.
#ifndef TPP_AGENT_STORE_SET_ASIDE_H
#define TPP_AGENT_STORE_SET_ASIDE_H

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/store/store_problem.h"

namespace tpp {

// As many damaged files are kept. A disk that damages more has to be looked at first: the next one
// stays where it is.
inline constexpr std::size_t kMostSetAside = 8;

// Those that stand beside `file`, by name; none where the directory cannot be read.
std::vector<std::filesystem::path> files_set_aside(const std::filesystem::path& file);

// "history.sqlite" -> "history.sqlite.damaged-2026-11-29T064935Z", with its log.
Stored<SetAside> set_aside(const std::filesystem::path& file, const std::string& reason);

}  // namespace tpp

#endif

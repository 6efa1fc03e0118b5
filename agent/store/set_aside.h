// Files of the history that are no more what was written: kept under another name, for a person.
// Inside the store only; the caller holds the lock, and no connection to the file.
#ifndef TPP_AGENT_STORE_SET_ASIDE_H
#define TPP_AGENT_STORE_SET_ASIDE_H

#include <filesystem>
#include <string>

#include "agent/store/store_problem.h"

namespace tpp {

// As many damaged files are kept. A disk that damages more has to be looked at first: the next one
// stays where it is.
inline constexpr int kMostSetAside = 8;

// "history.sqlite" -> "history.sqlite.damaged-2026-11-29T064935Z", with its log.
Stored<SetAside> set_aside(const std::filesystem::path& file, const std::string& reason);

}  // namespace tpp

#endif

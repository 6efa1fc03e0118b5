// Whether a file whose code took part can be relied on: who could have changed it, or put it in.
// Looks at files, never into them.
#ifndef TPP_AGENT_PASS_CODE_TRUST_H
#define TPP_AGENT_PASS_CODE_TRUST_H

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/measurement.h"
#include "agent/support/mapped_files.h"

namespace tpp {

struct TrustPolicy {
  std::vector<std::filesystem::path> system;  // folders of what the system's administrator installs
  std::vector<std::filesystem::path> own;     // folders of this program's own files
  std::vector<std::string> linked;            // paths of own libraries beside those folders
  std::vector<std::string> preloaded;         // paths, or names of files
  std::vector<std::filesystem::path> user_mounts;  // where users mounted what says it is anybody's
  // Root of the machine; nullopt in a user namespace that does not know it: who is root there may
  // be anybody.
  std::optional<uid_t> administrator = 0;
  uid_t user = 0;  // who runs this program
  gid_t group = 0;
};

// For this process. `agent` is the path of this program; what is preloaded comes from its
// environment and from /etc/ld.so.preload.
TrustPolicy trust_policy(const std::filesystem::path& agent);

// Where file systems of users' own programs (FUSE) are mounted, in the text of
// /proc/self/mountinfo: owners and modes in them are what such a program says.
std::vector<std::filesystem::path> user_mounts(std::string_view mountinfo);

struct Trust {
  FileTrust trust = FileTrust::trusted;
  std::string reason;  // "" where it is trusted
};

// Trusted: below one of the folders, and it and every folder above it belong to the administrator
// and can be written by nobody else. Own build: this program's own, and only the user who runs it
// could have changed it as well. All else is untrusted: what was preloaded, what was deleted or
// replaced after it was loaded, what cannot be looked at, and all where no administrator is known.
Trust judge(const MappedFile& file, const TrustPolicy& policy);

}  // namespace tpp

#endif

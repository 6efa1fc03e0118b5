// The files whose code took part in a pass: gathered from everybody who ran something, told with
// owner, digest and build id, and what follows where they cannot be relied on.
#ifndef TPP_AGENT_PASS_CODE_IN_USE_H
#define TPP_AGENT_PASS_CODE_IN_USE_H

#include <map>
#include <set>
#include <string>
#include <vector>

#include "agent/boards/outside_facts.h"
#include "agent/model/finding.h"
#include "agent/model/measurement.h"
#include "agent/pass/code_trust.h"

namespace tpp {

class CodeInUse {
 public:
  // `user` as devices name who has seen them ("probe nvidia", "backend cuda"), or kThisProgram.
  void add(const std::string& user, const std::vector<MappedFile>& files);
  void add(const CodeInUse& other);

  // By path. Without the system's C and C++ runtime and what this program is linked with, as long
  // as they are trusted: they measure nothing. Without digest and build id, for which whole files
  // are read.
  std::vector<LibraryUse> judged(const TrustPolicy& policy) const;

 private:
  std::map<MappedFile, std::set<std::string>> users_;
};

// Reads each file whole; what cannot be read stays unknown.
void add_digests(std::vector<LibraryUse>& files);

// For the first line of every output: one for files that are untrusted, one for an own build.
std::vector<std::string> code_banners(const std::vector<LibraryUse>& files);

std::vector<Finding> code_findings(const std::vector<LibraryUse>& files);

}  // namespace tpp

#endif

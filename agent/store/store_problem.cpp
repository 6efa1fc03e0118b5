#include "agent/store/store_problem.h"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

namespace tpp {
namespace {

constexpr const char* kDamaged = "history.damaged";
constexpr const char* kNotWritten = "history.not_written";
constexpr const char* kWhatToDo =
    "see whether the disk fails, take out what can be read with `sqlite3 FILE .recover`, and move "
    "the file away: this is said until then";

Finding finding_of(const char* code, std::string message) {
  return {.code = code,
          .finding_class = FindingClass::health,
          .severity = Severity::warning,
          .subject = "",
          .message = std::move(message)};
}

}  // namespace

StoreFailure failure_of_system(int error, StoreFailure otherwise) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return StoreFailure::full;
    case EROFS:
      return StoreFailure::read_only;
    case EACCES:
    case EPERM:
      return StoreFailure::no_permission;
    case ENOENT:
      return StoreFailure::missing;
    default:
      return otherwise;
  }
}

Finding damaged_finding(const SetAside& file) {
  return finding_of(
      kDamaged,
      fmt::format("the history of passes was damaged ({}): it is kept as {}, and a new one was "
                  "begun; {}",
                  file.reason, file.path, kWhatToDo));
}

Finding still_damaged_finding(const std::string& path) {
  return finding_of(kDamaged, fmt::format("a history of passes that was damaged stands as {}; {}",
                                          path, kWhatToDo));
}

Finding not_written_finding(const StoreProblem& problem) {
  return finding_of(kNotWritten,
                    fmt::format("this pass is not in the history: {}", problem.message));
}

bool is_of_history(const Finding& finding) {
  return finding.code == kDamaged || finding.code == kNotWritten;
}

}  // namespace tpp

#include "agent/store/store_problem.h"

#include <fmt/format.h>

#include <cerrno>

namespace tpp {
namespace {

constexpr const char* kDamaged = "history.damaged";
constexpr const char* kNotWritten = "history.not_written";

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
  return {
      .code = kDamaged,
      .finding_class = FindingClass::health,
      .severity = Severity::warning,
      .subject = "",
      .message = fmt::format(
          "the history of passes was damaged ({}): it is kept as {}, and a new one was begun; "
          "see whether the disk fails, and take out what can be read with `sqlite3 FILE .recover`",
          file.reason, file.path)};
}

Finding not_written_finding(const StoreProblem& problem) {
  return {.code = kNotWritten,
          .finding_class = FindingClass::health,
          .severity = Severity::warning,
          .subject = "",
          .message = fmt::format("this pass is not in the history: {}", problem.message)};
}

bool is_of_history(const Finding& finding) {
  return finding.code == kDamaged || finding.code == kNotWritten;
}

}  // namespace tpp

// Why the store did not do what it was asked: a value, since a full disk or a damaged file is no
// reason for its caller to end. Plain values.
#ifndef TPP_AGENT_STORE_STORE_PROBLEM_H
#define TPP_AGENT_STORE_STORE_PROBLEM_H

#include <string>
#include <utility>
#include <variant>

#include "agent/model/finding.h"

namespace tpp {

enum class StoreFailure {
  full,           // no space, or a quota
  read_only,      // the file system is
  no_permission,  // this user may not
  busy,           // another program holds it, or the call ran out of its time
  missing,        // no such file, directory or pass
  newer,          // its schema is of a later version of this program: untouched
  older,          // ... of an earlier one, and it was opened to read only: untouched
  foreign,        // another program's file: untouched
  damaged,        // not what was written
  unusable,       // any other error of the system
};

struct StoreProblem {
  StoreFailure failure = StoreFailure::unusable;
  std::string message;  // for the user: what was tried, on what, what went wrong, what to do
};

// A value, or why there is none.
template <class T>
class Stored {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor)
  Stored(T value) : held_(std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Stored(StoreProblem problem) : held_(std::move(problem)) {}

  explicit operator bool() const { return held_.index() == 0; }
  T& operator*() { return std::get<0>(held_); }
  const T& operator*() const { return std::get<0>(held_); }
  T* operator->() { return &std::get<0>(held_); }
  const T* operator->() const { return &std::get<0>(held_); }
  const StoreProblem& problem() const { return std::get<1>(held_); }

 private:
  std::variant<T, StoreProblem> held_;
};

// A file that was not what was written, under its new name.
struct SetAside {
  std::string path;
  std::string reason;
};

// What errno says of it; `otherwise` where it says nothing of the kind.
StoreFailure failure_of_system(int error, StoreFailure otherwise);

// What a report says of them, and whether a finding is one of these.
Finding damaged_finding(const SetAside& file);
Finding still_damaged_finding(const std::string& path);  // that was put aside by an earlier pass
Finding not_written_finding(const StoreProblem& problem);
bool is_of_history(const Finding& finding);

}  // namespace tpp

#endif

// A lock file, for what SQLite's own locks cannot guard: a file that is no database any more, or is
// about to get another name. One object belongs to one thread.
#ifndef TPP_AGENT_STORE_FILE_LOCK_H
#define TPP_AGENT_STORE_FILE_LOCK_H

#include <chrono>
#include <filesystem>

#include "agent/store/store_problem.h"

namespace tpp {

class FileLock {
 public:
  // Makes the file where it is missing; waits no longer than `time`.
  static Stored<FileLock> take(const std::filesystem::path& path, std::chrono::milliseconds time);

  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace tpp

#endif

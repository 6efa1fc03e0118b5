#include "agent/store/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace tpp {

Stored<FileLock> FileLock::take(const std::filesystem::path& path, std::chrono::milliseconds time) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kBetween(20);
  const auto deadline = Clock::now() + time;
  FileLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (lock.fd_ < 0) {
    const int error = errno;
    return StoreProblem{failure_of_system(error, StoreFailure::unusable),
                        fmt::format("cannot write {}: {}", path.string(), std::strerror(error))};
  }
  // flock() knows no deadline of its own.
  while (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return StoreProblem{StoreFailure::unusable,
                          fmt::format("cannot lock {}: {}", path.string(), std::strerror(errno))};
    }
    if (Clock::now() > deadline) {
      return StoreProblem{StoreFailure::busy,
                          fmt::format("another program holds {}; try again", path.string())};
    }
    std::this_thread::sleep_for(kBetween);
  }
  return lock;
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace tpp

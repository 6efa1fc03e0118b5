#include "kernels/sim/faults.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tpp::sim {
namespace {

using namespace std::string_view_literals;

// Half a record, bytes that are no text, and a line that is JSON and no record.
constexpr std::string_view kGarbage =
    "{\"record\":\"outco\xff\xfe\x00\x01 not a record\n{\"record\":42}\n\xde\xad\xbe\xef\n"sv;

std::vector<int> open_pipes() {
  std::vector<int> pipes;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    const std::string name = entry.path().filename().string();
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    const bool stream = target.starts_with("pipe:") || target.starts_with("socket:");
    if (fd > STDERR_FILENO && stream) pipes.push_back(fd);
  }
  return pipes;
}

void write_garbage() {
  for (const int fd : open_pipes()) {
    [[maybe_unused]] const ssize_t ignored = ::write(fd, kGarbage.data(), kGarbage.size());
  }
}

// As by the processor, whatever handler the host may have: the default one ends the process.
[[noreturn]] void die_of(int number) {
  ::signal(number, SIG_DFL);
  ::raise(number);
  ::_exit(128 + number);
}

[[noreturn]] void hang() {
  while (true) ::pause();
}

// Where nothing limits the process the machine is spared: it ends as the kernel would end it.
[[noreturn]] void eat_memory() {
  constexpr std::size_t kBlock = std::size_t{64} << 20;
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) die_of(SIGKILL);
  std::vector<std::unique_ptr<char[]>> blocks;
  while (true) blocks.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
}

}  // namespace

void strike(const Fault& fault) {
  if (fault.kind == FaultKind::hang) hang();
  if (fault.kind == FaultKind::crash) die_of(SIGSEGV);
  if (fault.kind == FaultKind::illegal) die_of(SIGILL);
  if (fault.kind == FaultKind::memory) eat_memory();
  if (fault.kind == FaultKind::garbage) write_garbage();
}

}  // namespace tpp::sim

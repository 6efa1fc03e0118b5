#include "agent/support/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "agent/support/error.h"
#include "agent/support/text.h"

extern char** environ;

namespace tpp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestLine = 1u << 20;
constexpr std::size_t kErrorTail = 4096;
constexpr int kUnknownStatus = 255 << 8;  // as wait() encodes exit status 255
constexpr auto kTermGrace = std::chrono::milliseconds(500);
constexpr auto kKillGrace = std::chrono::seconds(2);
constexpr double kLongestWait_ms = 1000;
constexpr double kStopEvery_ms = 50;

// Environment variables that children may see. Sanitizer options exist in developers' builds only
// and cannot slow or speed a measurement of a release.
constexpr std::array kAllowed = {"PATH",         "HOME",         "TMPDIR",       "TZ",
                                 "ASAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"};

// Variables known to lower what a runtime or library reaches, or to change which one is loaded.
// A leading '*' stands for any beginning.
constexpr std::array kDistrusted = {"LD_PRELOAD",
                                    "LD_LIBRARY_PATH",
                                    "LD_AUDIT",
                                    "GLIBC_TUNABLES",
                                    "*_VISIBLE_DEVICES",
                                    "GPU_DEVICE_ORDINAL",
                                    "ZE_AFFINITY_MASK",
                                    "ONEAPI_DEVICE_SELECTOR",
                                    "CUDA_INJECTION64_PATH",
                                    "CUDA_MPS_PIPE_DIRECTORY",
                                    "OCL_ICD_VENDORS",
                                    "OPENCL_VENDOR_PATH",
                                    "ROCBLAS_TENSILE_LIBPATH",
                                    "HIPBLASLT_TENSILE_LIBPATH",
                                    "NVIDIA_TF32_OVERRIDE",
                                    "CUDA_FORCE_PTX_JIT",
                                    "CUDA_DISABLE_PTX_JIT",
                                    "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE",
                                    "CUDA_LAUNCH_BLOCKING",
                                    "HSA_CU_MASK",
                                    "HSA_OVERRIDE_GFX_VERSION",
                                    "ROC_GLOBAL_CU_MASK",
                                    "DNNL_MAX_CPU_ISA",
                                    "ONEDNN_MAX_CPU_ISA",
                                    "DNNL_VERBOSE",
                                    "OPENBLAS_CORETYPE",
                                    "OPENBLAS_NUM_THREADS",
                                    "OMP_NUM_THREADS",
                                    "OMP_PROC_BIND",
                                    "GOMP_CPU_AFFINITY",
                                    "OMP_PLACES",
                                    "MKL_ENABLE_INSTRUCTIONS"};

bool matches(std::string_view pattern, std::string_view name) {
  if (!pattern.starts_with('*')) return name == pattern;
  pattern.remove_prefix(1);
  return name.ends_with(pattern);
}

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw Error(fmt::format("cannot make a pipe for a child process: {}", std::strerror(errno)));
    }
    read_end = ends[0];
    write_end = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_write();
    ::close(read_end);
  }
  void close_write() {
    if (write_end >= 0) ::close(write_end);
    write_end = -1;
  }
};

// Text in a file without a name, so that nobody has to write while the child reads; -1 without any.
class Input {
 public:
  explicit Input(std::string_view text) {
    if (text.empty()) return;
    file_ = ::memfd_create("input", MFD_CLOEXEC);
    while (file_ >= 0 && !text.empty()) {
      const ssize_t written = ::write(file_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) close();
      if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (file_ < 0 || ::lseek(file_, 0, SEEK_SET) != 0) {
      const int error = errno;
      close();
      throw Error(fmt::format("cannot hand a child process its input: {}", std::strerror(error)));
    }
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input() { close(); }

  int file() const { return file_; }
  void close() {
    const int error = errno;
    if (file_ >= 0) ::close(file_);
    file_ = -1;
    errno = error;
  }

 private:
  int file_ = -1;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

struct Streams {
  int input = -1;
  int records = -1;
  int errors = -1;
};

// One that allocates without end goes, not who started it, nor the jobs of the node. Where that may
// not be said the kernel chooses as it does.
void be_the_first_without_memory() {
  constexpr std::string_view kFirst = "1000";
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  (void)!::write(file, kFirst.data(), kFirst.size());
  ::close(file);
}

// What a child cannot do before its program runs, in words for whoever reads its errors.
[[noreturn]] void fail_to_begin(const char* what, int error) {
  const char* why = std::strerror(error);
  (void)!::write(STDERR_FILENO, what, std::strlen(what));
  (void)!::write(STDERR_FILENO, why, std::strlen(why));
  ::_exit(127);
}

// Never where its limits are not those that it was to have.
void enter_cgroup(const char* processes) {
  const int file = ::open(processes, O_WRONLY | O_CLOEXEC);
  if (file < 0 || ::write(file, "0", 1) != 1) {
    fail_to_begin("cannot enter its cgroup: ", errno);
  }
  ::close(file);
}

// Between fork and exec only async-signal-safe calls are allowed: everything was allocated before.
[[noreturn]] void become(char* const* arguments, char* const* environment, const char* cgroup,
                         const Streams& streams) {
  ::setpgid(0, 0);
  be_the_first_without_memory();
  // What the caller's thread does not want to hear, the child has to.
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDWR);
  // Lift them out of the way of the numbers that they are to get.
  const int high_records = ::fcntl(streams.records, F_DUPFD, 10);
  const int high_errors = ::fcntl(streams.errors, F_DUPFD, 10);
  const int high_input = ::fcntl(streams.input < 0 ? nothing : streams.input, F_DUPFD, 10);
  ::dup2(high_input, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  ::dup2(high_errors, STDERR_FILENO);
  ::dup2(high_records, kRecordDescriptor);
  ::close(high_records);
  ::close(high_errors);
  ::close(high_input);
  if (nothing > kRecordDescriptor) ::close(nothing);
  if (*cgroup != '\0') enter_cgroup(cgroup);
  ::execve(arguments[0], arguments, environment);
  fail_to_begin("", errno);
}

class Child {
 public:
  Child(const ChildCommand& command, const LineReader& reader)
      : command_(command), reader_(reader) {}

  ChildResult run() {
    start();
    const std::optional<ChildEnd> reason = read_until_closed();
    return finish(reason);
  }

 private:
  void start() {
    if (::access(command_.arguments.at(0).c_str(), X_OK) != 0) {
      throw Error(fmt::format("cannot run {}: {}; is the installation complete?",
                              command_.arguments[0], std::strerror(errno)));
    }
    const auto arguments = pointers(command_.arguments);
    const auto environment = pointers(command_.environment);
    started_ = last_line_ = Clock::now();
    const pid_t agent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) {
      throw Error(fmt::format("cannot start {}: {}", command_.arguments[0], std::strerror(errno)));
    }
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != agent) ::_exit(127);  // it died before it could be asked for
      become(arguments.data(), environment.data(), command_.cgroup.c_str(),
             {.input = input_.file(), .records = records_.write_end, .errors = errors_.write_end});
    }
    ::setpgid(pid_, pid_);  // as the child does, whoever comes first: its group can be asked to go
    records_.close_write();
    errors_.close_write();
    input_.close();
  }

  int poll_timeout_ms() const {
    const auto now = Clock::now();
    const std::chrono::duration<double> life(command_.deadline_s);
    const std::chrono::duration<double> silence(command_.silence_s);
    const auto left = std::min(
        (started_ + life) - std::chrono::time_point<Clock, std::chrono::duration<double>>(now),
        (last_line_ + silence) -
            std::chrono::time_point<Clock, std::chrono::duration<double>>(now));
    const double longest_ms = command_.stop ? kStopEvery_ms : kLongestWait_ms;
    return static_cast<int>(std::clamp(left.count() * 1000 + 1, 0.0, longest_ms));
  }

  std::optional<ChildEnd> overdue() const {
    const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
    const auto now = Clock::now();
    if (command_.stop && command_.stop()) return ChildEnd::stopped;
    if (seconds(now - started_) >= command_.deadline_s) return ChildEnd::deadline;
    if (seconds(now - last_line_) >= command_.silence_s) return ChildEnd::silent;
    return std::nullopt;
  }

  enum class Reading { open, closed, refused };

  // One wait, and what it brought. A grandchild may hold the error pipe open, so the record pipe
  // alone decides.
  Reading read_once(int timeout_ms) {
    for (pollfd& pipe : watched_) pipe.revents = 0;  // a signal leaves them as they were
    if (::poll(watched_.data(), watched_.size(), timeout_ms) < 0 && errno != EINTR) {
      return Reading::refused;
    }
    if (watched_[1].revents != 0 && !read_errors()) watched_[1].fd = -1;
    if (watched_[0].revents == 0) return Reading::open;
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(records_.read_end, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return Reading::open;
    if (got <= 0) return Reading::closed;
    const bool taken = take(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
    return taken ? Reading::open : Reading::refused;
  }

  // Until the record pipe is closed, or there is a reason to kill the child.
  std::optional<ChildEnd> read_until_closed() {
    while (true) {
      const Reading reading = read_once(poll_timeout_ms());
      if (reading == Reading::closed) return std::nullopt;
      if (reading == Reading::refused) return ChildEnd::refused;
      // Last, so that what was already said counts.
      if (const auto reason = overdue()) return reason;
    }
  }

  bool has_ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid == pid_;
  }

  // A child that was asked to end may have more to say than a pipe holds: nobody reading, it would
  // wait until it is killed.
  void hear_out(Clock::time_point until) {
    while (Clock::now() < until) {
      const bool ended = has_ended();  // before the look at the pipe, which then has the rest
      const Reading reading = read_once(ended ? 0 : static_cast<int>(kStopEvery_ms));
      if (reading != Reading::open || (ended && watched_[0].revents == 0)) return;
    }
  }

  bool read_errors() {
    std::array<char, 4096> buffer;
    const ssize_t got = ::read(errors_.read_end, buffer.data(), buffer.size());
    if (got <= 0) return got < 0 && errno == EINTR;
    result_.error_tail.append(buffer.data(), static_cast<std::size_t>(got));
    if (result_.error_tail.size() > kErrorTail) {
      result_.error_tail.erase(0, result_.error_tail.size() - kErrorTail);
    }
    return true;
  }

  bool take(std::string_view bytes) {
    pending_.append(bytes);
    std::size_t begin = 0;
    for (auto end = pending_.find('\n'); end != std::string::npos;
         end = pending_.find('\n', begin)) {
      last_line_ = Clock::now();
      if (!reader_(std::string_view(pending_).substr(begin, end - begin))) return false;
      begin = end + 1;
    }
    pending_.erase(0, begin);
    return pending_.size() <= kLongestLine;
  }

  bool reap_within(Clock::duration patience, int& status, rusage& usage) const {
    const auto until = Clock::now() + patience;
    while (true) {
      const pid_t gone = ::wait4(pid_, &status, WNOHANG, &usage);
      if (gone == pid_) return true;
      // Somebody else took its status: how it ended is not known, and never to be read as well.
      if (gone < 0 && errno != EINTR) {
        status = kUnknownStatus;
        return true;
      }
      if (Clock::now() >= until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  // What it has after SIGTERM, or to end by itself.
  Clock::duration grace(std::optional<ChildEnd> reason) const {
    if (!reason) return kKillGrace;
    if (*reason != ChildEnd::stopped) return kTermGrace;
    return std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(command_.stop_grace_s));
  }

  ChildResult finish(std::optional<ChildEnd> reason) {
    int status = 0;
    rusage usage{};
    // A child that closed its records is about to end; one that must go is asked before it is
    // killed.
    if (reason) ::kill(-pid_, SIGTERM);
    const auto until = Clock::now() + grace(reason);
    if (reason == ChildEnd::stopped) hear_out(until);
    bool gone = reap_within(until - Clock::now(), status, usage);
    if (!gone) {
      if (!reason) reason = ChildEnd::silent;
      ::kill(-pid_, SIGKILL);
      gone = reap_within(kKillGrace, status, usage);
    }
    if (gone) ::kill(-pid_, SIGKILL);  // whatever else is left in its group
    pollfd left{errors_.read_end, POLLIN, 0};
    while (::poll(&left, 1, 0) > 0 && read_errors()) {
    }
    result_.end = !gone                 ? ChildEnd::stuck
                  : reason              ? *reason
                  : WIFSIGNALED(status) ? ChildEnd::signalled
                                        : ChildEnd::exited;
    result_.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    const auto seconds = [](timeval t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
    result_.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    result_.max_resident_mb = double(usage.ru_maxrss) / 1024;
    return result_;
  }

  const ChildCommand& command_;
  const LineReader& reader_;
  Pipe records_;
  Pipe errors_;
  Input input_{command_.input ? std::string_view(*command_.input) : ""};
  std::array<pollfd, 2> watched_ = {pollfd{records_.read_end, POLLIN, 0},
                                    pollfd{errors_.read_end, POLLIN, 0}};
  pid_t pid_ = -1;
  Clock::time_point started_;
  Clock::time_point last_line_;
  std::string pending_;
  ChildResult result_;
};

struct SignalName {
  int number;
  const char* words;
};
constexpr std::array kSignals = {
    SignalName{SIGILL, "SIGILL (illegal instruction)"},
    SignalName{SIGSEGV, "SIGSEGV (crash)"},
    SignalName{SIGBUS, "SIGBUS (crash)"},
    SignalName{SIGFPE, "SIGFPE (crash)"},
    SignalName{SIGABRT, "SIGABRT (gave up)"},
    SignalName{SIGKILL, "SIGKILL (killed, perhaps for want of memory)"},
    SignalName{SIGTERM, "SIGTERM"}};

std::string signal_words(int number) {
  for (const SignalName& row : kSignals) {
    if (row.number == number) return row.words;
  }
  return fmt::format("signal {}", number);
}

}  // namespace

ChildResult run_child(const ChildCommand& command, const LineReader& reader) {
  return Child(command, reader).run();
}

std::string describe(const ChildResult& result) {
  switch (result.end) {
    case ChildEnd::exited:
      return fmt::format("ended with exit status {}", result.code);
    case ChildEnd::signalled:
      return "was killed by " + signal_words(result.code);
    case ChildEnd::deadline:
      return "was still running at its deadline and was killed";
    case ChildEnd::silent:
      return "hung (no sign of life within its time) and was killed";
    case ChildEnd::refused:
      return "wrote garbage instead of records and was killed";
    case ChildEnd::stopped:
      return "was stopped";
    case ChildEnd::stuck:
      return "hangs in the kernel, survived SIGKILL and was abandoned";
  }
  return "ended in an unknown way";
}

std::vector<std::string> allowed_environment() {
  std::vector<std::string> allowed;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::ranges::find(kAllowed, name_of(*variable)) != kAllowed.end()) {
      allowed.emplace_back(*variable);
    }
  }
  allowed.emplace_back("LANG=C.UTF-8");
  return allowed;
}

std::vector<std::string> distrusted_variables() {
  std::vector<std::string> found;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view name = name_of(*variable);
    if (std::ranges::any_of(kDistrusted, [&](const char* p) { return matches(p, name); })) {
      found.emplace_back(name);
    }
  }
  std::ranges::sort(found);
  return found;
}

}  // namespace tpp

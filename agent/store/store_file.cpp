#include "agent/store/store_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "agent/store/file_lock.h"
#include "agent/store/pass_store.h"
#include "agent/store/set_aside.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

StoreProblem problem_of_system(int error, const std::string& tried) {
  return {failure_of_system(error, StoreFailure::unusable),
          fmt::format("{}: {}", tried, std::strerror(error))};
}

const char* advice_for(StoreFailure failure) {
  switch (failure) {
    case StoreFailure::full:
      return "; make room on its disk";
    case StoreFailure::read_only:
    case StoreFailure::no_permission:
      return "; name a state directory that this user may write";
    case StoreFailure::busy:
      return "; another program holds it: try again";
    default:
      return "";
  }
}

// To the disk, whole: a copy that is cut short is none. SQLite does not flush what it copies.
bool flush(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool flushed = ::fsync(fd) == 0;
  ::close(fd);
  return flushed;
}

}  // namespace

fs::path history_file(const fs::path& directory) { return directory / "history.sqlite"; }

StoreFile::StoreFile(const fs::path& directory, const StoreSettings& settings)
    : directory_(directory),
      path_(history_file(directory)),
      writable_(settings.writable),
      busy_(settings.busy),
      longest_(settings.longest),
      vfs_(settings.vfs),
      steps_(settings.steps) {}

StoreFile::StoreFile(StoreFile&& other) noexcept = default;
StoreFile& StoreFile::operator=(StoreFile&& other) noexcept = default;
StoreFile::~StoreFile() = default;

StoreProblem StoreFile::problem_of(const SqliteError& error, std::string_view doing) const {
  const StoreFailure failure = error.failure();
  return {failure, fmt::format("cannot {} the history {}: {}{}", doing, path_.string(),
                               error.what(), advice_for(failure))};
}

StoreProblem StoreFile::other_version(std::int64_t version) const {
  if (version > newest_version()) {
    return {StoreFailure::newer,
            fmt::format("the history {} is of version {}, and this program knows {}: it is left as "
                        "it is; use the program that wrote it, or another state directory",
                        path_.string(), version, newest_version())};
  }
  return {StoreFailure::older,
          fmt::format("the history {} is of version {}, and this program writes {}: the next pass "
                      "that is recorded brings it up",
                      path_.string(), version, newest_version())};
}

std::unique_ptr<Connection> StoreFile::connect(OpenAs as) const {
  auto connection = std::make_unique<Connection>(
      path_, ConnectionSettings{as, static_cast<int>(busy_.count()), vfs_});
  connection->allow(longest_);
  return connection;
}

std::optional<StoreFile::Place> StoreFile::place() const {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) return std::nullopt;
  return Place(status.st_dev, status.st_ino);
}

std::optional<StoreProblem> StoreFile::open() { return writable_ ? open_writer() : open_reader(); }

std::optional<StoreProblem> StoreFile::open_if_moved() {
  if (connection_ && place() == opened_) return std::nullopt;
  return open();
}

std::optional<StoreProblem> StoreFile::make_directory() const {
  if (::mkdir(directory_.c_str(), 0750) == 0 || errno == EEXIST) return std::nullopt;
  const int error = errno;
  StoreProblem problem = problem_of_system(
      error, fmt::format("cannot make the state directory {}", directory_.string()));
  problem.message += "; make it, for the user that measures";
  return problem;
}

// With the mode of a report: serial numbers are not for everybody. SQLite gives its log the same.
std::optional<StoreProblem> StoreFile::make_file() const {
  const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  const int error = errno;
  if (fd >= 0) ::close(fd);
  if (fd >= 0 || error == EEXIST) return std::nullopt;
  StoreProblem problem =
      problem_of_system(error, fmt::format("cannot begin a history {}", path_.string()));
  problem.message += advice_for(problem.failure);
  return problem;
}

std::optional<StoreProblem> StoreFile::open_writer() {
  connection_.reset();
  if (auto problem = make_directory()) return problem;
  const auto lock = FileLock::take(directory_ / "history.lock", busy_);
  if (!lock) return lock.problem();
  std::string reason;
  try {
    return open_checked_writer();
  } catch (const SqliteError& error) {
    connection_.reset();
    if (error.failure() != StoreFailure::damaged) return problem_of(error, "open");
    reason = error.what();
  }
  if (auto problem = put_aside(reason)) return problem;
  try {
    return open_checked_writer();
  } catch (const SqliteError& error) {
    connection_.reset();
    return problem_of(error, "begin");
  }
}

std::optional<StoreProblem> StoreFile::put_aside(const std::string& reason) {
  connection_.reset();
  Stored<SetAside> file = set_aside(path_, reason);
  if (!file) return file.problem();
  set_aside_.push_back(*file);
  return std::nullopt;
}

std::optional<StoreProblem> StoreFile::renew(const std::string& reason) {
  {
    const auto lock = FileLock::take(directory_ / "history.lock", busy_);
    if (!lock) return lock.problem();
    // Where another program did so first, its new file is not the damaged one.
    if (place() == opened_) {
      if (auto problem = put_aside(reason)) return problem;
    }
  }
  return open_writer();
}

// The caller holds the lock.
std::optional<StoreProblem> StoreFile::open_checked_writer() {
  if (auto problem = make_file()) return problem;
  connection_ = connect(OpenAs::writer);
  // Nothing is written to a file that turns out to be damaged, newer, or another program's.
  connection_->write_log_when_closed(false);
  bool fresh = false;
  if (auto problem = check_identity(fresh)) {
    connection_.reset();
    return problem;
  }
  if (fresh) begin_tables();
  check_pages();
  const auto version = static_cast<int>(connection_->integer("PRAGMA user_version"));
  if (version < newest_version()) {
    if (auto problem = bring_up(version)) {
      connection_.reset();
      return problem;
    }
  }
  // The log shrinks to this after it was written to the file.
  connection_->run("PRAGMA journal_size_limit = 4194304");
  connection_->write_log_when_closed(true);
  opened_ = place();
  return std::nullopt;
}

std::optional<StoreProblem> StoreFile::check_identity(bool& fresh) {
  const std::int64_t id = connection_->integer("PRAGMA application_id");
  const std::int64_t version = connection_->integer("PRAGMA user_version");
  const bool empty = connection_->integer("SELECT count(*) FROM sqlite_schema") == 0;
  fresh = id == 0 && version == 0 && empty;
  if (fresh) return std::nullopt;
  if (id != kApplicationId) {
    return StoreProblem{StoreFailure::foreign,
                        fmt::format("{} is another program's: it is left as it is; name another "
                                    "state directory",
                                    path_.string())};
  }
  if (version > newest_version()) return other_version(version);
  return std::nullopt;
}

void StoreFile::begin_tables() {
  // Before any table, or it has no effect: pages of passes that went can be given back.
  connection_->run("PRAGMA auto_vacuum = INCREMENTAL");
  // Readers and a writer do not wait for each other, and a pass is flushed once. Where the file
  // system cannot do it SQLite keeps its journal, which holds as well.
  connection_->run("PRAGMA journal_mode = WAL");
  SqlTransaction transaction(*connection_);
  take_steps(*connection_, 0, steps_);
  transaction.commit();
}

void StoreFile::check_pages() {
  const std::string said = connection_->text("PRAGMA quick_check(1)");
  if (said != "ok") throw SqliteError(SQLITE_CORRUPT, 0, said);
  // What it does not see: tables that are not there.
  try {
    connection_->integer("SELECT count(*) FROM pass WHERE id < 0");
    connection_->integer("SELECT count(*) FROM board WHERE pass < 0");
  } catch (const SqliteError& error) {
    if (error.code() != SQLITE_ERROR) throw;
    throw SqliteError(SQLITE_CORRUPT, 0, error.what());
  }
}

// Nobody else writes between the copy and the last step: this transaction has begun.
std::optional<StoreProblem> StoreFile::bring_up(int version) {
  SqlTransaction transaction(*connection_);
  if (auto problem = keep_copy(version)) return problem;
  take_steps(*connection_, version, steps_);
  transaction.commit();
  return std::nullopt;
}

// Of what the program before this one reads: "history.sqlite.v1".
std::optional<StoreProblem> StoreFile::keep_copy(int version) const {
  const fs::path copy = fmt::format("{}.v{}", path_.string(), version);
  const fs::path unfinished = copy.string() + ".tmp";
  std::error_code error;
  fs::remove(unfinished, error);
  try {
    const auto source = connect(OpenAs::reader);
    SqlStatement(*source, "VACUUM INTO ?1").bind(1, std::string_view(unfinished.native())).run();
  } catch (const SqliteError& failed) {
    fs::remove(unfinished, error);
    return problem_of(
        failed, fmt::format("keep a copy, before bringing it to version {}, of", newest_version()));
  }
  const bool flushed = flush(unfinished);
  if (flushed) fs::rename(unfinished, copy, error);
  if (flushed && !error && flush(directory_)) return std::nullopt;
  const int why = error ? error.value() : errno;
  fs::remove(unfinished, error);
  return problem_of_system(why,
                           fmt::format("cannot keep a copy of the history as {}", copy.string()));
}

std::optional<StoreProblem> StoreFile::open_reader() {
  connection_.reset();
  if (!place()) {
    return StoreProblem{
        StoreFailure::missing,
        fmt::format("there is no history {}: `measure --state-directory {}` begins one",
                    path_.string(), directory_.string())};
  }
  try {
    bool fresh = false;
    std::optional<StoreProblem> problem;
    try {
      connection_ = connect(OpenAs::reader);
      problem = check_identity(fresh);
    } catch (const SqliteError& error) {
      // In a directory that this user may not write, and where nobody writes now: there is no log.
      std::error_code none;
      if (error.failure() == StoreFailure::damaged || fs::exists(path_.string() + "-wal", none)) {
        throw;
      }
      connection_ = connect(OpenAs::reader_of_still_file);
      problem = check_identity(fresh);
    }
    const std::int64_t version = connection_->integer("PRAGMA user_version");
    if (!problem && version != newest_version()) problem = other_version(version);
    if (!problem) check_pages();
    if (problem) connection_.reset();
    opened_ = place();
    return problem;
  } catch (const SqliteError& error) {
    connection_.reset();
    return problem_of(error, "read");
  }
}

}  // namespace tpp

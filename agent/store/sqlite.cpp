#include "agent/store/sqlite.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace tpp {
namespace {

// A path may hold what a URI reads as its own signs.
std::string uri_of(const std::filesystem::path& path, const char* query) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(path).string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned>(c));
    } else {
      uri += c;
    }
  }
  return uri + query;
}

int flags_of(OpenAs as) {
  const int access = as == OpenAs::writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  return access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
}

}  // namespace

StoreFailure SqliteError::failure() const {
  switch (code_ & 0xff) {
    case SQLITE_FULL:
      return StoreFailure::full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
      return StoreFailure::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return StoreFailure::damaged;
    case SQLITE_READONLY:
      return failure_of_system(system_error_, StoreFailure::read_only);
    case SQLITE_PERM:
      return StoreFailure::no_permission;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:  // without errno where the library had none for it
      return failure_of_system(system_error_, StoreFailure::unusable);
    default:
      return StoreFailure::unusable;
  }
}

Connection::Connection(const std::filesystem::path& path, const ConnectionSettings& settings)
    : handle_(nullptr, &sqlite3_close), deadline_(std::chrono::steady_clock::time_point::max()) {
  sqlite3* handle = nullptr;
  const char* query = settings.as == OpenAs::reader_of_still_file ? "?immutable=1" : "";
  const int code =
      sqlite3_open_v2(uri_of(path, query).c_str(), &handle, flags_of(settings.as), settings.vfs);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_timeout(handle, settings.busy_ms);
  // The file may have been altered: its schema runs nothing, and its cells are looked at twice.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // A mapped file that another program cuts short would end this process.
  run("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON");
  // In a log, NORMAL would lose the last passes with the power, FULL loses the one in flight. It
  // costs a flush a pass, of which there are few.
  run("PRAGMA synchronous = FULL");
}

void Connection::fail(int code) const {
  int system_error = handle_ ? sqlite3_system_errno(handle_.get()) : 0;
  std::string message = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  const int kind = code & 0xff;
  // No read or write of an open file ends so: it is left from looking for a log that is not there.
  if (kind == SQLITE_IOERR && system_error == ENOENT) system_error = 0;
  const bool of_system = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_READONLY;
  if (of_system && system_error != 0) {
    message += fmt::format(" ({})", std::strerror(system_error));
  }
  throw SqliteError(code, of_system ? system_error : 0, message);
}

void Connection::run(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Connection::integer(const char* sql) {
  SqlStatement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Connection::text(const char* sql) {
  SqlStatement statement(*this, sql);
  return statement.step() ? statement.text(0) : "";
}

int Connection::out_of_time(void* connection) {
  return std::chrono::steady_clock::now() > static_cast<Connection*>(connection)->deadline_ ? 1 : 0;
}

void Connection::allow(std::chrono::milliseconds time) {
  constexpr int kInstructions = 1000;  // a fraction of a millisecond
  deadline_ = std::chrono::steady_clock::now() + time;
  sqlite3_progress_handler(handle_.get(), kInstructions, &Connection::out_of_time, this);
}

void Connection::write_log_when_closed(bool write) {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, write ? 0 : 1, nullptr);
}

SqlStatement::SqlStatement(const Connection& connection, std::string_view sql)
    : connection_(&connection), statement_(nullptr, &sqlite3_finalize) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v2(connection.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                           nullptr));
  statement_.reset(statement);
}

void SqlStatement::check(int code) const {
  if (code != SQLITE_OK) connection_->fail(code);
}

SqlStatement& SqlStatement::bind(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), parameter, value));
  return *this;
}

SqlStatement& SqlStatement::bind(int parameter, double value) {
  check(sqlite3_bind_double(statement_.get(), parameter, value));
  return *this;
}

SqlStatement& SqlStatement::bind(int parameter, std::string_view text) {
  check(sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_STATIC,
                            SQLITE_UTF8));
  return *this;
}

SqlStatement& SqlStatement::bind_bytes(int parameter, std::string_view bytes) {
  check(
      sqlite3_bind_blob64(statement_.get(), parameter, bytes.data(), bytes.size(), SQLITE_STATIC));
  return *this;
}

bool SqlStatement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_->fail(code);
  return false;
}

void SqlStatement::run() {
  while (step()) {
  }
  check(sqlite3_reset(statement_.get()));
}

std::int64_t SqlStatement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string SqlStatement::text(int column) const { return bytes(column); }

std::string SqlStatement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  if (data == nullptr) return "";  // of an empty value, or where memory is short
  return {static_cast<const char*>(data), size};
}

SqlTransaction::SqlTransaction(Connection& connection) : connection_(connection) {
  connection_.run("BEGIN IMMEDIATE");
}

// After some failures SQLite has undone it already. What cannot be undone now is by whoever opens
// the file next.
SqlTransaction::~SqlTransaction() {
  if (!connection_.in_transaction()) return;
  sqlite3_progress_handler(connection_.get(), 0, nullptr, nullptr);
  sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqlTransaction::commit() { connection_.run("COMMIT"); }

}  // namespace tpp

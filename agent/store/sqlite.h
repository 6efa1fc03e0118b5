// SQLite's C interface as objects that clean up after themselves. Inside the store only.
//
// What fails throws SqliteError, which the store's public calls turn into values. A connection and
// its statements belong to one thread at a time.
#ifndef TPP_AGENT_STORE_SQLITE_H
#define TPP_AGENT_STORE_SQLITE_H

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "agent/store/store_problem.h"

namespace tpp {

class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, int system_error, const std::string& message)
      : std::runtime_error(message), code_(code), system_error_(system_error) {}

  int code() const { return code_; }  // SQLite's extended result code
  StoreFailure failure() const;

 private:
  int code_;
  int system_error_;  // errno of the call that failed, 0 where there was none
};

enum class OpenAs {
  writer,
  reader,
  // Of a directory in which a reader may not put the index that SQLite reads with: sound only while
  // nobody writes.
  reader_of_still_file,
};

struct ConnectionSettings {
  OpenAs as = OpenAs::writer;
  int busy_ms = 5000;         // longest wait for another program
  const char* vfs = nullptr;  // SQLite's own; tests put one there that fails
};

class Connection {
 public:
  // The file has to be there.
  Connection(const std::filesystem::path& path, const ConnectionSettings& settings);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One or more statements; what they answer is dropped.
  void run(const char* sql);
  std::int64_t integer(const char* sql);
  std::string text(const char* sql);
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

  // What runs after now + `time` is ended: StoreFailure::busy. Waiting for a disk cannot be ended.
  void allow(std::chrono::milliseconds time);
  // Whether closing writes what is in the log to the file: not where the file is not ours to touch.
  void write_log_when_closed(bool write);

  sqlite3* get() const { return handle_.get(); }
  [[noreturn]] void fail(int code) const;

 private:
  static int out_of_time(void* connection);

  std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle_;
  std::chrono::steady_clock::time_point deadline_;
};

class SqlStatement {
 public:
  SqlStatement(const Connection& connection, std::string_view sql);

  // Parameters from 1 on. Text and bytes have to live until the statement is reset.
  SqlStatement& bind(int parameter, std::int64_t value);
  SqlStatement& bind(int parameter, double value);
  SqlStatement& bind(int parameter, std::string_view text);
  SqlStatement& bind_bytes(int parameter, std::string_view bytes);

  // Whether there is a row; after the last one there is none.
  bool step();
  // Runs a statement without rows, ready for the next parameters.
  void run();

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::string bytes(int column) const;

 private:
  void check(int code) const;

  const Connection* connection_;
  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
};

// All or nothing: undone unless committed.
class SqlTransaction {
 public:
  // Waits for other writers here, and nowhere later.
  explicit SqlTransaction(Connection& connection);
  ~SqlTransaction();
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;

  void commit();

 private:
  Connection& connection_;
};

}  // namespace tpp

#endif

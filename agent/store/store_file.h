// The history's file: opening it, bringing its schema up, and putting it aside where it is damaged.
// Inside the store only. One object belongs to one thread; other objects, of this process or
// another, may use the same file meanwhile.
#ifndef TPP_AGENT_STORE_STORE_FILE_H
#define TPP_AGENT_STORE_STORE_FILE_H

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent/store/schema.h"
#include "agent/store/sqlite.h"
#include "agent/store/store_problem.h"

namespace tpp {

struct StoreSettings;

// The one that is written, of a state directory.
std::filesystem::path history_file(const std::filesystem::path& directory);

class StoreFile {
 public:
  StoreFile(const std::filesystem::path& directory, const StoreSettings& settings);
  StoreFile(StoreFile&& other) noexcept;
  StoreFile& operator=(StoreFile&& other) noexcept;
  ~StoreFile();

  // To write: makes the directory and the file where they are missing, sets a damaged file aside
  // and begins another. To read: touches nothing.
  std::optional<StoreProblem> open();
  // Opens the file anew where somebody put another in its place, or it could not be opened before.
  std::optional<StoreProblem> open_if_moved();
  // The file was found damaged: aside with it, and another begun. Only of one opened to write.
  std::optional<StoreProblem> renew(const std::string& reason);

  Connection& connection() { return *connection_; }
  bool writable() const { return writable_; }
  // What follows has StoreSettings::longest from now on.
  void allow() { connection_->allow(longest_); }
  const std::filesystem::path& path() const { return path_; }
  int newest_version() const { return steps_.back().version; }
  // Since last asked.
  std::vector<SetAside> take_set_aside() { return std::exchange(set_aside_, {}); }

  StoreProblem problem_of(const SqliteError& error, std::string_view doing) const;
  // That of a file of another version than ours.
  StoreProblem other_version(std::int64_t version) const;

 private:
  using Place = std::pair<std::uint64_t, std::uint64_t>;  // device and number of a file

  std::optional<StoreProblem> open_writer();
  std::optional<StoreProblem> open_checked_writer();
  std::optional<StoreProblem> open_reader();
  std::optional<StoreProblem> make_directory() const;
  std::optional<StoreProblem> make_file() const;
  std::optional<StoreProblem> put_aside(const std::string& reason);
  std::optional<StoreProblem> check_identity(bool& fresh);
  void begin_tables();
  std::optional<StoreProblem> bring_up(int version);
  std::optional<StoreProblem> keep_copy(int version) const;
  void check_pages();
  std::optional<Place> place() const;
  std::unique_ptr<Connection> connect(OpenAs as) const;

  std::filesystem::path directory_;
  std::filesystem::path path_;
  bool writable_;
  std::chrono::milliseconds busy_;
  std::chrono::milliseconds longest_;
  const char* vfs_;
  std::span<const SchemaStep> steps_;
  std::unique_ptr<Connection> connection_;
  std::optional<Place> opened_;
  std::vector<SetAside> set_aside_;
};

}  // namespace tpp

#endif

#include "agent/command/this_boot.h"

#include <fmt/format.h>

#include <sstream>

#include "agent/store/pass_store.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

struct Note {
  std::string boot;
  std::int64_t last = 0;
};

std::optional<Note> read_note(const std::filesystem::path& file) {
  const auto text = try_read_file(file);
  if (!text) return std::nullopt;
  std::istringstream words(*text);
  Note note;
  if (!(words >> note.boot >> note.last) || note.last < 0) return std::nullopt;
  return note;
}

std::optional<std::int64_t> newest_pass(const std::filesystem::path& directory) {
  StoreSettings settings;
  settings.writable = false;
  Stored<PassStore> store = PassStore::open(directory, settings);
  if (!store) return std::nullopt;
  const Stored<PassList> newest = store->passes({.newest = 1});
  if (!newest) return std::nullopt;
  return newest->passes.empty() ? 0 : newest->passes.back().id;
}

}  // namespace

std::optional<std::string> boot_id() {
  const auto text = try_read_file("/proc/sys/kernel/random/boot_id");
  if (!text) return std::nullopt;
  std::string id;
  if (!(std::istringstream(*text) >> id)) return std::nullopt;
  return id;
}

std::optional<std::int64_t> last_pass_of_earlier_boots(const std::filesystem::path& directory,
                                                       const std::optional<std::string>& boot) {
  if (!boot) return std::nullopt;
  const auto newest = newest_pass(directory);
  if (!newest) return std::nullopt;
  const std::filesystem::path file = directory / "history.boot";
  const auto note = read_note(file);
  // One of more passes than there are is of a history that was put aside.
  if (note && note->boot == *boot && note->last <= *newest) return note->last;
  replace_file(file, fmt::format("{} {}\n", *boot, *newest));
  return newest;
}

}  // namespace tpp

// Passes kept under a state directory, in `history.sqlite`: each as its whole report, with columns
// to find it by.
//
// No call throws, and none ends the process: what cannot be done is a StoreProblem. A store that
// was opened to write puts a damaged file aside, begins another and goes on; take_set_aside()
// tells. A pass is one transaction, flushed to the disk: a kill, or a loss of power, at any time
// loses at most the one in flight. Calls end within StoreSettings::longest, but for waiting for a
// disk. One object belongs to one thread; objects of several threads or programs may share a
// directory, which has to be on a local file system (the log is shared memory).
#ifndef TPP_AGENT_STORE_PASS_STORE_H
#define TPP_AGENT_STORE_PASS_STORE_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/report.h"
#include "agent/store/retention.h"
#include "agent/store/schema.h"
#include "agent/store/store_problem.h"

namespace tpp {

class StoreFile;

struct StoreSettings {
  bool writable = true;
  std::chrono::milliseconds busy{5000};      // longest wait for another program's write
  std::chrono::milliseconds longest{30000};  // of any call
  const char* vfs = nullptr;                 // SQLite's own; tests put one there that fails
  std::span<const SchemaStep> steps = schema_steps();
};

// Which passes; an empty text asks for nothing. Newer is what was stored later: by its own time a
// pass from before a clock was put back would be the newest until that time comes again.
struct PassQuery {
  std::string since = {};   // ISO 8601, a day or a time; held against when it began
  std::string board = {};   // any name of a board in it: id, serial number, UUID, address
  std::size_t newest = 0;   // as many, from the newest on; 0: all
  std::int64_t before = 0;  // those that were stored before this one alone; 0: all
  std::string node = {};    // its hostname
  std::optional<bool> simulated = {};  // only those that are, or are not
};

struct StoredPass {
  std::int64_t id = 0;  // never used again; the later it was stored the larger
  std::string started_at;
  std::string node;
  std::string mode;
  std::string digest;      // SHA-256 of the canonical JSON
  bool simulated = false;  // or any device
};

struct PassList {
  std::vector<StoredPass> passes;  // in the order in which they were stored
  std::size_t left_out = 0;        // older ones, by PassQuery::newest
};

enum class HistoryPlace {
  missing,  // nothing
  empty,    // a file without a byte
  taken,    // anything else, also what cannot be looked at
};

class PassStore {
 public:
  static Stored<PassStore> open(const std::filesystem::path& directory,
                                const StoreSettings& settings = {});
  PassStore(PassStore&&) noexcept;
  PassStore& operator=(PassStore&&) noexcept;
  ~PassStore();

  // The id of the pass; of one that is in the store already, that one's.
  Stored<std::int64_t> add(const Report& report);
  Stored<PassList> passes(const PassQuery& query);
  // Exactly what was added, or a problem: held against its digest.
  Stored<Report> report(std::int64_t id);
  // Drops passes that may go (retention.h), gives their pages back, and says how many went.
  Stored<std::size_t> retain(const Retention& limits, std::string_view now);
  // Damaged files that were found since last asked.
  std::vector<SetAside> take_set_aside();
  // All that stand in a directory, whenever they were found: until somebody moves them away.
  static std::vector<std::filesystem::path> damaged_files(const std::filesystem::path& directory);
  // What stands under the history's name, without opening it.
  static HistoryPlace place_in(const std::filesystem::path& directory);

 private:
  explicit PassStore(std::unique_ptr<StoreFile> file);

  template <class T, class Call>
  Stored<T> guarded(std::string_view doing, const Call& call);
  Stored<std::string> canonical_text(std::int64_t id);

  std::unique_ptr<StoreFile> file_;
};

}  // namespace tpp

#endif

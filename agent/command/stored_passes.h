// What the commands do with the history under a state directory: record a pass, read passes back.
#ifndef TPP_AGENT_COMMAND_STORED_PASSES_H
#define TPP_AGENT_COMMAND_STORED_PASSES_H

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/history/history.h"
#include "agent/options.h"
#include "agent/store/pass_store.h"

namespace tpp {

// A measured pass, and the history that it shall be in. What goes wrong with the history is a
// finding of the report, and nothing else of the pass.
class PassRecorder {
 public:
  // Before anything that takes time. Without a directory nothing is recorded.
  explicit PassRecorder(const std::optional<std::filesystem::path>& directory,
                        const Retention& keep = {});

  // Drops older passes that may go, too. False if it could not be written.
  bool record(Report& report);
  // Of an earlier pass that could not be written then.
  bool record_belated(Report report);
  // Of a pass that is no news: that nothing could be written, or was damaged.
  void tell(Report& report);
  // What of that an operator has not been told before: all but files that were put aside earlier.
  const std::vector<std::string>& news() const { return news_; }

 private:
  bool add(const Report& report);
  void tell_damage(Report& report);
  void tell_new(Finding finding, Report& report);

  std::optional<std::filesystem::path> directory_;
  std::optional<Stored<PassStore>> store_;
  Retention keep_;
  std::optional<StoreProblem> problem_;  // of the last that was to be written
  std::set<std::string> told_;           // damaged files, of the report that is recorded
  std::vector<std::string> news_;
};

// Reports with where each is from; what was not taken, and why.
struct ReportSequence {
  std::list<Report> reports;  // keeps its elements where they are
  std::vector<StoredReport> sequence;
  std::vector<std::string> notes;
};

// How long a search goes on, behind passes that cannot be read, for some that can.
inline constexpr std::chrono::seconds kLongestSearch{10};

// The newest passes of a history, as far as they can be read.
struct NewestPasses {
  std::vector<Report> reports;     // the newest first
  std::vector<std::int64_t> ids;   // theirs
  std::vector<StoredPass> unread;  // of those that were looked at, the newest first
  std::string why;                 // the newest of them cannot be read
  std::int64_t oldest = 0;         // the number of the last that was looked at; 0: none
  bool newest_is_unread = false;   // the newest of all
  bool all_looked_at = true;       // that was to be: the search did not take too long
};

// Of those that `of` asks for, as many as it takes: until `enough`, there are no more, or the
// search took `longest`; the first is looked at in any case. Throws Error if the history cannot be
// read.
NewestPasses newest_passes(const std::filesystem::path& directory, const PassQuery& of,
                           const std::function<bool(const std::vector<Report>&)>& enough,
                           std::chrono::milliseconds longest = kLongestSearch);

// Passes that are older than those at hand, of devices that were away. Each is read once, when it
// is first asked for; one that cannot be read is left out.
class OlderPasses {
 public:
  // Of the history, those that `of` asks for and that were stored before its `before`; 0: none.
  OlderPasses(std::filesystem::path directory, PassQuery of,
              std::chrono::milliseconds longest = kLongestSearch)
      : directory_(std::move(directory)), of_(std::move(of)), longest_(longest) {}

  // Those that have this device by its serial number or UUID, a slice by its UUID, else by the
  // serial number or address of the device that it is a part of: the newest `most` of them that can
  // be read, the newest first. They live as long as this. Of all devices together the search ends
  // as newest_passes() does. Throws Error if the history cannot be read.
  std::vector<const Report*> with(const Device& device, std::size_t most);

 private:
  const Report* read(PassStore& store, std::int64_t id);

  std::filesystem::path directory_;
  PassQuery of_;
  std::chrono::milliseconds longest_;
  std::optional<std::chrono::steady_clock::time_point> until_;
  std::map<std::int64_t, std::optional<Report>> reports_;
};

// Passes of the history that the options ask for. Throws Error if it cannot be read.
ReportSequence stored_passes(const Options& options);

// One of them. Throws Error.
Report stored_pass(const std::filesystem::path& directory, std::int64_t id);

}  // namespace tpp

#endif

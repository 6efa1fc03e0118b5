// How long the history takes, and how large it grows: passes of one report, each at another time.
//
// usage: store-speed REPORT.json [PASSES [DIRECTORY]]
//
// 1000 passes where nothing is said, in a directory of its own under TMPDIR. One that is named is
// filled with passes that end an hour before now, timed as it fills, and left for others to read.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "agent/store/pass_store.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "exporters/report_json.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

template <class Call>
double milliseconds(const Call& call) {
  const auto begin = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

template <class T>
T value_of(Stored<T> stored) {
  if (!stored) throw Error(stored.problem().message);
  return std::move(*stored);
}

void print(const char* what, double value, const char* unit) {
  fmt::print("{:<48} {:>10.2f} {}\n", what, value, unit);
}

// One an hour, the last of them an hour ago.
void time_adding(PassStore& store, Report report, int passes) {
  using std::chrono::hours;
  const auto now = std::chrono::floor<hours>(std::chrono::system_clock::now());
  std::vector<double> times;
  for (int i = 0; i < passes; ++i) {
    report.started_at = fmt::format("{:%Y-%m-%dT%H}:00:00Z", fmt::gmtime(now - hours(passes - i)));
    times.push_back(milliseconds([&] { value_of(store.add(report)); }));
  }
  std::ranges::sort(times);
  print("adding a pass, median", times[times.size() / 2], "ms");
  print("adding a pass, 99th percentile", times[times.size() * 99 / 100], "ms");
}

void time_reading(PassStore& store, const std::string& board) {
  PassList list;
  print("listing every pass", milliseconds([&] { list = value_of(store.passes({})); }), "ms");
  const auto by_board = [&] { value_of(store.passes({.board = board, .newest = 100})); };
  print("the newest 100 of one board", milliseconds(by_board), "ms");
  const auto one = [&] { value_of(store.report(list.passes.front().id)); };
  print("reading one report whole", milliseconds(one), "ms");
  const auto all = [&] {
    for (const StoredPass& pass : list.passes) value_of(store.report(pass.id));
  };
  print("reading every report whole", milliseconds(all), "ms");
  const auto retain = [&] { value_of(store.retain({.days = 0, .bytes = 1u << 20}, utc_now())); };
  print("dropping all but the newest MiB", milliseconds(retain), "ms");
}

Report filled(const char* file, int passes, const std::string& folder) {
  const std::string text = read_file(file);
  Report report = parse_report(text, file);
  PassStore store = value_of(PassStore::open(folder));
  fmt::print("{} passes of {} devices, {} bytes as text\n", passes, report.inventory.devices.size(),
             text.size());
  time_adding(store, report, passes);
  return report;
}

int run(const char* file, int passes) {
  std::string folder = (fs::temp_directory_path() / "store-speed-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw Error("cannot make a directory in TMPDIR");
  const Report report = filled(file, passes, folder);
  const fs::path history = fs::path(folder) / "history.sqlite";
  print("size of a pass", static_cast<double>(fs::file_size(history)) / passes, "bytes");
  const auto open = [&] { value_of(PassStore::open(folder)); };
  print("opening, every page checked", milliseconds(open), "ms");
  PassStore store = value_of(PassStore::open(folder));
  time_reading(store, report.inventory.boards.front().id.value);
  print("size of the file after that", static_cast<double>(fs::file_size(history)), "bytes");
  fs::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace tpp

int main(int argc, char** argv) {
  const auto passes = argc > 2 ? tpp::parse_int(argv[2]) : 1000;
  if (argc < 2 || argc > 4 || !passes || *passes < 1 || *passes > 50000) {
    fmt::print(stderr, "usage: store-speed REPORT.json [PASSES [DIRECTORY]]\n");
    return 64;
  }
  try {
    if (argc < 4) return tpp::run(argv[1], static_cast<int>(*passes));
    tpp::filled(argv[1], static_cast<int>(*passes), argv[3]);
    return 0;
  } catch (const tpp::Error& error) {
    fmt::print(stderr, "store-speed: {}\n", error.what());
    return 2;
  }
}

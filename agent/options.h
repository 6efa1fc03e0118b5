// The words of the command line and the environment as one value. Every default stands here.
// Order: flag > TPP_AGENT_<NAME> > default. The only files that know the command line library are
// options.cpp and options_*.cpp.
#ifndef TPP_AGENT_OPTIONS_H
#define TPP_AGENT_OPTIONS_H

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/boards/grouping.h"
#include "agent/chips/catalog_in_use.h"
#include "agent/classify_request.h"
#include "agent/model/catalog_view.h"
#include "agent/model/finding.h"
#include "agent/model/report.h"
#include "agent/pass/pass.h"

namespace tpp {

enum class Command {
  measure,
  devices,
  classify,
  shipment,
  history,
  catalog,
  selftest,
  run,
  pass,
  probe,
};

enum class CatalogAction { list, show, match, check };

// Which passes of a state directory's history; an empty text asks for nothing.
struct StoredPasses {
  std::string since;                  // ISO 8601, a day or a time
  std::string board;                  // any name of a board in them
  std::size_t newest = 100;           // reading and comparing takes its time for each
  std::optional<std::int64_t> print;  // history --export: that one's report, and no comparison
};

// The report of the pass before, which the daemon hands its child `pass` on standard input.
enum class HandedReport {
  none,
  kept,    // it is in the history, or told nothing new
  unkept,  // it belongs there, and could not be written
};

// What the daemon's child `pass` does beside measuring.
struct ServedPass {
  bool only_check = false;  // its words and the files that they name
  GateRequest gate;         // but for `force`
  std::vector<DeviceId> left_alone;
  HandedReport handed = HandedReport::none;
  std::string telemetry_path = "/metrics";  // for the landing page
  int keep_days = 0;                        // 0: no limit
  std::uint64_t keep_bytes = std::uint64_t{256} << 20;
};

struct Options {
  Command command = Command::measure;
  std::string format = "table";
  std::optional<std::filesystem::path> output;    // standard output otherwise
  std::optional<std::filesystem::path> textfile;  // measure: metrics there as well
  bool metrics_detail = false;
  bool plan = false;
  bool together = false;  // measure: devices of a board at once as well
  bool force = false;     // measure: although a device is not idle
  PassMode mode = PassMode::quick;
  Selection selection;
  double deadline_s = 3600;
  // One benchmark may be silent for so long. The slowest step known is faulting in and filling the
  // working set of `dram` on a node with gigabytes of cache: about 5 s.
  double silence_s = 30;
  std::set<FindingClass> fail_on = {FindingClass::contradiction, FindingClass::health};
  bool classify_cpu = false;
  std::map<std::string, std::string> readings;    // --reading NAME=OPTION
  Thresholds thresholds;                          // --threshold NAME=VALUE
  std::optional<std::filesystem::path> scenario;  // --simulate
  std::optional<std::filesystem::path> rules;
  std::optional<std::filesystem::path> catalog;
  std::optional<std::filesystem::path> backend_directory;
  std::vector<std::pair<std::string, std::string>> backend_options;
  std::optional<std::filesystem::path> board_map;
  BoardLevel board_level = BoardLevel::board;
  std::filesystem::path site = "/etc/tpp-agent";  // rules.d and catalog.d in it add to what ships
  ClassifyRequest classify;
  // history: report files, and directories of them.
  std::vector<std::filesystem::path> reports;
  // Its history: measure adds to it, history and classify read it.
  std::optional<std::filesystem::path> state_directory;
  StoredPasses stored;
  ServedPass served;
  std::optional<std::filesystem::path> daemon;  // measure: that daemon's socket, which is asked
  std::vector<std::string> run_words;           // of `run`, which the daemon understands
  // measure --previous: an earlier report.
  std::optional<std::filesystem::path> previous;
  CatalogAction catalog_action = CatalogAction::list;
  std::string chip;                                  // catalog show: id or name
  DeviceClues clues;                                 // catalog match
  std::vector<std::filesystem::path> catalog_files;  // catalog check
  std::string as_of;               // catalog list, show: ISO date, today by default
  std::filesystem::path manifest;  // shipment FILE, as it was typed
  Question shipment;               // its day, scope and readings
  std::string probe;               // hidden subcommand `probe NAME`
  std::string watch;               // its `--watch DEVICE`: read that one again and again
  std::string entered;             // its `--entered WHAT`: in place of this node
  bool tell_reads = false;         // its `--record`: say what is read of the node
  bool topology = false;           // devices --topology: draw the tree
  std::string entered_topology;    // "file:PATH" or "synthetic:WORDS": that of another machine
  std::optional<std::filesystem::path> record;  // devices --record: there
  bool record_serials = false;                  // ... without masks
  std::optional<std::filesystem::path> node;    // --node: a recorded one in place of this
};

// nullopt after --help or --version, which were printed. Throws UsageError, its message one or more
// lines for standard error.
std::optional<Options> parse_options(int argc, const char* const* argv);

// Where the catalogue of these options is, in this installation. Throws Error.
CatalogPaths catalog_paths(const Options& options);

// The pass that these options ask for, in this installation. Throws Error.
PassRequest pass_request(const Options& options);

}  // namespace tpp

#endif

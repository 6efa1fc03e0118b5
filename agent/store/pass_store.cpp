#include "agent/store/pass_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "agent/store/pass_rows.h"
#include "agent/store/report_packing.h"
#include "agent/store/set_aside.h"
#include "agent/store/sqlite.h"
#include "agent/store/store_file.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "exporters/report_json.h"

namespace tpp {
namespace {

// Since it was opened a later version of this program may have brought the file up.
std::optional<StoreProblem> check_version(StoreFile& file) {
  const std::int64_t version = file.connection().integer("PRAGMA user_version");
  if (version == file.newest_version()) return std::nullopt;
  return file.other_version(version);
}

struct PackedReport {
  std::string digest;
  std::size_t size = 0;  // as JSON
  std::string bytes;
};

PackedReport packed(const Report& report) {
  const std::string json = canonical_json(report);
  return {sha256(json), json.size(), deflated(json)};
}

// The id of the row, or of the one that is there already: nullopt.
std::optional<std::int64_t> insert_pass(Connection& connection, const PassRow& row,
                                        const PackedReport& report) {
  SqlStatement statement(connection,
                         "INSERT INTO pass (started_at, node, mode, simulated, agent_version, "
                         "method_version, report_schema, digest, report_bytes, report) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
                         "ON CONFLICT (digest) DO NOTHING");
  statement.bind(1, std::string_view(row.started_at))
      .bind(2, std::string_view(row.node))
      .bind(3, std::string_view(row.mode))
      .bind(4, std::int64_t{row.simulated})
      .bind(5, std::string_view(row.agent_version))
      .bind(6, std::string_view(row.method_version))
      .bind(7, std::int64_t{row.report_schema})
      .bind(8, std::string_view(report.digest))
      .bind(9, static_cast<std::int64_t>(report.size))
      .bind_bytes(10, report.bytes)
      .run();
  if (connection.integer("SELECT changes()") == 0) return std::nullopt;
  return connection.integer("SELECT last_insert_rowid()");
}

std::int64_t id_of(Connection& connection, const std::string& digest) {
  SqlStatement statement(connection, "SELECT id FROM pass WHERE digest = ?1");
  statement.bind(1, std::string_view(digest));
  return statement.step() ? statement.integer(0) : 0;
}

struct BoardStatements {
  explicit BoardStatements(const Connection& connection)
      : board(connection, "INSERT INTO board (pass, place, id, sign) VALUES (?1, ?2, ?3, ?4)"),
        name(connection, "INSERT INTO board_name (pass, place, name) VALUES (?1, ?2, ?3)"),
        class_(connection,
               "INSERT INTO board_class (pass, place, rule, class, assurance) "
               "VALUES (?1, ?2, ?3, ?4, ?5)"),
        tpp(connection, "INSERT INTO board_tpp (pass, place, basis, tpp) VALUES (?1, ?2, ?3, ?4)") {
  }

  SqlStatement board, name, class_, tpp;
};

void insert_board(BoardStatements& into, std::int64_t pass, std::int64_t place,
                  const BoardRow& row) {
  using Text = std::string_view;
  into.board.bind(1, pass).bind(2, place).bind(3, Text(row.id)).bind(4, Text(row.sign)).run();
  for (const std::string& name : row.names) {
    into.name.bind(1, pass).bind(2, place).bind(3, Text(name)).run();
  }
  for (const auto& [rule, said] : row.classes) {
    into.class_.bind(1, pass)
        .bind(2, place)
        .bind(3, Text(rule))
        .bind(4, Text(said.classification))
        .bind(5, Text(said.assurance))
        .run();
  }
  for (const auto& [basis, tpp] : row.tpp) {
    into.tpp.bind(1, pass).bind(2, place).bind(3, Text(basis)).bind(4, tpp).run();
  }
}

Stored<std::int64_t> insert(StoreFile& file, const PassRow& row, const PackedReport& report) {
  Connection& connection = file.connection();
  SqlTransaction transaction(connection);
  if (auto problem = check_version(file)) return *problem;
  const auto id = insert_pass(connection, row, report);
  if (!id) return id_of(connection, report.digest);
  BoardStatements statements(connection);
  std::int64_t place = 0;
  for (const BoardRow& board : row.boards) insert_board(statements, *id, place++, board);
  transaction.commit();
  return *id;
}

// Pages that its rows and indexes take beside the report count for each pass alike.
std::vector<PassOutline> outlines(Connection& connection) {
  std::vector<PassOutline> passes;
  std::map<std::int64_t, std::size_t> places;
  SqlStatement rows(connection, "SELECT id, started_at, length(report) FROM pass");
  std::uint64_t reports = 0;
  while (rows.step()) {
    places[rows.integer(0)] = passes.size();
    passes.push_back(
        {rows.integer(0), rows.text(1), static_cast<std::uint64_t>(rows.integer(2)), {}});
    reports += passes.back().bytes;
  }
  const auto pages = static_cast<std::uint64_t>(connection.integer("PRAGMA page_count") -
                                                connection.integer("PRAGMA freelist_count"));
  const std::uint64_t used = pages * connection.integer("PRAGMA page_size");
  const std::uint64_t others =
      used > reports && !passes.empty() ? (used - reports) / passes.size() : 0;
  for (PassOutline& pass : passes) pass.bytes += others;
  SqlStatement boards(connection,
                      "SELECT b.pass, b.sign, c.rule, c.class FROM board b LEFT JOIN board_class c "
                      "ON c.pass = b.pass AND c.place = b.place ORDER BY b.pass, b.place, c.rule");
  while (boards.step()) {
    const auto at = places.find(boards.integer(0));
    if (at == places.end()) continue;
    passes[at->second].classes[boards.text(1)] +=
        fmt::format("{}: {}\n", boards.text(2), boards.text(3));
  }
  return passes;
}

// The passes that `query` asks for, but for how many: ?1 is since when, ?2 a board's name, ?3 the
// pass before which, ?4 a node, ?5 whether simulated (-1: either).
constexpr const char* kMatching =
    "FROM pass WHERE started_at >= ?1 AND (?2 = '' OR id IN "
    "(SELECT pass FROM board_name WHERE name = ?2)) AND (?3 = 0 OR id < ?3) AND "
    "(?4 = '' OR node = ?4) AND (?5 < 0 OR simulated = ?5)";

PassList list(Connection& connection, const PassQuery& query) {
  const auto ask = [&](const std::string& sql) {
    SqlStatement statement(connection, sql);
    statement.bind(1, std::string_view(query.since))
        .bind(2, std::string_view(query.board))
        .bind(3, query.before)
        .bind(4, std::string_view(query.node))
        .bind(5, query.simulated ? std::int64_t{*query.simulated} : std::int64_t{-1});
    return statement;
  };
  PassList list;
  SqlStatement rows =
      ask(fmt::format("SELECT id, started_at, node, mode, digest, simulated {} "
                      "ORDER BY id DESC LIMIT {}",
                      kMatching, query.newest == 0 ? -1 : static_cast<std::int64_t>(query.newest)));
  while (rows.step()) {
    list.passes.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4),
                           rows.integer(5) != 0});
  }
  std::ranges::reverse(list.passes);
  SqlStatement count = ask(fmt::format("SELECT count(*) {}", kMatching));
  const std::int64_t all = count.step() ? count.integer(0) : 0;
  list.left_out = static_cast<std::size_t>(all) - std::min<std::size_t>(all, list.passes.size());
  return list;
}

}  // namespace

PassStore::PassStore(std::unique_ptr<StoreFile> file) : file_(std::move(file)) {}
PassStore::PassStore(PassStore&&) noexcept = default;
PassStore& PassStore::operator=(PassStore&&) noexcept = default;
PassStore::~PassStore() = default;

Stored<PassStore> PassStore::open(const std::filesystem::path& directory,
                                  const StoreSettings& settings) {
  auto file = std::make_unique<StoreFile>(directory, settings);
  if (auto problem = file->open()) return *problem;
  return PassStore(std::move(file));
}

std::vector<SetAside> PassStore::take_set_aside() { return file_->take_set_aside(); }

std::vector<std::filesystem::path> PassStore::damaged_files(
    const std::filesystem::path& directory) {
  return files_set_aside(history_file(directory));
}

HistoryPlace PassStore::place_in(const std::filesystem::path& directory) {
  const std::filesystem::path file = history_file(directory);
  std::error_code error;
  const auto type = std::filesystem::symlink_status(file, error).type();
  if (type == std::filesystem::file_type::not_found) return HistoryPlace::missing;
  const bool is_file = std::filesystem::is_regular_file(file, error);
  const bool empty = is_file && std::filesystem::file_size(file, error) == 0 && !error;
  return empty ? HistoryPlace::empty : HistoryPlace::taken;
}

// Runs `call` on a file that is the one in the directory, in bounded time. One that turns out to be
// damaged is renewed, where it may be.
template <class T, class Call>
Stored<T> PassStore::guarded(std::string_view doing, const Call& call) {
  try {
    if (auto problem = file_->open_if_moved()) return *problem;
    file_->allow();
    return call(*file_);
  } catch (const SqliteError& error) {
    const StoreProblem problem = file_->problem_of(error, doing);
    if (problem.failure != StoreFailure::damaged || !file_->writable()) return problem;
    if (auto failed = file_->renew(error.what())) return *failed;
    return problem;
  } catch (const std::exception& error) {
    return StoreProblem{StoreFailure::unusable, fmt::format("cannot {} the history {}: {}", doing,
                                                            file_->path().string(), error.what())};
  }
}

Stored<std::int64_t> PassStore::add(const Report& report) {
  PassRow row;
  PackedReport bytes;
  try {
    row = pass_row(report);
    bytes = packed(report);
  } catch (const std::exception& error) {
    return StoreProblem{StoreFailure::unusable,
                        fmt::format("cannot put the report into words: {}", error.what())};
  }
  const auto put = [&](StoreFile& file) { return insert(file, row, bytes); };
  Stored<std::int64_t> id = guarded<std::int64_t>("write to", put);
  // Into the file that was begun in the place of the damaged one.
  if (!id && id.problem().failure == StoreFailure::damaged) {
    return guarded<std::int64_t>("write to", put);
  }
  return id;
}

Stored<PassList> PassStore::passes(const PassQuery& query) {
  return guarded<PassList>(
      "read", [&](StoreFile& file) -> Stored<PassList> { return list(file.connection(), query); });
}

Stored<std::string> PassStore::canonical_text(std::int64_t id) {
  return guarded<std::string>("read", [&](StoreFile& file) -> Stored<std::string> {
    SqlStatement row(file.connection(),
                     "SELECT report, report_bytes, digest FROM pass WHERE id = ?1");
    row.bind(1, id);
    if (!row.step()) {
      return StoreProblem{
          StoreFailure::missing,
          fmt::format("there is no pass {} in the history {}", id, file.path().string())};
    }
    const auto text = inflated(row.bytes(0), static_cast<std::size_t>(row.integer(1)));
    if (text && sha256(*text) == row.text(2)) return *text;
    return StoreProblem{StoreFailure::damaged,
                        fmt::format("the report of pass {} in the history {} is not what was "
                                    "written: see whether the disk fails",
                                    id, file.path().string())};
  });
}

Stored<Report> PassStore::report(std::int64_t id) {
  const Stored<std::string> text = canonical_text(id);
  if (!text) return text.problem();
  try {
    return parse_report(*text, fmt::format("pass {} of {}", id, file_->path().string()));
  } catch (const Error& error) {
    return StoreProblem{StoreFailure::unusable, error.what()};
  }
}

Stored<std::size_t> PassStore::retain(const Retention& limits, std::string_view now) {
  return guarded<std::size_t>("write to", [&](StoreFile& file) -> Stored<std::size_t> {
    Connection& connection = file.connection();
    const auto dropped = passes_to_drop(outlines(connection), limits, now);
    if (dropped.empty()) return std::size_t{0};
    SqlTransaction transaction(connection);
    if (auto problem = check_version(file)) return *problem;
    SqlStatement drop(connection, "DELETE FROM pass WHERE id = ?1");
    for (const std::int64_t id : dropped) drop.bind(1, id).run();
    transaction.commit();
    connection.run("PRAGMA incremental_vacuum");
    return dropped.size();
  });
}

}  // namespace tpp

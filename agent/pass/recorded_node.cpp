#include "agent/pass/recorded_node.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "agent/model/recorded.h"
#include "agent/pass/node_read_records.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLargestManifest = 1u << 20;
constexpr std::size_t kLargestAnswer = 16u << 20;
constexpr std::size_t kLongestLine = 1u << 20;  // of a child's
constexpr std::string_view kEndBegins = "{\"record\":\"ended\",";
constexpr std::string_view kOfProbe = "probe ";
constexpr std::string_view kOfBackend = "backend ";

struct EndName {
  ChildEnd end;
  const char* name;
};
constexpr std::array kEnds = {
    EndName{ChildEnd::exited, "exited"},     EndName{ChildEnd::signalled, "signalled"},
    EndName{ChildEnd::deadline, "deadline"}, EndName{ChildEnd::silent, "silent"},
    EndName{ChildEnd::refused, "refused"},   EndName{ChildEnd::stopped, "stopped"},
    EndName{ChildEnd::stuck, "stuck"}};

// "probe nvidia", "backend cuda": the second is a name that a file can have.
bool is_asked(const std::string& of) {
  const std::string_view kind = of.starts_with(kOfProbe) ? kOfProbe : kOfBackend;
  if (!of.starts_with(kind) || of.size() == kind.size() || of.size() > 100) return false;
  return std::ranges::all_of(of.substr(kind.size()), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
  });
}

RecordingManifest::Answer answer_of(const Json& json) {
  RecordingManifest::Answer answer;
  answer.question.of = json.at("of").get<std::string>();
  answer.question.environment = json.value("environment", std::vector<std::string>());
  answer.file = json.at("file").get<std::string>();
  if (!is_asked(answer.question.of)) throw Error("an answer of neither a probe nor a backend");
  const bool inside = stays_inside(answer.file) && answer.file.find('/') == std::string::npos;
  if (!inside) throw Error("an answer in a file outside of answers/");
  return answer;
}

RecordingManifest manifest_of(const Json& json) {
  const int form = json.at("recording").get<int>();
  if (form != kRecordingForm) {
    throw Error(fmt::format("is a recording of form {}; this tpp-agent reads form {}: use {} one",
                            form, kRecordingForm, form > kRecordingForm ? "a newer" : "an older"));
  }
  RecordingManifest manifest;
  manifest.agent_version = json.at("agent_version").get<std::string>();
  manifest.recorded_at = json.at("recorded_at").get<std::string>();
  manifest.masked = json.at("masked").get<bool>();
  manifest.note = json.value("note", "");
  const Json& answers = json.at("answers");
  if (!answers.is_array() || answers.size() > kMostRecordedAnswers) {
    throw Error(fmt::format("\"answers\" is no list of at most {}", kMostRecordedAnswers));
  }
  for (const Json& answer : answers) manifest.answers.push_back(answer_of(answer));
  return manifest;
}

ChildResult end_of(const Json& json) {
  const auto how = json.at("how").get<std::string>();
  const auto row = std::ranges::find(kEnds, how, &EndName::name);
  if (row == kEnds.end()) throw Error(fmt::format("no child ends so: '{}'", how));
  ChildResult end;
  end.end = row->end;
  end.code = json.at("code").get<int>();
  end.error_tail = json.value("words", "");
  // That the command line could not be understood is said of this one's.
  if (end.end == ChildEnd::exited && end.code == EX_USAGE) end.code = EX_SOFTWARE;
  return end;
}

// Of another machine, whose files are none of this one's: a path is no word on what stands there.
bool tells_code(const std::string& line) {
  const Json record = Json::parse(line, nullptr, false);
  return record.is_object() && record.value("record", Json()) == "libraries";
}

std::string read_regular(const std::filesystem::path& path, std::size_t limit) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path, error))) {
    throw Error(fmt::format("cannot read {}: it is not there, or no file", path.string()));
  }
  return read_file(path, limit);
}

RecordingManifest read_manifest(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "recording.json";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    throw Error(
        fmt::format("{} is no recorded node: it has no recording.json; expected a folder "
                    "that `tpp-agent devices --record` wrote to its end",
                    folder.string()));
  }
  return parse_recording_manifest(read_regular(path, kLargestManifest), path.string());
}

}  // namespace

RecordingManifest parse_recording_manifest(std::string_view text, const std::string& origin) {
  try {
    return manifest_of(Json::parse(text));
  } catch (const Json::exception& error) {
    throw Error(fmt::format("{}: is damaged: {}", origin, error.what()));
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", origin, error.what()));
  }
}

std::string render_recording_manifest(const RecordingManifest& manifest) {
  Json answers = Json::array();
  for (const RecordingManifest::Answer& answer : manifest.answers) {
    Json row = {{"of", answer.question.of}};
    if (!answer.question.environment.empty()) row["environment"] = answer.question.environment;
    row["file"] = answer.file;
    answers.push_back(std::move(row));
  }
  Json json = {{"recording", kRecordingForm},
               {"agent_version", manifest.agent_version},
               {"recorded_at", manifest.recorded_at},
               {"masked", manifest.masked}};
  if (!manifest.note.empty()) json["note"] = manifest.note;
  json["answers"] = std::move(answers);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

RecordedAnswer parse_recorded_answer(std::string_view text, const std::string& origin) {
  RecordedAnswer answer;
  std::optional<ChildResult> end;
  try {
    for (std::string& line : split(text, '\n')) {
      if (line.empty()) continue;
      if (end) throw Error("has lines after its end");
      if (line.size() > kLongestLine) throw Error("has a line longer than a child may write");
      if (line.starts_with(kEndBegins)) {
        end = end_of(Json::parse(line));
      } else {
        answer.lines.push_back(std::move(line));
      }
    }
    if (!end) throw Error("does not say how it ended; was it cut short?");
  } catch (const Json::exception& error) {
    throw Error(fmt::format("{}: is damaged: {}", origin, error.what()));
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", origin, error.what()));
  }
  answer.end = *end;
  return answer;
}

std::string render_recorded_answer(const RecordedAnswer& answer) {
  std::string text;
  for (const std::string& line : answer.lines) text += line + "\n";
  const auto row = std::ranges::find(kEnds, answer.end.end, &EndName::end);
  Json json = {{"record", "ended"}, {"how", row->name}, {"code", answer.end.code}};
  if (!answer.end.error_tail.empty()) json["words"] = answer.end.error_tail;
  return text + json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

RecordedNode::RecordedNode(std::filesystem::path folder)
    : folder_(std::move(folder)), manifest_(read_manifest(folder_)) {}

std::string RecordedNode::banner() const {
  return fmt::format("{}not this node, but the one in {}, as it was on {} (tpp-agent {}{}){}",
                     kRecordedBanner, folder_.string(), manifest_.recorded_at,
                     manifest_.agent_version, manifest_.masked ? std::string(", ") + kMasked : "",
                     manifest_.note.empty() ? "" : "; " + manifest_.note);
}

std::vector<std::string> RecordedNode::modules() const {
  std::set<std::string> names;
  for (const RecordingManifest::Answer& answer : manifest_.answers) {
    if (answer.question.of.starts_with(kOfBackend)) {
      names.insert(answer.question.of.substr(kOfBackend.size()));
    }
  }
  return {names.begin(), names.end()};
}

ChildResult RecordedNode::answer(const NodeQuestion& question, const ChildCommand& command,
                                 const LineReader& reader) const {
  const auto known =
      std::ranges::find(manifest_.answers, question, &RecordingManifest::Answer::question);
  if (known == manifest_.answers.end()) {
    if (!question.of.starts_with(kOfProbe)) {
      ChildResult never;
      never.code = EX_UNAVAILABLE;
      never.error_tail = "it was not asked so when the node was recorded";
      return never;
    }
    ChildCommand over_files = command;
    over_files.arguments.insert(over_files.arguments.end(), {"--node", folder_.string()});
    return run_child(over_files, reader);
  }
  const std::filesystem::path path = folder_ / "answers" / known->file;
  RecordedAnswer recorded =
      parse_recorded_answer(read_regular(path, kLargestAnswer), path.string());
  for (const std::string& line : recorded.lines) {
    if (tells_code(line) || reader(line)) continue;
    recorded.end.end = ChildEnd::refused;
    break;
  }
  return std::move(recorded.end);
}

}  // namespace tpp

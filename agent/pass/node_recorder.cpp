#include "agent/pass/node_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "agent/pass/node_read_records.h"
#include "agent/support/error.h"
#include "probes/probe.h"

namespace tpp {
namespace {

constexpr std::string_view kOfProbe = "probe ";
// Which files of this machine a child had loaded is no fact about the node's devices, and their
// paths can name its users.
constexpr std::string_view kOfCode = "{\"record\":\"libraries\",";

const Probe* probe_of(const NodeQuestion& question) {
  return question.of.starts_with(kOfProbe) ? find_probe(question.of.substr(kOfProbe.size()))
                                           : nullptr;
}

// Where a question stands in the order in which a survey asks.
std::size_t place_of(const NodeQuestion& question) {
  const Probe* const probe = probe_of(question);
  return probe != nullptr ? static_cast<std::size_t>(probe - probes().data()) : probes().size();
}

bool add_read(std::string_view line, std::vector<NodeRead>& reads) {
  try {
    NodeReadPart part = parse_read_record(line);
    if (!part.continues) {
      reads.push_back(std::move(part.read));
    } else if (!reads.empty() && reads.back().path == part.read.path) {
      reads.back().text += part.read.text;
    }
    return true;
  } catch (const Error&) {
    return false;  // garbage, for which a child is ended
  }
}

void add_reads(const std::vector<NodeRead>& reads, NodeRecording& recording) {
  for (const NodeRead& read : reads) {
    if (read.kind == NodeRead::Kind::text) recording.texts[read.path] = read.text;
    if (read.kind == NodeRead::Kind::link) recording.links[read.path] = read.text;
    for (const std::string& name : read.names) recording.folders.insert(read.path + "/" + name);
  }
}

}  // namespace

ChildResult NodeRecorder::ask(const NodeQuestion& question, const ChildCommand& command,
                              const LineReader& reader) {
  Kept kept{.answer = {.question = question, .lines = {}, .end = {}}, .reads = {}};
  std::size_t bytes = 0;
  ChildCommand recorded = command;
  if (probe_of(question) != nullptr) recorded.arguments.emplace_back("--record");
  kept.answer.end = run_child_(recorded, [&](std::string_view line) {
    bytes += line.size();
    if (bytes > kLargestRecording) return false;
    if (is_read_record(line)) return add_read(line, kept.reads);
    if (!line.starts_with(kOfCode)) kept.answer.lines.emplace_back(line);
    return reader(line);
  });
  const std::lock_guard lock(mutex_);
  bytes_ += bytes;
  kept_.push_back(std::move(kept));
  return kept_.back().answer.end;
}

NodeRecording NodeRecorder::take() {
  const std::lock_guard lock(mutex_);
  if (bytes_ > kLargestRecording) {
    throw Error(fmt::format("cannot record this node: what it shows is more than {} MiB",
                            kLargestRecording >> 20));
  }
  std::ranges::stable_sort(kept_, {}, [](const Kept& kept) {
    return std::pair(place_of(kept.answer.question), kept.answer.question);
  });
  NodeRecording recording;
  for (Kept& kept : kept_) {
    add_reads(kept.reads, recording);
    // What a probe makes of files alone is made again of the recorded ones.
    const Probe* const probe = probe_of(kept.answer.question);
    if (probe == nullptr || probe->asks_library)
      recording.answers.push_back(std::move(kept.answer));
  }
  kept_.clear();
  return recording;
}

}  // namespace tpp

#include "agent/pass/node_recording.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <string_view>
#include <system_error>

#include "agent/pass/node_read_records.h"
#include "agent/pass/recorded_node.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "agent/version.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAnotherFolder =
    "choose a folder that is new or empty, and that you may write";

// With those that lead to it.
void make_folders(const fs::path& root, const fs::path& relative) {
  fs::path folder = root;
  for (const fs::path& part : relative) {
    folder /= part;
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
      throw Error(
          fmt::format("cannot make the folder {}: {}", folder.string(), std::strerror(errno)));
    }
  }
}

void put_file(const fs::path& root, const std::string& relative, std::string_view text) {
  make_folders(root, fs::path(relative).parent_path());
  create_private_file(root / relative, text);
}

void put_link(const fs::path& root, const std::string& relative, const std::string& target) {
  make_folders(root, fs::path(relative).parent_path());
  if (::symlink(target.c_str(), (root / relative).c_str()) != 0) {
    throw Error(fmt::format("cannot make the link {}: {}", (root / relative).string(),
                            std::strerror(errno)));
  }
}

// Whether files were read through the link: it stands for a folder, as those of sysfs' devices do.
bool leads_to_files(const NodeRecording& recording, const std::string& link) {
  const std::string inside = link + "/";
  const auto text = recording.texts.lower_bound(inside);
  const auto other = recording.links.lower_bound(inside);
  return (text != recording.texts.end() && text->first.starts_with(inside)) ||
         (other != recording.links.end() && other->first.starts_with(inside));
}

// In the order of their paths, so that a link within a folder that a link stands for finds it.
void put_links(const NodeRecording& recording, const fs::path& root) {
  for (const auto& [path, target] : recording.links) {
    const fs::path folder = (fs::path(path).parent_path() / target).lexically_normal();
    const bool inside = folder.is_relative() && *folder.begin() != "..";
    if (leads_to_files(recording, path)) {
      if (!inside) continue;  // then what was read there stands where the link was
      make_folders(root, folder);
    }
    put_link(root, path, target);
  }
}

// "probe-nvidia.ndjson", and one with a number for each further environment that it was asked with.
std::string answer_file(const NodeQuestion& question, int number) {
  std::string name = question.of;
  std::ranges::replace(name, ' ', '-');
  return number == 1 ? name + ".ndjson" : fmt::format("{}-{}.ndjson", name, number);
}

void put_all(const NodeRecording& recording, const fs::path& root) {
  const auto line = [](const std::string& text) { return text.empty() ? text : text + "\n"; };
  put_links(recording, root);
  for (const auto& [path, text] : recording.texts) put_file(root, path, line(text));
  for (const std::string& path : recording.folders) {
    std::error_code none;
    if (!fs::exists(fs::symlink_status(root / path, none))) make_folders(root, path);
  }
  RecordingManifest manifest{.agent_version = kVersion,
                             .recorded_at = utc_now(),
                             .masked = recording.masked,
                             .note = "",
                             .answers = {}};
  std::map<std::string, int> numbers;
  for (const RecordedAnswer& answer : recording.answers) {
    const std::string file = answer_file(answer.question, ++numbers[answer.question.of]);
    put_file(root, "answers/" + file, render_recorded_answer(answer));
    manifest.answers.push_back({answer.question, file});
  }
  // Last: without it the rest is no recording.
  put_file(root, "recording.json", render_recording_manifest(manifest));
}

}  // namespace

std::size_t count_files(const NodeRecording& recording) {
  return recording.texts.size() + recording.links.size() + recording.answers.size();
}

void check_recordable(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (fs::exists(status) && !fs::is_directory(status)) {
    throw Error(
        fmt::format("cannot record into {}: it is no folder; {}", folder.string(), kAnotherFolder));
  }
  if (!fs::exists(status)) {
    const fs::path parent = folder.has_parent_path() ? folder.parent_path() : ".";
    if (::access(parent.c_str(), W_OK | X_OK) == 0) return;
    throw Error(fmt::format("cannot record into {}: {}; {}", folder.string(), std::strerror(errno),
                            kAnotherFolder));
  }
  const bool empty = fs::is_empty(folder, error);
  if (!error && empty && ::access(folder.c_str(), W_OK | X_OK) == 0) return;
  throw Error(fmt::format("cannot record into {}: {}; {}", folder.string(),
                          error    ? error.message()
                          : !empty ? "it is not empty"
                                   : std::strerror(errno),
                          kAnotherFolder));
}

void write_recording(const NodeRecording& recording, const fs::path& folder) {
  check_recordable(folder);
  if (count_files(recording) + recording.folders.size() > kMostRecordedFiles ||
      recording.answers.size() > kMostRecordedAnswers) {
    throw Error(
        fmt::format("cannot record this node: it shows more than {} files", kMostRecordedFiles));
  }
  std::error_code error;
  const bool was_there = fs::exists(folder, error);
  try {
    if (!was_there && ::mkdir(folder.c_str(), 0700) != 0) {
      throw Error(
          fmt::format("cannot make the folder {}: {}", folder.string(), std::strerror(errno)));
    }
    if (was_there && ::chmod(folder.c_str(), 0700) != 0) {
      throw Error(fmt::format("cannot close the folder {} to others: {}", folder.string(),
                              std::strerror(errno)));
    }
    put_all(recording, folder);
  } catch (const Error& why) {
    // It was empty, or not there.
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      std::error_code none;
      fs::remove_all(entry.path(), none);
    }
    if (!was_there) fs::remove(folder, error);
    throw Error(fmt::format("{}; nothing was recorded: make room there, or {}", why.what(),
                            kAnotherFolder));
  }
}

}  // namespace tpp

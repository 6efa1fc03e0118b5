#include "agent/pass/code_in_use.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "agent/support/elf_build_id.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

// They compute nothing that is measured, and change with every security update.
constexpr std::array<std::string_view, 8> kRuntime = {"libc.so",     "libm.so", "libstdc++.so",
                                                      "libgcc_s.so", "ld-",     "libpthread.so",
                                                      "libdl.so",    "librt.so"};

bool is_runtime(const std::filesystem::path& path) {
  const std::string file = path.filename().string();
  return std::ranges::any_of(kRuntime,
                             [&](std::string_view name) { return file.starts_with(name); });
}

bool is_library(const std::filesystem::path& path) {
  const std::string file = path.filename().string();
  return file.ends_with(".so") || file.find(".so.") != file.npos;
}

std::optional<std::uint64_t> owner_of(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status.st_uid;
}

std::vector<const LibraryUse*> of_trust(const std::vector<LibraryUse>& files, FileTrust trust) {
  std::vector<const LibraryUse*> found;
  for (const LibraryUse& file : files) {
    if (file.trust == trust) found.push_back(&file);
  }
  return found;
}

}  // namespace

void CodeInUse::add(const std::string& user, const std::vector<MappedFile>& files) {
  for (const MappedFile& file : files) users_[file].insert(user);
}

void CodeInUse::add(const CodeInUse& other) {
  for (const auto& [file, users] : other.users_) users_[file].insert(users.begin(), users.end());
}

std::vector<LibraryUse> CodeInUse::judged(const TrustPolicy& policy) const {
  std::vector<LibraryUse> files;
  for (const auto& [file, users] : users_) {
    const Trust trust = judge(file, policy);
    const bool linked = users.contains(kThisProgram) && is_library(file.path);
    if (trust.trust == FileTrust::trusted && (linked || is_runtime(file.path))) continue;
    LibraryUse& use = files.emplace_back();
    use.path = file.path;
    use.used_by.assign(users.begin(), users.end());
    use.trust = trust.trust;
    if (!trust.reason.empty()) use.trust_reason = trust.reason;
    if (!file.deleted) use.owner_uid = owner_of(file.path);
  }
  return files;
}

void add_digests(std::vector<LibraryUse>& files) {
  for (LibraryUse& file : files) {
    if (!file.owner_uid) continue;  // not there, or another file by now
    file.sha256 = sha256_of_file(file.path).value_or("");
    file.build_id = build_id_of_file(file.path);
  }
}

std::vector<std::string> code_banners(const std::vector<LibraryUse>& files) {
  std::vector<std::string> banners;
  std::vector<std::string> paths;
  for (const LibraryUse* file : of_trust(files, FileTrust::untrusted)) paths.push_back(file->path);
  if (!paths.empty()) {
    constexpr std::size_t kNamed = 3;
    const std::size_t more = paths.size() > kNamed ? paths.size() - kNamed : 0;
    paths.resize(paths.size() - more);
    banners.push_back(fmt::format("UNTRUSTED: code took part that cannot be relied on: {}{}",
                                  fmt::join(paths, ", "),
                                  more == 0 ? "" : fmt::format(" and {} more", more)));
  }
  if (!of_trust(files, FileTrust::own_build).empty()) {
    banners.emplace_back(
        "OWN BUILD: the user who runs this program can change it; install it as root for a report "
        "that others rely on");
  }
  return banners;
}

std::vector<Finding> code_findings(const std::vector<LibraryUse>& files) {
  std::vector<Finding> findings;
  const auto add = [&](const char* code, Severity severity, std::string message) {
    findings.push_back({code, FindingClass::condition, severity, "", std::move(message)});
  };
  // One reason may hold for all that there is.
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const LibraryUse* file : of_trust(files, FileTrust::untrusted)) {
    by_reason[file->trust_reason.value_or("")].push_back(named(*file));
  }
  for (const auto& [reason, names] : by_reason) {
    add("evidence.untrusted_code", Severity::warning,
        fmt::format("{}: {}; no board that {} touched is corroborated or below: find out where {} "
                    "from, and measure without {}",
                    fmt::join(names, ", "), reason, names.size() == 1 ? "it" : "they",
                    names.size() == 1 ? "it comes" : "they come",
                    names.size() == 1 ? "it" : "them"));
  }
  const auto own = of_trust(files, FileTrust::own_build);
  if (own.empty()) return findings;
  std::vector<std::string> paths;
  for (const LibraryUse* file : own) paths.push_back(file->path);
  add("evidence.own_build", Severity::info,
      fmt::format("{}; {}: a program cannot vouch for itself, install it as root for a report that "
                  "others rely on",
                  fmt::join(paths, ", "), own.front()->trust_reason.value_or("")));
  return findings;
}

}  // namespace tpp

#include "exporters/http/web_config_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "agent/support/error.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

constexpr std::size_t kLargestWebConfig = 1u << 20;

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

// Less is asked of clients than before.
bool weaker(const WebConfig& next, const WebConfig& before) {
  const auto verifies = [](const WebConfig& c) {
    return c.tls && verifies_clients(c.tls->client_auth);
  };
  return (!before.users.empty() && next.users.empty()) || (verifies(before) && !verifies(next));
}

}  // namespace

WebConfigFile::Fingerprint WebConfigFile::fingerprint_of(const std::filesystem::path& file) {
  struct stat status = {};
  Fingerprint print;
  // Through symbolic links: Kubernetes swaps one to replace all files of a secret at once.
  if (::stat(file.c_str(), &status) != 0) {
    print.error = errno;
    return print;
  }
  print.device = status.st_dev;
  print.inode = status.st_ino;
  print.size = static_cast<std::uint64_t>(status.st_size);
  print.modified_ns = nanoseconds(status.st_mtim);
  print.changed_ns = nanoseconds(status.st_ctim);
  return print;
}

WebConfigFile::Fingerprints WebConfigFile::fingerprints() const {
  Fingerprints prints;
  for (const auto& file : files_) prints.push_back(fingerprint_of(file));
  return prints;
}

WebConfigFile::WebConfigFile(std::filesystem::path path) : path_(std::move(path)) {
  if (path_.empty()) {
    in_force_ = std::make_shared<WebConfigInForce>();
    return;
  }
  files_ = {path_};
  put_in_force(read());
}

std::shared_ptr<const WebConfigInForce> WebConfigFile::in_force() const {
  const std::lock_guard lock(mutex_);
  return in_force_;
}

void WebConfigFile::put_in_force(std::shared_ptr<WebConfigInForce> next) {
  const std::lock_guard lock(mutex_);
  next->generation = in_force_ ? in_force_->generation + 1 : 1;
  in_force_ = std::move(next);
}

// States of files are taken before they are read: what changes meanwhile is seen at the next look.
// Those of a configuration at fault count too: it is read again when one of them changes.
std::shared_ptr<WebConfigInForce> WebConfigFile::read() {
  seen_ = fingerprints();
  const Fingerprint own = seen_.front();
  auto next = std::make_shared<WebConfigInForce>();
  next->config = parse_web_config(read_file(path_, kLargestWebConfig), path_);
  files_ = {path_};
  if (next->config.tls) {
    for (const auto& file : files_of(*next->config.tls)) files_.push_back(file);
  }
  seen_ = fingerprints();
  seen_.front() = own;
  if (next->config.tls) next->tls = std::make_shared<const TlsContext>(*next->config.tls);
  return next;
}

WebConfigFile::News WebConfigFile::look() {
  if (path_.empty() || (fingerprints() == seen_ && !weaker_)) return {};
  try {
    return take(read());
  } catch (const Error& error) {
    weaker_.reset();
    return {false, fmt::format("{}; the web configuration before stays in force", error.what())};
  }
}

WebConfigFile::News WebConfigFile::take(std::shared_ptr<WebConfigInForce> next) {
  const auto current = in_force();
  if ((next->tls != nullptr) != (current->tls != nullptr)) {
    weaker_.reset();
    return {false, fmt::format("{}: TLS cannot be switched on or off while running; the web "
                               "configuration before stays in force until a restart",
                               path_.string())};
  }
  // A file in the middle of being written may lack its end, and with it the users. So what takes
  // protection away counts when it is still there at the next look.
  if (weaker(next->config, current->config) && weaker_ != seen_) {
    weaker_ = seen_;
    return {};
  }
  weaker_.reset();
  put_in_force(std::move(next));
  return {true, std::nullopt};
}

}  // namespace tpp

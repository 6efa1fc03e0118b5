// The web configuration in force: the file read and checked, its certificates taken in, and read
// again when it or a file that it names has changed. One that is broken, or half written, leaves
// the one before in force. Any thread may ask for what is in force; one at a time looks for
// changes, and may wait for a file system there.
#ifndef TPP_EXPORTERS_HTTP_WEB_CONFIG_FILE_H
#define TPP_EXPORTERS_HTTP_WEB_CONFIG_FILE_H

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exporters/http/tls_context.h"
#include "exporters/http/web_config.h"

namespace tpp {

struct WebConfigInForce {
  WebConfig config;
  std::shared_ptr<const TlsContext> tls;  // nullptr: plain HTTP
  std::uint64_t generation = 0;           // goes up with each that comes into force
};

class WebConfigFile {
 public:
  // Throws Error if it cannot be used. "" is a configuration that asks for nothing.
  explicit WebConfigFile(std::filesystem::path path);

  std::shared_ptr<const WebConfigInForce> in_force() const;

  struct News {
    bool changed = false;                // another is in force now
    std::optional<std::string> problem;  // why a changed one is not; told once
  };
  // Looks whether a file has changed by its place, size and times, and reads it if so.
  News look();

 private:
  // What tells one state of a file from another without reading it.
  struct Fingerprint {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    int error = 0;  // why it could not be looked at; 0 if it was

    bool operator==(const Fingerprint&) const = default;
  };
  using Fingerprints = std::vector<Fingerprint>;

  static Fingerprint fingerprint_of(const std::filesystem::path& file);
  Fingerprints fingerprints() const;
  std::shared_ptr<WebConfigInForce> read();
  News take(std::shared_ptr<WebConfigInForce> next);
  void put_in_force(std::shared_ptr<WebConfigInForce> next);

  const std::filesystem::path path_;
  std::vector<std::filesystem::path> files_;  // of the last reading, the configuration's own first
  Fingerprints seen_;
  std::optional<Fingerprints> weaker_;  // of a reading that would take protection away
  mutable std::mutex mutex_;
  std::shared_ptr<const WebConfigInForce> in_force_;  // under the mutex
};

}  // namespace tpp

#endif

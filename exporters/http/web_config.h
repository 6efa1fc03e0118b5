// The web configuration file that Prometheus' exporters share (exporter-toolkit,
// docs/web-configuration.md): YAML text -> values. Keys that are not known are refused with their
// place and what was expected; so is a file of nothing, which would take all protection away where
// one that is being written is read. Pure.
#ifndef TPP_EXPORTERS_HTTP_WEB_CONFIG_H
#define TPP_EXPORTERS_HTTP_WEB_CONFIG_H

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exporters/http/password_cache.h"
#include "exporters/http/rate_limit.h"
#include "exporters/http/tls_settings.h"

namespace tpp {

struct WebConfig {
  std::optional<TlsSettings> tls;
  Users users;  // none: no password is asked for
  std::map<std::string, std::string> headers;
  std::optional<RateSettings> rate_limit;
  std::vector<std::string> notes;  // what is accepted and has no effect, in words
};

// Paths in the text are relative to the folder of `file`. Throws Error "file:line:column: ...".
WebConfig parse_web_config(const std::string& text, const std::filesystem::path& file);

}  // namespace tpp

#endif

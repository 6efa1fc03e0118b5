#include "exporters/http/web_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "agent/documents/yaml_reader.h"
#include "agent/support/error.h"
#include "agent/support/text.h"
#include "exporters/http/password_hash.h"

namespace tpp {
namespace {

using Headers = std::map<std::string, std::string>;

// A section whose members are all commented out is none.
std::optional<YamlValue> section(const YamlValue& root, const std::string& key) {
  const auto found = root.find(key);
  return found && found->kind() != "nothing" ? found : std::nullopt;
}

PemSource read_pem(const YamlValue& tls, const std::string& key,
                   const std::filesystem::path& folder) {
  PemSource source;
  const auto text = section(tls, key);
  const auto file = section(tls, key + "_file");
  if (text && file)
    file->fail(fmt::format("found '{0}' and '{0}_file', expected one of them", key));
  if (text) source.text = text->text();
  if (file) source.file = folder / file->text();  // an absolute path stays as it is
  return source;
}

const std::map<std::string, ClientAuth>& client_auth_types() {
  static const std::map<std::string, ClientAuth> rows = {
      {"NoClientCert", ClientAuth::no_client_cert},
      {"RequestClientCert", ClientAuth::request_client_cert},
      {"RequireAnyClientCert", ClientAuth::require_any_client_cert},
      {"RequireClientCert", ClientAuth::require_any_client_cert},  // its name of old
      {"VerifyClientCertIfGiven", ClientAuth::verify_client_cert_if_given},
      {"RequireAndVerifyClientCert", ClientAuth::require_and_verify_client_cert}};
  return rows;
}

TlsVersion read_version(const YamlValue& value) {
  const std::string text = value.text();
  if (text == "TLS10" || text == "TLS11") {
    value.fail(fmt::format("'{}'", text), "TLS12 or TLS13: older ones are not spoken");
  }
  return value.one_of<TlsVersion>({{"TLS12", TlsVersion::tls12}, {"TLS13", TlsVersion::tls13}},
                                  "version of TLS");
}

void read_clients(const YamlValue& tls, TlsSettings& settings,
                  const std::filesystem::path& folder) {
  settings.client_ca = read_pem(tls, "client_ca", folder);
  if (const auto type = section(tls, "client_auth_type")) {
    settings.client_auth = type->one_of(client_auth_types(), "client_auth_type");
  }
  const bool verifies = verifies_clients(settings.client_auth);
  if (verifies && !settings.client_ca.given()) {
    tls.fail("found a client_auth_type that verifies, expected client_ca or client_ca_file too");
  }
  if (settings.client_ca.given() && settings.client_auth == ClientAuth::no_client_cert) {
    tls.fail("found a client CA and no client_auth_type that asks for certificates, expected one");
  }
  const auto sans = section(tls, "client_allowed_sans");
  if (!sans) return;
  settings.client_allowed_sans = sans->texts();
  if (settings.client_auth != ClientAuth::require_any_client_cert &&
      settings.client_auth != ClientAuth::require_and_verify_client_cert) {
    sans->fail(
        "found client_allowed_sans, expected with it client_auth_type RequireAnyClientCert or "
        "RequireAndVerifyClientCert: others let clients in that show no certificate");
  }
}

void read_ciphers(const YamlValue& tls, TlsSettings& settings) {
  if (const auto list = section(tls, "cipher_suites")) {
    for (const YamlValue& item : list->items()) {
      if (const auto fault = cipher_suite_fault(item.text())) {
        item.fail(fmt::format("found cipher suite '{}': {}", item.text(), *fault));
      }
      settings.cipher_suites.push_back(item.text());
    }
  }
  if (const auto list = section(tls, "curve_preferences")) {
    const std::vector<std::string> known = known_curves();
    for (const YamlValue& item : list->items()) {
      if (std::ranges::find(known, item.text()) == known.end()) item.fail_unknown("curve", known);
      settings.curve_preferences.push_back(item.text());
    }
  }
  if (const auto prefer = section(tls, "prefer_server_cipher_suites")) {
    settings.prefer_server_cipher_suites = prefer->boolean();
  }
}

TlsSettings read_tls(const YamlValue& tls, const std::filesystem::path& folder) {
  tls.expect_keys({"cert", "key", "cert_file", "key_file", "client_ca", "client_ca_file",
                   "client_auth_type", "client_allowed_sans", "min_version", "max_version",
                   "cipher_suites", "prefer_server_cipher_suites", "curve_preferences"});
  TlsSettings settings;
  settings.certificate = read_pem(tls, "cert", folder);
  settings.key = read_pem(tls, "key", folder);
  if (!settings.certificate.given()) tls.fail("found no cert or cert_file here, expected one");
  if (!settings.key.given()) tls.fail("found no key or key_file here, expected one");
  read_clients(tls, settings, folder);
  if (const auto version = section(tls, "min_version")) {
    settings.min_version = read_version(*version);
  }
  if (const auto version = section(tls, "max_version")) {
    settings.max_version = read_version(*version);
  }
  if (settings.min_version > settings.max_version) {
    tls.fail("found a min_version above max_version, expected one to be left");
  }
  read_ciphers(tls, settings);
  try {
    gnutls_priority(settings);
  } catch (const Error& error) {
    tls.at("cipher_suites").fail(error.what());
  }
  return settings;
}

// What can be set, and to what; no values: any.
const std::map<std::string, std::set<std::string>>& known_headers() {
  static const std::map<std::string, std::set<std::string>> rows = {
      {"Content-Security-Policy", {}},
      {"Strict-Transport-Security", {}},
      {"X-Content-Type-Options", {"nosniff"}},
      {"X-Frame-Options", {"deny", "sameorigin"}},
      {"X-XSS-Protection", {}}};
  return rows;
}

std::string read_header(const std::string& name, const YamlValue& value) {
  const std::string text = value.text();
  const auto harmful = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, harmful)) {
    value.fail(fmt::format("found control characters in {}", name), "one line of text");
  }
  const std::set<std::string>& allowed = known_headers().at(name);
  if (!allowed.empty() && !allowed.contains(to_lower(text))) {
    value.fail(fmt::format("{} '{}'", name, text), fmt::format("{}", fmt::join(allowed, " or ")));
  }
  return text;
}

Headers read_headers(const YamlValue& list) {
  list.expect_keys({"Content-Security-Policy", "Strict-Transport-Security",
                    "X-Content-Type-Options", "X-Frame-Options", "X-XSS-Protection"});
  Headers headers;
  for (const auto& [name, row] : known_headers()) {
    // Blank: unset.
    const auto value = section(list, name);
    if (value && value->kind() != "an empty text") headers[name] = read_header(name, *value);
  }
  return headers;
}

void read_http(const YamlValue& http, WebConfig& config) {
  http.expect_keys({"http2", "headers"});
  if (const auto http2 = section(http, "http2")) {
    if (http2->boolean()) {
      config.notes.push_back(http2->place() + ": http2 has no effect: HTTP/1.1 is spoken");
    }
  }
  if (const auto headers = section(http, "headers")) config.headers = read_headers(*headers);
}

Users read_users(const YamlValue& list) {
  Users users;
  for (const auto& [name, hash] : list.members()) {
    const std::string user = name.text();
    if (user.find(':') != std::string::npos) {
      name.fail(fmt::format("user '{}'", user), "a name without ':', which ends it in a request");
    }
    const auto cost = bcrypt_cost(hash.text());
    // The text is a secret, or was meant to be one: it is not shown.
    if (!cost) hash.fail("what is no bcrypt hash", "one as `htpasswd -nBC 10 \"\"` writes it");
    if (*cost > kHighestBcryptCost) {
      hash.fail(fmt::format("a bcrypt hash of cost {}", *cost),
                fmt::format("at most {}: a check would take seconds", kHighestBcryptCost));
    }
    users[user] = hash.text();
    if (users.size() > PasswordCache::kMostUsers) {
      list.fail(fmt::format("found more than {} users", PasswordCache::kMostUsers));
    }
  }
  return users;
}

// Durations as Go writes them: "250ms", "1m30s".
std::chrono::nanoseconds read_duration(const YamlValue& value) {
  static const std::map<std::string, double> units = {
      {"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
  const std::string text = value.text();
  if (text == "0") return std::chrono::nanoseconds(0);
  const auto fail = [&] {
    value.fail(fmt::format("'{}'", text), "a duration as 250ms, 1s or 1m30s, at most 1h");
  };
  double sum_ns = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto digits = rest.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos) fail();
    const auto number = parse_double(rest.substr(0, digits));
    rest.remove_prefix(digits);
    const auto end = std::min(rest.find_first_of("0123456789."), rest.size());
    const auto unit = units.find(std::string(rest.substr(0, end)));
    if (!number || unit == units.end()) fail();
    sum_ns += *number * unit->second;
    rest.remove_prefix(end);
  }
  if (!(sum_ns <= 3600e9)) fail();
  return std::chrono::nanoseconds(static_cast<std::int64_t>(sum_ns));
}

std::optional<RateSettings> read_rate(const YamlValue& rate) {
  constexpr int kHighestBurst = 1'000'000;
  rate.expect_keys({"interval", "burst"});
  RateSettings settings;
  if (const auto interval = section(rate, "interval")) {
    settings.interval = read_duration(*interval);
  }
  const auto burst = section(rate, "burst");
  if (settings.interval.count() == 0) return std::nullopt;
  if (!burst) rate.fail("found no burst beside interval, expected how many requests come at once");
  settings.burst = burst->integer();
  if (settings.burst < 1 || settings.burst > kHighestBurst) {
    burst->fail(burst->kind(), fmt::format("a burst from 1 to {}", kHighestBurst));
  }
  return settings;
}

}  // namespace

WebConfig parse_web_config(const std::string& text, const std::filesystem::path& file) {
  const YamlValue root = YamlValue::parse(text, file.string());
  root.expect_keys({"tls_server_config", "http_server_config", "basic_auth_users", "rate_limit"});
  WebConfig config;
  if (const auto tls = section(root, "tls_server_config")) {
    config.tls = read_tls(*tls, file.parent_path());
  }
  if (const auto http = section(root, "http_server_config")) read_http(*http, config);
  if (const auto users = section(root, "basic_auth_users")) config.users = read_users(*users);
  if (const auto rate = section(root, "rate_limit")) config.rate_limit = read_rate(*rate);
  return config;
}

}  // namespace tpp

#include "exporters/http/listen_address.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr int kMostInheritedSockets = 64;

[[noreturn]] void fail(std::string_view text, std::string_view why) {
  throw UsageError(
      fmt::format("'{}' is no address to listen on: {}; write it as 127.0.0.1:10177, "
                  "[::1]:10177 or :10177",
                  text, why));
}

// Letters of names and addresses, the zone of a link-local one ("fe80::1%eth0") included.
bool is_host(std::string_view host) {
  return std::ranges::all_of(host, [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_' || c == ':' || c == '%';
  });
}

std::uint16_t parse_port(std::string_view port, std::string_view whole) {
  const bool digits =
      !port.empty() && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  const auto number = digits ? parse_int(port) : std::nullopt;
  if (!number || *number > 65535) fail(whole, "a port is a number from 0 to 65535");
  return static_cast<std::uint16_t>(*number);
}

}  // namespace

ListenAddress parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) fail(text, "it has no port");
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string_view::npos) fail(text, "no IPv6 address in the brackets");
  } else if (host.find(':') != std::string_view::npos) {
    fail(text, "an IPv6 address stands in brackets");
  }
  if (!is_host(host)) fail(text, "it has signs that no host has");
  return {std::string(host), parse_port(text.substr(colon + 1), text)};
}

std::string to_text(const ListenAddress& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  return ipv6 ? fmt::format("[{}]:{}", address.host, address.port)
              : fmt::format("{}:{}", address.host, address.port);
}

int inherited_socket_count(std::string_view listen_pid, std::string_view listen_fds,
                           std::int64_t own_pid) {
  if (listen_pid.empty() || listen_fds.empty()) return 0;
  const auto pid = parse_int(listen_pid);
  const auto count = parse_int(listen_fds);
  if (!pid || !count || *count < 0 || *count > kMostInheritedSockets) {
    throw Error(fmt::format(
        "cannot take the service manager's sockets: LISTEN_PID is '{}' and LISTEN_FDS '{}', "
        "expected a process and a number up to {}",
        listen_pid, listen_fds, kMostInheritedSockets));
  }
  return *pid == own_pid ? static_cast<int>(*count) : 0;
}

}  // namespace tpp

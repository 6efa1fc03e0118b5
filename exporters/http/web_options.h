// How the web server is set up, with its defaults; flags are named as Prometheus' exporters name
// theirs. Plain values.
#ifndef TPP_EXPORTERS_HTTP_WEB_OPTIONS_H
#define TPP_EXPORTERS_HTTP_WEB_OPTIONS_H

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "exporters/http/listen_address.h"

namespace tpp {

// What strangers can take at most. Memory follows: a connection that has talked costs about 30 KiB
// under TLS, and less in plain text.
struct WebLimits {
  std::size_t connections = 128;             // open at once, over all addresses listened on
  std::size_t connections_per_address = 64;  // of one IPv4 address, or one IPv6 network of /64
  std::size_t request_bytes = 16 * 1024;     // line and headers together, and ours beside them
  std::chrono::milliseconds first_request{5'000};  // from connecting to the end of the headers
  std::chrono::milliseconds request{10'000};       // from there until the answer is taken
  // Kept open between requests: longer than the usual interval of scrapes, so that TLS is not
  // negotiated anew for each.
  std::chrono::milliseconds idle{120'000};
  // A request that is older gives its place to a new one where --web.max-requests is reached: only
  // a client that does not read is that slow.
  std::chrono::milliseconds yields_after{1'000};
  // How old what is known of the configuration's files may be.
  std::chrono::milliseconds config_check{1'000};
};

struct WebOptions {
  // --web.listen-address, repeatable. The local node only, unless told otherwise.
  std::vector<ListenAddress> listen_addresses = {{"127.0.0.1", 10177}};
  // --web.systemd-socket: listening TCP sockets of the service manager, in place of addresses.
  std::vector<int> inherited_sockets;
  // --web.telemetry-path: where the maker of pages puts the metrics.
  std::string telemetry_path = "/metrics";
  // --web.config.file: TLS, users, headers, rate; "" for none.
  std::filesystem::path config_file;
  // --web.public-pages: pages for the authenticated are given to everyone.
  bool public_pages = false;
  // --web.max-requests: answered at once; 0 for no limit but that of connections.
  std::size_t max_requests = 40;
  WebLimits limits;
};

}  // namespace tpp

#endif

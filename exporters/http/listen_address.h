// Addresses to listen on, as words of a command line, and the sockets that a service manager hands
// over. Pure: nothing is resolved or opened (listening_socket).
#ifndef TPP_EXPORTERS_HTTP_LISTEN_ADDRESS_H
#define TPP_EXPORTERS_HTTP_LISTEN_ADDRESS_H

#include <cstdint>
#include <string>
#include <string_view>

namespace tpp {

struct ListenAddress {
  std::string host;  // an address or a name, without brackets; "" is every address of the node
  std::uint16_t port = 0;  // 0: any free one

  bool operator==(const ListenAddress&) const = default;
};

// "127.0.0.1:10177", "[::1]:10177", ":10177", "node7:10177". Throws UsageError otherwise.
ListenAddress parse_listen_address(std::string_view text);

std::string to_text(const ListenAddress& address);  // as parse_listen_address reads it

// How many sockets were handed to this process by sd_listen_fds(3)'s protocol: from descriptor 3
// on. The texts of LISTEN_PID and LISTEN_FDS, "" where unset. 0 if they were meant for another
// process. Throws Error if they are no numbers, or beyond what a service would be given.
int inherited_socket_count(std::string_view listen_pid, std::string_view listen_fds,
                           std::int64_t own_pid);

inline constexpr int kFirstInheritedSocket = 3;  // SD_LISTEN_FDS_START

}  // namespace tpp

#endif

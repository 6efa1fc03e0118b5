#include "exporters/http/listening_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "agent/support/error.h"

namespace tpp {
namespace {

// Connections that wait to be accepted: a burst of strangers should not make a scraper's be dropped
// and tried again a second later.
constexpr int kBacklog = 1024;

std::string reason(int error) { return std::generic_category().message(error); }

[[noreturn]] void fail(const ListenAddress& address, const std::string& why) {
  throw Error(fmt::format("cannot listen on {}: {}; choose another by --web.listen-address",
                          to_text(address), why));
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses resolve(const ListenAddress& address, int family) {
  addrinfo hints = {};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const char* host = address.host.empty() ? nullptr : address.host.c_str();
  const std::string port = fmt::format("{}", address.port);
  if (::getaddrinfo(host, port.c_str(), &hints, &found) != 0) return nullptr;
  return Addresses(found);
}

// Bound and listening, or the reason why not.
int listen_on(int descriptor, const addrinfo& address) {
  const int yes = 1;
  const int no = 0;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (address.ai_family == AF_INET6) {
    // All addresses of IPv4 too where it is all of IPv6 ("[::]"); else it makes no difference.
    ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  }
  if (::bind(descriptor, address.ai_addr, address.ai_addrlen) != 0) return errno;
  return ::listen(descriptor, kBacklog) == 0 ? 0 : errno;
}

std::optional<ListenAddress> bound_address(int descriptor) {
  sockaddr_storage storage = {};
  socklen_t size = sizeof storage;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  std::array<char, NI_MAXHOST> host = {};
  std::array<char, NI_MAXSERV> port = {};
  if ((storage.ss_family != AF_INET && storage.ss_family != AF_INET6) ||
      ::getnameinfo(reinterpret_cast<sockaddr*>(&storage), size, host.data(), host.size(),
                    port.data(), port.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return {};
  }
  return ListenAddress{host.data(), static_cast<std::uint16_t>(std::stoul(port.data()))};
}

}  // namespace

ListeningSocket::~ListeningSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ListeningSocket ListeningSocket::open(const ListenAddress& address) {
  // All addresses of a node: one socket of IPv6 serves both, unless the kernel has none.
  const int first = address.host.empty() ? AF_INET6 : AF_INET;
  int error = 0;
  for (const int family : {first, AF_UNSPEC}) {
    const Addresses found = resolve(address, family);
    if (!found) continue;
    ListeningSocket made(::socket(
        found->ai_family, found->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, found->ai_protocol));
    error = made.descriptor_ < 0 ? errno : listen_on(made.descriptor_, *found);
    if (error == EAFNOSUPPORT) continue;
    if (error != 0) fail(address, reason(error));
    const auto bound = bound_address(made.descriptor_);
    if (!bound) fail(address, "the system does not tell where it listens");
    made.address_ = *bound;
    return made;
  }
  fail(address, error != 0 ? reason(error) : "there is no such address or name");
}

ListeningSocket ListeningSocket::inherit(int descriptor) {
  int listens = 0;
  socklen_t size = sizeof listens;
  const bool is_socket = ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0;
  const auto bound = is_socket && listens != 0 ? bound_address(descriptor) : std::nullopt;
  if (!bound) {
    throw Error(fmt::format(
        "cannot serve on the service manager's descriptor {}: it is no listening TCP socket; "
        "expected one of ListenStream= with an address of the internet",
        descriptor));
  }
  ListeningSocket taken(descriptor);
  taken.address_ = *bound;
  const int flags = ::fcntl(descriptor, F_GETFL);
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
  return taken;
}

}  // namespace tpp

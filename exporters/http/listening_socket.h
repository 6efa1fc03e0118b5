// Listening TCP sockets: opened on addresses, or taken from the service manager. Errors name the
// address, the system's reason and what to do.
#ifndef TPP_EXPORTERS_HTTP_LISTENING_SOCKET_H
#define TPP_EXPORTERS_HTTP_LISTENING_SOCKET_H

#include <utility>

#include "exporters/http/listen_address.h"

namespace tpp {

class ListeningSocket {
 public:
  // Bound and listening. A name is resolved, and its first address taken, IPv4 before IPv6; ""
  // listens on all addresses of both. Throws Error if it cannot be.
  static ListeningSocket open(const ListenAddress& address);
  // A descriptor that listens already; is owned from here on. Throws Error if it is no listening
  // TCP socket: others are not taken, since libmicrohttpd 0.9.75 has room for the addresses of
  // internet peers only, and a peer of a Unix socket chooses how long its own is.
  static ListeningSocket inherit(int descriptor);

  ListeningSocket(ListeningSocket&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), address_(std::move(other.address_)) {}
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket();

  const ListenAddress& address() const { return address_; }  // as bound: port 0 has become one
  int release() { return std::exchange(descriptor_, -1); }

 private:
  explicit ListeningSocket(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  ListenAddress address_;
};

}  // namespace tpp

#endif

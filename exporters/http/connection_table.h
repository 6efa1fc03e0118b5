// Who is connected, and who has to go: keeps the server reachable however many connections are held
// open. A newcomer is never turned away for want of room; in its place goes the connection that is
// least likely to be missed, of the address that holds the most. So a thousand slow connections
// evict each other, and a scraper, which has its answer within milliseconds, is not among the
// oldest of them. Leaves sockets and their bytes to others: it calls `hang_up`, under its lock, for
// a socket that is open at that moment. Any thread may call; none waits.
#ifndef TPP_EXPORTERS_HTTP_CONNECTION_TABLE_H
#define TPP_EXPORTERS_HTTP_CONNECTION_TABLE_H

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>

#include "exporters/http/web_options.h"

namespace tpp {

// Whom connections are counted for: an IPv4 address, or a network of IPv6 of /64, of which one
// customer has at least one whole.
using PeerKey = std::array<std::uint8_t, 16>;
PeerKey peer_key(const sockaddr* address);  // all 0 of what is no address of the internet

struct ConnectionCounts {
  std::uint64_t accepted = 0;
  std::uint64_t made_room = 0;     // hung up for a newcomer
  std::uint64_t overdue = 0;       // hung up for being slow or idle
  std::uint64_t too_many_now = 0;  // requests over the limit, with none that had to yield
};

class ConnectionTable {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Stage { connecting, idle, request };  // in the order in which they have to go
  struct Connection {
    int socket = -1;
    PeerKey peer = {};
    Stage stage = Stage::connecting;
    Clock::time_point since;       // when the stage began
    bool gone = false;             // hung up; its socket is about to be closed
    bool counted = false;          // among the requests of max_requests
    std::uint64_t generation = 0;  // of the configuration that its handshake goes by
  };

  ConnectionTable(const WebLimits& limits, std::size_t max_requests,
                  std::function<void(int socket)> hang_up);

  // A new connection, which has a place from now on; another may have been hung up for it.
  // `generation` is of the configuration that its handshake goes by: another may have begun since.
  Connection* add(int socket, const PeerKey& peer, std::uint64_t generation, Clock::time_point now);
  // Before its socket is closed: the number may be another connection's right after.
  void remove(Connection* connection);

  // Its headers have come. False if so many requests are being answered already that this one is to
  // be refused; it counts as a request in either case, until its answer is taken.
  bool begin_request(Connection* connection, Clock::time_point now);
  void end_request(Connection* connection, Clock::time_point now);

  // Hangs up whatever is longer in its stage than its limit. To be called now and then.
  void hang_up_overdue(Clock::time_point now);
  // A new configuration: what is idle under an older one comes back under it, and what is busy goes
  // when it is done.
  void begin_generation(std::uint64_t generation);

  std::size_t size() const;  // not counting what was hung up
  ConnectionCounts counts() const;

 private:
  using Connections = std::list<Connection>;

  void make_room_for(const PeerKey& peer);
  void go(Connection& connection);
  bool overdue(const Connection& connection, Clock::time_point now) const;
  Connection* slowest_request(Clock::time_point now);

  const WebLimits limits_;
  const std::size_t max_requests_;
  const std::function<void(int)> hang_up_;
  mutable std::mutex mutex_;
  Connections connections_;  // all below: under the mutex
  std::size_t requests_ = 0;
  std::uint64_t generation_ = 0;
  ConnectionCounts counts_;
};

}  // namespace tpp

#endif

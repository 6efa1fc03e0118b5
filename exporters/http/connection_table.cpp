#include "exporters/http/connection_table.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace tpp {

PeerKey peer_key(const sockaddr* address) {
  PeerKey key = {};
  if (address == nullptr) return key;
  if (address->sa_family == AF_INET) {
    // As IPv4 comes through a socket of IPv6: ::ffff:a.b.c.d.
    const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(address);
    key[10] = key[11] = 0xff;
    std::memcpy(key.data() + 12, &ipv4->sin_addr, 4);
  } else if (address->sa_family == AF_INET6) {
    const auto* ipv6 = reinterpret_cast<const sockaddr_in6*>(address);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&ipv6->sin6_addr);
    std::memcpy(key.data(), &ipv6->sin6_addr, mapped ? 16 : 8);
  }
  return key;
}

ConnectionTable::ConnectionTable(const WebLimits& limits, std::size_t max_requests,
                                 std::function<void(int)> hang_up)
    : limits_(limits), max_requests_(max_requests), hang_up_(std::move(hang_up)) {}

std::size_t ConnectionTable::size() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(connections_, [](const auto& c) { return !c.gone; }));
}

ConnectionCounts ConnectionTable::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void ConnectionTable::go(Connection& connection) {
  connection.gone = true;
  if (std::exchange(connection.counted, false)) --requests_;
  hang_up_(connection.socket);
}

void ConnectionTable::make_room_for(const PeerKey& peer) {
  std::map<PeerKey, std::size_t> held;
  std::size_t all = 0;
  for (const Connection& connection : connections_) {
    if (connection.gone) continue;
    ++held[connection.peer];
    ++all;
  }
  const bool peer_is_full = held[peer] >= limits_.connections_per_address;
  if (!peer_is_full && all < limits_.connections) return;
  // Least missed: of the address that holds the most, the earliest stage, and there the oldest.
  const auto rank = [&held](const Connection& c) {
    return std::tuple(std::numeric_limits<std::size_t>::max() - held[c.peer], c.stage, c.since);
  };
  Connection* goes = nullptr;
  for (Connection& candidate : connections_) {
    if (candidate.gone || (peer_is_full && candidate.peer != peer)) continue;
    if (goes == nullptr || rank(candidate) < rank(*goes)) goes = &candidate;
  }
  if (goes == nullptr) return;  // a limit of 0
  ++counts_.made_room;
  go(*goes);
}

ConnectionTable::Connection* ConnectionTable::add(int socket, const PeerKey& peer,
                                                  std::uint64_t generation, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  make_room_for(peer);
  ++counts_.accepted;
  Connection& connection = connections_.emplace_back();
  connection.socket = socket;
  connection.peer = peer;
  connection.since = now;
  connection.generation = generation;
  return &connection;
}

void ConnectionTable::remove(Connection* connection) {
  const std::lock_guard lock(mutex_);
  if (connection->counted) --requests_;
  connections_.remove_if([connection](const auto& c) { return &c == connection; });
}

ConnectionTable::Connection* ConnectionTable::slowest_request(Clock::time_point now) {
  Connection* slowest = nullptr;
  for (Connection& candidate : connections_) {
    if (!candidate.counted || now - candidate.since < limits_.yields_after) continue;
    if (slowest == nullptr || candidate.since < slowest->since) slowest = &candidate;
  }
  return slowest;
}

bool ConnectionTable::begin_request(Connection* connection, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  connection->stage = Stage::request;
  connection->since = now;
  if (connection->gone) return false;
  if (max_requests_ != 0 && requests_ >= max_requests_) {
    Connection* slowest = slowest_request(now);
    if (slowest == nullptr) {
      ++counts_.too_many_now;
      return false;
    }
    ++counts_.made_room;
    go(*slowest);
  }
  connection->counted = true;
  ++requests_;
  return true;
}

void ConnectionTable::end_request(Connection* connection, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(connection->counted, false)) --requests_;
  connection->stage = Stage::idle;
  connection->since = now;
  if (!connection->gone && connection->generation < generation_) go(*connection);
}

bool ConnectionTable::overdue(const Connection& connection, Clock::time_point now) const {
  const auto limit = connection.stage == Stage::connecting ? limits_.first_request
                     : connection.stage == Stage::idle     ? limits_.idle
                                                           : limits_.request;
  return now - connection.since >= limit;
}

void ConnectionTable::hang_up_overdue(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  for (Connection& connection : connections_) {
    if (connection.gone || !overdue(connection, now)) continue;
    ++counts_.overdue;
    go(connection);
  }
}

void ConnectionTable::begin_generation(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  generation_ = generation;
  for (Connection& connection : connections_) {
    const bool older = connection.generation < generation;
    if (!connection.gone && older && connection.stage == Stage::idle) go(connection);
  }
}

}  // namespace tpp

#include "exporters/http/connection_table.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tpp {
namespace {

using namespace std::chrono_literals;
using Clock = ConnectionTable::Clock;

PeerKey peer(const std::string& text) {
  sockaddr_in ipv4 = {};
  sockaddr_in6 ipv6 = {};
  ipv4.sin_family = AF_INET;
  ipv6.sin6_family = AF_INET6;
  if (::inet_pton(AF_INET, text.c_str(), &ipv4.sin_addr) == 1) {
    return peer_key(reinterpret_cast<const sockaddr*>(&ipv4));
  }
  EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &ipv6.sin6_addr), 1) << text;
  return peer_key(reinterpret_cast<const sockaddr*>(&ipv6));
}

class ConnectionTableTest : public testing::Test {
 protected:
  ConnectionTable make(std::size_t connections, std::size_t per_address,
                       std::size_t max_requests = 0) {
    WebLimits limits;
    limits.connections = connections;
    limits.connections_per_address = per_address;
    return ConnectionTable(limits, max_requests, [this](int socket) { gone.push_back(socket); });
  }
  Clock::time_point at(int ms) const { return start + std::chrono::milliseconds(ms); }

  const Clock::time_point start{1h};
  std::vector<int> gone;
};

TEST(PeerKey, IsOneForAnAddressHoweverItComes) {
  EXPECT_EQ(peer("192.0.2.1"), peer("::ffff:192.0.2.1"));
  EXPECT_NE(peer("192.0.2.1"), peer("192.0.2.2"));
}

TEST(PeerKey, IsOneForANetworkOfIpv6) {
  EXPECT_EQ(peer("2001:db8:0:1::1"), peer("2001:db8:0:1:ffff::2"));
  EXPECT_NE(peer("2001:db8:0:1::1"), peer("2001:db8:0:2::1"));
}

TEST_F(ConnectionTableTest, HangsUpNobodyWhileThereIsRoom) {
  ConnectionTable table = make(3, 3);
  for (int i = 0; i < 3; ++i) table.add(i, peer("192.0.2.1"), 1, at(i));
  EXPECT_TRUE(gone.empty());
  EXPECT_EQ(table.size(), 3u);
}

TEST_F(ConnectionTableTest, HangsUpTheOldestThatHasAskedForNothing) {
  ConnectionTable table = make(3, 3);
  auto* idle = table.add(0, peer("192.0.2.1"), 1, at(0));
  table.add(1, peer("192.0.2.1"), 1, at(1));
  table.add(2, peer("192.0.2.1"), 1, at(2));
  table.begin_request(idle, at(3));
  table.end_request(idle, at(4));
  table.add(3, peer("192.0.2.1"), 1, at(5));
  table.add(4, peer("192.0.2.1"), 1, at(6));
  EXPECT_EQ(gone, (std::vector{1, 2}));
}

TEST_F(ConnectionTableTest, HangsUpIdleOnesBeforeRequestsAndTheSlowestRequestLast) {
  ConnectionTable table = make(3, 3);
  auto* first = table.add(0, peer("192.0.2.1"), 1, at(0));
  auto* second = table.add(1, peer("192.0.2.1"), 1, at(1));
  auto* third = table.add(2, peer("192.0.2.1"), 1, at(2));
  table.begin_request(first, at(3));
  table.begin_request(second, at(4));
  table.begin_request(third, at(5));
  table.end_request(third, at(6));
  auto* fourth = table.add(3, peer("192.0.2.1"), 1, at(7));
  table.begin_request(fourth, at(8));
  table.add(4, peer("192.0.2.1"), 1, at(9));
  EXPECT_EQ(gone, (std::vector{2, 0}));
}

TEST_F(ConnectionTableTest, MakesRoomAtTheAddressThatHoldsTheMost) {
  ConnectionTable table = make(4, 4);
  table.add(0, peer("192.0.2.1"), 1, at(0));  // the scraper's: the oldest of all
  for (int i = 1; i < 4; ++i) table.add(i, peer("198.51.100.1"), 1, at(i));
  table.add(4, peer("203.0.113.1"), 1, at(4));
  EXPECT_EQ(gone, (std::vector{1}));
}

TEST_F(ConnectionTableTest, MakesRoomAtAnAddressThatHasItsShareThoughThereIsRoomElsewhere) {
  ConnectionTable table = make(100, 2);
  table.add(0, peer("192.0.2.1"), 1, at(0));
  table.add(1, peer("198.51.100.1"), 1, at(1));
  table.add(2, peer("198.51.100.1"), 1, at(2));
  table.add(3, peer("198.51.100.1"), 1, at(3));
  EXPECT_EQ(gone, (std::vector{1}));
  EXPECT_EQ(table.counts().made_room, 1u);
}

TEST_F(ConnectionTableTest, CountsNoPlaceForWhatWasHungUpAndIsNotYetClosed) {
  ConnectionTable table = make(2, 2);
  auto* first = table.add(0, peer("192.0.2.1"), 1, at(0));
  table.add(1, peer("192.0.2.1"), 1, at(1));
  table.add(2, peer("192.0.2.1"), 1, at(2));
  EXPECT_EQ(table.size(), 2u);
  table.add(3, peer("192.0.2.1"), 1, at(3));
  EXPECT_EQ(gone, (std::vector{0, 1}));
  table.remove(first);
  EXPECT_EQ(table.size(), 2u);
}

TEST_F(ConnectionTableTest, HangsUpWhatIsSlowInItsStage) {
  ConnectionTable table = make(9, 9);
  const WebLimits limits;
  auto* request = table.add(0, peer("192.0.2.1"), 1, start);
  auto* idle = table.add(1, peer("192.0.2.1"), 1, start);
  table.add(2, peer("192.0.2.1"), 1, start);
  table.begin_request(request, start);
  table.begin_request(idle, start);
  table.end_request(idle, start);
  table.hang_up_overdue(start + limits.first_request - 1ms);
  EXPECT_TRUE(gone.empty());
  table.hang_up_overdue(start + limits.first_request);
  EXPECT_EQ(gone, (std::vector{2}));
  table.hang_up_overdue(start + limits.request);
  EXPECT_EQ(gone, (std::vector{2, 0}));
  table.hang_up_overdue(start + limits.idle - 1ms);
  EXPECT_EQ(gone, (std::vector{2, 0}));
  table.hang_up_overdue(start + limits.idle);
  EXPECT_EQ(gone, (std::vector{2, 0, 1}));
  EXPECT_EQ(table.counts().overdue, 3u);
}

TEST_F(ConnectionTableTest, RefusesARequestOverTheMostAtOnce) {
  ConnectionTable table = make(9, 9, 2);
  auto* first = table.add(0, peer("192.0.2.1"), 1, at(0));
  auto* second = table.add(1, peer("192.0.2.1"), 1, at(0));
  auto* third = table.add(2, peer("192.0.2.1"), 1, at(0));
  EXPECT_TRUE(table.begin_request(first, at(1)));
  EXPECT_TRUE(table.begin_request(second, at(1)));
  EXPECT_FALSE(table.begin_request(third, at(2)));
  table.end_request(third, at(2));
  table.end_request(first, at(3));
  EXPECT_TRUE(table.begin_request(third, at(3)));
  EXPECT_TRUE(gone.empty());
  EXPECT_EQ(table.counts().too_many_now, 1u);
}

TEST_F(ConnectionTableTest, LetsARequestThatNobodyReadsGiveItsPlace) {
  ConnectionTable table = make(9, 9, 1);
  auto* slow = table.add(0, peer("192.0.2.1"), 1, at(0));
  auto* scrape = table.add(1, peer("192.0.2.2"), 1, at(0));
  EXPECT_TRUE(table.begin_request(slow, at(0)));
  EXPECT_TRUE(table.begin_request(scrape, at(1000)));
  EXPECT_EQ(gone, (std::vector{0}));
  table.remove(slow);
  table.end_request(scrape, at(1001));
  EXPECT_TRUE(table.begin_request(scrape, at(1002)));
}

TEST_F(ConnectionTableTest, FreesThePlaceOfARequestWhoseConnectionIsClosed) {
  ConnectionTable table = make(9, 9, 1);
  auto* first = table.add(0, peer("192.0.2.1"), 1, at(0));
  auto* second = table.add(1, peer("192.0.2.1"), 1, at(0));
  EXPECT_TRUE(table.begin_request(first, at(0)));
  table.remove(first);
  EXPECT_TRUE(table.begin_request(second, at(1)));
}

TEST_F(ConnectionTableTest, LetsConnectionsOfAnOlderConfigurationGoWhenTheyAreIdle) {
  ConnectionTable table = make(9, 9);
  auto* idle = table.add(0, peer("192.0.2.1"), 1, at(0));
  auto* busy = table.add(1, peer("192.0.2.1"), 1, at(0));
  table.begin_request(idle, at(1));
  table.end_request(idle, at(1));
  table.begin_request(busy, at(1));
  table.begin_generation(2);
  EXPECT_EQ(gone, (std::vector{0}));
  auto* fresh = table.add(2, peer("192.0.2.1"), 2, at(2));
  table.begin_request(fresh, at(2));
  table.end_request(fresh, at(2));
  EXPECT_EQ(gone, (std::vector{0}));
  table.end_request(busy, at(3));
  EXPECT_EQ(gone, (std::vector{0, 1}));
}

// Its handshake began before the new one was in force, and its place was taken after it.
TEST_F(ConnectionTableTest, CountsAConnectionUnderTheConfigurationOfItsHandshake) {
  ConnectionTable table = make(9, 9);
  table.begin_generation(2);
  auto* late = table.add(0, peer("192.0.2.1"), 1, at(0));
  EXPECT_TRUE(table.begin_request(late, at(1)));
  EXPECT_TRUE(gone.empty());
  table.end_request(late, at(2));
  EXPECT_EQ(gone, (std::vector{0}));
}

TEST_F(ConnectionTableTest, KeepsAConnectionThatIsUnderTheConfigurationThatBegins) {
  ConnectionTable table = make(9, 9);
  auto* early = table.add(0, peer("192.0.2.1"), 2, at(0));
  table.begin_request(early, at(1));
  table.end_request(early, at(1));
  table.begin_generation(2);
  EXPECT_TRUE(gone.empty());
}

}  // namespace
}  // namespace tpp

#include "exporters/http/listen_address.h"

#include <gtest/gtest.h>

#include "agent/support/error.h"

namespace tpp {
namespace {

TEST(ListenAddress, IsReadInTheFormsThatExportersTake) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:10177"), (ListenAddress{"127.0.0.1", 10177}));
  EXPECT_EQ(parse_listen_address("[::1]:9"), (ListenAddress{"::1", 9}));
  EXPECT_EQ(parse_listen_address("[fe80::1%eth0]:9"), (ListenAddress{"fe80::1%eth0", 9}));
  EXPECT_EQ(parse_listen_address(":10177"), (ListenAddress{"", 10177}));
  EXPECT_EQ(parse_listen_address("node-7.cluster:0"), (ListenAddress{"node-7.cluster", 0}));
  EXPECT_EQ(parse_listen_address("[::]:65535"), (ListenAddress{"::", 65535}));
}

TEST(ListenAddress, IsWrittenAsItIsRead) {
  for (const char* text : {"127.0.0.1:10177", "[::1]:9", ":10177", "node7:80"}) {
    EXPECT_EQ(to_text(parse_listen_address(text)), text);
  }
}

TEST(ListenAddress, IsRefusedWithTheWayToWriteIt) {
  for (const char* text : {"", "10177", "127.0.0.1", "127.0.0.1:", "::1:9", "[::1]", "[::1]9",
                           "a:65536", "a:-1", "a:+1", "a: 1", "a:1x", "[node]:9", "http://a:9",
                           "a b:9", "[::1:9", "a:99999999999999999999"}) {
    EXPECT_THROW(parse_listen_address(text), UsageError) << text;
  }
}

TEST(InheritedSockets, AreCountedForTheProcessThatTheyAreMeantFor) {
  EXPECT_EQ(inherited_socket_count("71", "2", 71), 2);
  EXPECT_EQ(inherited_socket_count("71", "2", 72), 0);
  EXPECT_EQ(inherited_socket_count("", "2", 71), 0);
  EXPECT_EQ(inherited_socket_count("71", "", 71), 0);
}

TEST(InheritedSockets, AreRefusedWhereTheirNumberCannotBe) {
  EXPECT_THROW(inherited_socket_count("71", "two", 71), Error);
  EXPECT_THROW(inherited_socket_count("71", "-1", 71), Error);
  EXPECT_THROW(inherited_socket_count("71", "65", 71), Error);
  EXPECT_THROW(inherited_socket_count("me", "1", 71), Error);
}

}  // namespace
}  // namespace tpp

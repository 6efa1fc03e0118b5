#include "exporters/http/request_headers.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "exporters/http/gzip.h"

namespace tpp {
namespace {

TEST(AcceptEncoding, TakesGzipWhereTheClientDoes) {
  for (const char* header : {"gzip", "GZIP", "deflate, gzip;q=1.0, *;q=0.5", "x-gzip", "*",
                             "br;q=1, gzip; q=0.001", " gzip "}) {
    EXPECT_TRUE(accepts_gzip(header)) << header;
  }
}

TEST(AcceptEncoding, SendsNoGzipToWhoDoesNotAskForIt) {
  for (const char* header : {"", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "br",
                             "gzip;q=0, *", "*, gzip;q=0", "gzipped", "gzip;q=x"}) {
    EXPECT_FALSE(accepts_gzip(header)) << header;
  }
}

TEST(BasicCredentials, AreReadWithColonsAndBytesOfThePassword) {
  const auto simple = parse_basic_credentials("Basic c2NyYXBlOnNlY3JldA==");  // scrape:secret
  ASSERT_TRUE(simple.has_value());
  EXPECT_EQ(simple->user, "scrape");
  EXPECT_EQ(simple->password, "secret");
  const auto colons = parse_basic_credentials("bAsIc   YTpiOmM=");  // a:b:c
  ASSERT_TRUE(colons.has_value());
  EXPECT_EQ(colons->user, "a");
  EXPECT_EQ(colons->password, "b:c");
  const auto zero = parse_basic_credentials("Basic YTpiAGM=");  // a:b\0c
  ASSERT_TRUE(zero.has_value());
  EXPECT_EQ(zero->password, std::string("b\0c", 3));
  const auto empty = parse_basic_credentials("Basic Og==");  // :
  ASSERT_TRUE(empty.has_value());
  EXPECT_EQ(empty->user + empty->password, "");
}

TEST(BasicCredentials, AreNoneWhereTheHeaderIsAnythingElse) {
  for (const char* header :
       {"", "Basic", "Basic ", "Bearer c2NyYXBlOnNlY3JldA==", "Basic c2Ny",
        "Basic YTpi=", "Basic YTpi====", "Basic Y?pi", "BasicYTpi", "Basic YT=piYQ=="}) {
    EXPECT_FALSE(parse_basic_credentials(header).has_value()) << header;
  }
}

TEST(Gzip, UnpacksToWhatWasPacked) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "metric " + std::to_string(i) + "\n";
  for (const std::string& each : {text, std::string(), std::string("a\0b", 3)}) {
    const std::string packed = gzip(each);
    std::string unpacked(each.size() + 1, '?');
    z_stream stream = {};
    ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
    stream.avail_out = static_cast<uInt>(unpacked.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    unpacked.resize(stream.total_out);
    inflateEnd(&stream);
    EXPECT_EQ(unpacked, each);
  }
  EXPECT_LT(gzip(text).size(), text.size() / 3);
}

}  // namespace
}  // namespace tpp

#include "agent/daemon/control_socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "agent/support/error.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kRequest = R"({"measure": {"devices": ["0000:17:00.0"], "full": true}})";

class Peer {
 public:
  explicit Peer(const std::filesystem::path& path)
      : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    connected_ =
        ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Peer() { leave(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  bool connected() const { return connected_; }
  void say(const std::string& text) const {
    ASSERT_EQ(::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL), std::ssize(text));
  }
  void close_its_side() const { ::shutdown(descriptor_, SHUT_WR); }
  void leave() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  // All that comes until the other side closes.
  std::string hear() const {
    std::string heard;
    std::array<char, 4096> buffer;
    for (ssize_t got = 1; got > 0;) {
      got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
      if (got > 0) heard.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return heard;
  }

 private:
  int descriptor_;
  bool connected_ = false;
};

class ControlSocketTest : public testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.path() / "tpp-agent.sock"; }

  // As the daemon does, until nothing more happens.
  static std::vector<MeasureRequest> serve(ControlSocket& socket) {
    std::vector<MeasureRequest> requests;
    for (int round = 0; round < 100; ++round) {
      std::vector<pollfd> watched;
      socket.add_to(watched);
      if (::poll(watched.data(), watched.size(), 50) <= 0) return requests;
      for (MeasureRequest& one : socket.serve(watched)) requests.push_back(std::move(one));
    }
    ADD_FAILURE() << "it is never at rest";
    return requests;
  }

  test::TemporaryDirectory directory_;
};

TEST_F(ControlSocketTest, HandsOverARequestAndSendsWhatCameOfIt) {
  ControlSocket socket(path());
  const Peer peer(path());
  peer.say(std::string(kRequest) + "\n");

  const auto requests = serve(socket);

  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_THAT(requests[0].devices, ElementsAre("0000:17:00.0"));
  EXPECT_TRUE(requests[0].full);
  EXPECT_FALSE(requests[0].force);
  EXPECT_EQ(requests[0].user, ::getuid());
  EXPECT_TRUE(socket.connected(requests[0].client));
  socket.send(requests[0].client, "one\n");
  socket.send(requests[0].client, "two\n");
  EXPECT_TRUE(socket.has_unsent());
  socket.finish(requests[0].client);
  socket.send(requests[0].client, "after the last\n");
  EXPECT_THAT(serve(socket), IsEmpty());
  EXPECT_FALSE(socket.has_unsent());
  EXPECT_FALSE(socket.connected(requests[0].client));
  EXPECT_EQ(peer.hear(), "one\ntwo\n");
}

TEST_F(ControlSocketTest, PutsARequestTogetherThatComesInPieces) {
  ControlSocket socket(path());
  const Peer peer(path());
  peer.say(R"({"measure": )");
  EXPECT_THAT(serve(socket), IsEmpty());
  peer.say("{}}\n");

  EXPECT_THAT(serve(socket), SizeIs(1));
}

TEST_F(ControlSocketTest, TellsWhatIsWrongWithARequestAndCloses) {
  ControlSocket socket(path());
  const Peer peer(path());
  peer.say("measure everything\n");

  EXPECT_THAT(serve(socket), IsEmpty());

  EXPECT_THAT(peer.hear(), HasSubstr(R"({"refused":"the request is no line of the form)"));
}

TEST_F(ControlSocketTest, TakesOneRequestOfAConnection) {
  ControlSocket socket(path());
  const Peer peer(path());
  peer.say(std::string(kRequest) + "\n" + kRequest + "\n");
  EXPECT_THAT(serve(socket), SizeIs(1));
  peer.say(std::string(kRequest) + "\n");

  EXPECT_THAT(serve(socket), IsEmpty());
}

TEST_F(ControlSocketTest, ForgetsAClientThatGoesWithHalfALine) {
  ControlSocket socket(path());
  Peer peer(path());
  peer.say(R"({"measure": )");
  EXPECT_THAT(serve(socket), IsEmpty());
  peer.close_its_side();

  EXPECT_THAT(serve(socket), IsEmpty());

  EXPECT_EQ(peer.hear(), "");
}

TEST_F(ControlSocketTest, ClosesWhereALineDoesNotEnd) {
  ControlSocket socket(path());
  const Peer peer(path());
  for (int i = 0; i < 17; ++i) {
    peer.say(std::string(4096, 'x'));
    EXPECT_THAT(serve(socket), IsEmpty());
  }

  EXPECT_EQ(peer.hear(), "");
}

TEST_F(ControlSocketTest, KnowsAtOnceThatAClientIsGone) {
  ControlSocket socket(path());
  Peer peer(path());
  peer.say(std::string(kRequest) + "\n");
  const auto requests = serve(socket);
  ASSERT_THAT(requests, SizeIs(1));
  peer.leave();

  serve(socket);

  EXPECT_FALSE(socket.connected(requests[0].client));
  socket.send(requests[0].client, "nobody hears it\n");
  EXPECT_FALSE(socket.has_unsent());
}

TEST_F(ControlSocketTest, AnswersAClientThatHasClosedItsOwnSide) {
  ControlSocket socket(path());
  const Peer peer(path());
  peer.say(std::string(kRequest) + "\n");
  peer.close_its_side();
  const auto requests = serve(socket);
  ASSERT_THAT(requests, SizeIs(1));
  ASSERT_TRUE(socket.connected(requests[0].client));

  socket.send(requests[0].client, "here\n");
  socket.finish(requests[0].client);
  serve(socket);

  EXPECT_EQ(peer.hear(), "here\n");
}

TEST_F(ControlSocketTest, IsForItsOwnerAndGroup) {
  const ControlSocket socket(path());
  struct stat found {};
  ASSERT_EQ(::stat(path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0660u);
}

TEST_F(ControlSocketTest, ReplacesTheSocketOfADaemonThatIsGone) {
  {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path().c_str());
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(descriptor);
  }
  ASSERT_FALSE(Peer(path()).connected());

  const ControlSocket socket(path());

  EXPECT_TRUE(Peer(path()).connected());
}

TEST_F(ControlSocketTest, LeavesTheSocketOfALivingDaemonAlone) {
  const ControlSocket first(path());
  EXPECT_THROW(ControlSocket{path()}, Error);
  EXPECT_TRUE(Peer(path()).connected());
}

TEST_F(ControlSocketTest, LeavesAFileAloneThatIsNoSocket) {
  std::ofstream(path()) << "mine";
  EXPECT_THROW(ControlSocket{path()}, Error);
  std::string text;
  std::ifstream(path()) >> text;
  EXPECT_EQ(text, "mine");
}

TEST_F(ControlSocketTest, SaysWhereNoSocketCanBe) {
  EXPECT_THROW(ControlSocket{directory_.path() / "missing" / "socket"}, Error);
  EXPECT_THROW(ControlSocket{directory_.path() / std::string(200, 'x')}, Error);
}

TEST_F(ControlSocketTest, IsGoneWithItsDaemon) {
  { const ControlSocket socket(path()); }
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(ControlSocketTest, ServesOthersWhileManyConnectionsAreHeld) {
  ControlSocket socket(path());
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < 16; ++i) {
    peers.push_back(std::make_unique<Peer>(path()));
    serve(socket);
  }
  const Peer waits(path());
  waits.say(std::string(kRequest) + "\n");
  EXPECT_THAT(serve(socket), IsEmpty());
  peers.front()->leave();

  EXPECT_THAT(serve(socket), SizeIs(1));
}

struct WrongRequest {
  const char* line;
  const char* words;
};
class WrongRequests : public testing::TestWithParam<WrongRequest> {};

TEST_P(WrongRequests, AreRefusedInWords) {
  try {
    parse_measure_request(GetParam().line);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(GetParam().words));
  }
}

INSTANTIATE_TEST_SUITE_P(
    MeasureRequest, WrongRequests,
    testing::Values(WrongRequest{"", "no line of the form"}, WrongRequest{"[]", "no line"},
                    WrongRequest{R"({"measure": []})", "no line"},
                    WrongRequest{R"({"measure": {}, "more": 1})", "no line"},
                    WrongRequest{R"({"measure": {"device": "a"}})", "\"device\" is not known"},
                    WrongRequest{R"({"measure": {"full": 1}})", "neither true nor false"},
                    WrongRequest{R"({"measure": {"devices": "a"}})", "no list"},
                    WrongRequest{R"({"measure": {"devices": [""]}})", "no id"},
                    WrongRequest{R"({"measure": {"devices": [1]}})", "no id"},
                    WrongRequest{"{\"measure\": {\"devices\": [\"\xff\"]}}", "no line"}));

TEST(MeasureRequest, IsReadAsItIsWritten) {
  MeasureRequest request;
  request.devices = {"a", "\"b\""};
  request.force = true;

  const MeasureRequest read = parse_measure_request(to_line(request));

  EXPECT_EQ(read.devices, request.devices);
  EXPECT_FALSE(read.full);
  EXPECT_TRUE(read.force);
}

}  // namespace
}  // namespace tpp

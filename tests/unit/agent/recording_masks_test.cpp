#include "agent/pass/recording_masks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr const char* kTag = "47110815";

std::string all_of(const NodeRecording& recording) {
  std::string text;
  for (const auto& [path, content] : recording.texts) text += path + "\n" + content + "\n";
  for (const RecordedAnswer& answer : recording.answers) {
    for (const std::string& line : answer.lines) text += line + "\n";
    for (const std::string& setting : answer.question.environment) text += setting + "\n";
    text += answer.end.error_tail + "\n";
  }
  return text;
}

RecordedAnswer answer(const std::string& of, std::vector<std::string> lines) {
  return {.question = {of, {}}, .lines = std::move(lines), .end = {}};
}

TEST(Masks, KeepTheFormOfANumberAndTheKindInFrontOfIt) {
  Masks masks(kTag);
  masks.note_number("GPU-6f4a0b12-aaaa-bbbb-cccc-0123456789ab");
  masks.note_number("1654922001234");
  masks.note_number("0xdeadbeefcafe0123");

  EXPECT_EQ(masks.applied("GPU-6f4a0b12-aaaa-bbbb-cccc-0123456789ab"),
            "GPU-47110815-0000-0000-0000-000000000001");
  EXPECT_EQ(masks.applied("1654922001234"), "4711081500002");
  EXPECT_EQ(masks.applied("0xDEADBEEFCAFE0123"), "0x4711081500000003");
}

TEST(Masks, GiveOneNumberOneStandInWhereverItStands) {
  Masks masks(kTag);
  masks.note_number("GPU-1a2b3c4d5e6f7000");

  // AMD's driver writes the number of the chip in place of the board's where there is none.
  EXPECT_EQ(masks.applied("1A2B3C4D5E6F7000"), "4711081500000001");
  EXPECT_EQ(masks.applied("0000:17:00.0/GPU-1a2b3c4d5e6f7000, lost"),
            "0000:17:00.0/GPU-4711081500000001, lost");
  EXPECT_EQ(masks.applied("x1a2b3c4d5e6f7000y"), "x1a2b3c4d5e6f7000y") << "another word";
}

TEST(Masks, ReplaceTheLongerOfTwoNumbersFirst) {
  Masks masks(kTag);
  masks.note_number("1234-5678");
  masks.note_number("1234-5678-9abc");

  EXPECT_EQ(masks.applied("of 1234-5678-9abc"), "of 4711-0815-0002");
}

TEST(Masks, TakeShortNumbersOnlyWhereTheyStandAlone) {
  Masks masks(kTag);
  masks.note_number("7a");

  EXPECT_EQ(masks.applied("7a"), "4711001") << "no room for less";
  EXPECT_EQ(masks.applied("bus 7a"), "bus 7a");
}

TEST(Masks, LeaveWhatIsNoNumberOfAMachine) {
  Masks masks(kTag);
  for (const char* word : {"", "None", "Not Specified", "00000000-0000-0000-0000-000000000000"}) {
    masks.note_number(word);
    EXPECT_EQ(masks.applied(word), word);
  }
}

TEST(Masks, KnowAddressesAndUuidsByTheirForm) {
  Masks masks(kTag);
  const std::string text = "port b8:3f:d2:00:11:22 of 4c4c4544-0042-3510-8053-b4c04f4d5332";
  masks.note_forms(text);
  masks.note_forms("0000:17:00.0 and 96.00.A5.00.01");

  EXPECT_EQ(masks.applied(text), "port 47:11:08:15:00:01 of 47110815-0000-0000-0000-000000000002");
  EXPECT_EQ(masks.applied("0000:17:00.0, 96.00.A5.00.01"), "0000:17:00.0, 96.00.A5.00.01");
}

TEST(Masks, TakeANameAsItIsWrittenAndNoProductForIt) {
  Masks masks(kTag);
  masks.note_name("h100", "node");

  EXPECT_EQ(masks.applied("h100: NVIDIA H100 80GB HBM3"), "node: NVIDIA H100 80GB HBM3");
}

TEST(Mask, LeavesNoNumberOrNameInAnyFileOfARecording) {
  NodeRecording recording;
  recording.texts = {
      {"proc/sys/kernel/hostname", "rack7-gpu03.example.org"},
      {"proc/cpuinfo", "processor : 0\nSerial : 00000000ca5e1234\nHardware : board"},
      {"sys/class/dmi/id/chassis_serial", "C8010LK00A0001"},
      {"sys/class/dmi/id/product_name", "SYS-821GE, C8010LK00A0001"},
      {"sys/bus/pci/devices/0000:03:00.0/serial_number", "692420000120"},
      {"topology.xml",
       "<topology><object type=\"Machine\">\n<info name=\"HostName\" value=\"rack7-gpu03\"/>"
       "<info name=\"DMIChassisSerial\" value=\"C8010LK00A0001\"/>"
       "<info name=\"SerialNumber\" value=\"NVME77\"/><info name=\"CPUModel\" value=\"EPYC\"/>"
       "<object type=\"OSDev\" name=\"enxb83fd2001122\"/></object></topology>"}};
  recording.answers = {
      answer("probe nvidia", {R"({"devices":[{"serial":"1654922001234","labels":{"chassis_serial":)"
                              R"("C8010LK00A0001"},"uuid":"GPU-1a2b3c4d5e6f7001"}]})"}),
      answer("backend cuda", {R"({"record":"device","id":"0000:17:00.0/MIG-1a2b3c4d5e6f7002",)"
                              R"("uuid":"MIG-1a2b3c4d5e6f7002","board_id":"SN-556677"})",
                              R"({"record":"hello","module":"/home/somebody/tpp/cuda.so"})"})};
  recording.answers[1].question.environment = {"CUDA_VISIBLE_DEVICES=MIG-1a2b3c4d5e6f7002"};
  recording.answers[1].end.error_tail = "rack7-gpu03: 1654922001234 fell off the bus";

  mask(recording, kTag);

  const std::string text = all_of(recording);
  for (const char* original :
       {"rack7", "example", "ca5e1234", "C8010LK00A0001", "692420000120", "NVME77", "b83fd2001122",
        "1654922001234", "1a2b3c4d5e6f7001", "1a2b3c4d5e6f7002", "SN-556677", "somebody"}) {
    EXPECT_THAT(text, Not(HasSubstr(original)));
  }
  EXPECT_THAT(text, HasSubstr("<info name=\"CPUModel\" value=\"EPYC\"/>"));
  EXPECT_TRUE(recording.masked);
  // Devices are still found by what they were found by.
  const std::string setting = recording.answers[1].question.environment[0];
  EXPECT_THAT(recording.answers[1].lines[0],
              HasSubstr(setting.substr(std::string("CUDA_VISIBLE_DEVICES=").size())));
}

TEST(Mask, LeavesTheProgramsOwnWordsWhateverTheHostIsCalled) {
  NodeRecording recording;
  recording.texts = {{"proc/sys/kernel/hostname", "gpu.example.org"}};
  recording.answers = {
      answer("probe nvidia", {R"({"kind":"gpu","name":"gpu","state":{"x":"gpu"}})"})};

  mask(recording, kTag);

  EXPECT_EQ(recording.answers[0].lines[0],
            R"({"kind":"gpu","name":"node-47110815","state":{"x":"node-47110815"}})");
}

TEST(Mask, TakesNoNumberThatIsMadeOfAnAddressForAPrivateOne) {
  NodeRecording recording;
  recording.texts = {{"proc/cpuinfo", "cpu MHz : 2596.098"},
                     {"topology.xml", "cpuset=\"0x25960000\""}};
  recording.answers = {answer("probe nvidia", {R"({"board_id":"0x2596","serial":"2596abcd"})"})};

  mask(recording, kTag);

  EXPECT_THAT(all_of(recording), HasSubstr("2596.098"));
  EXPECT_THAT(all_of(recording), HasSubstr("0x25960000"));
  EXPECT_THAT(all_of(recording), HasSubstr("\"board_id\":\"0x2596\""));
  EXPECT_THAT(all_of(recording), Not(HasSubstr("2596abcd")));
}

TEST(Mask, DropsAnswersThatAreNestedDeeperThanAnyRecord) {
  NodeRecording recording;
  const std::string deep = std::string(500000, '[') + std::string(500000, ']');
  recording.answers = {answer("backend odd", {deep, R"({"record":"hello"})"})};

  mask(recording, kTag);

  EXPECT_EQ(recording.answers[0].lines, std::vector<std::string>{R"({"record":"hello"})"});
}

TEST(Mask, KeepsNumbersEqualThatWereEqual) {
  NodeRecording recording;
  recording.answers = {answer("probe amd", {R"([{"serial":"6924ab"},{"serial":"6924AB"},)"
                                            R"({"serial":"6924ac"}])"})};

  mask(recording, kTag);

  EXPECT_EQ(recording.answers[0].lines[0],
            R"([{"serial":"4711001"},{"serial":"4711001"},{"serial":"4711002"}])");
}

// As long as it is told, a thousandth number has the form of a first one whose tag ends in 1.
TEST(Masks, GiveNoTwoNumbersOneStandIn) {
  Masks masks("00001111");
  std::set<std::string> given;
  constexpr int kNumbers = 2500;
  for (int i = 0; i < kNumbers; ++i) {
    const std::string number = "sn" + std::to_string(1'000'000 + i);
    masks.note_number(number);
    given.insert(masks.applied(number));
  }

  EXPECT_EQ(given.size(), static_cast<std::size_t>(kNumbers));
}

TEST(Mask, GivesEqualNumbersOfTwoRecordingsNothingInCommon) {
  NodeRecording one;
  one.texts = {{"proc/sys/kernel/hostname", "host"}};
  one.answers = {answer("probe nvidia", {R"([{"serial":"1654922001234"}])"})};
  NodeRecording other = one;

  mask(one, "11111111");
  mask(other, "22222222");

  EXPECT_EQ(one.answers[0].lines[0], R"([{"serial":"1111111100001"}])");
  EXPECT_EQ(other.answers[0].lines[0], R"([{"serial":"2222222200001"}])");
  EXPECT_NE(one.texts, other.texts);
}

TEST(DrawnTag, IsOfEightDigitsAndAnotherEachTime) {
  EXPECT_THAT(drawn_tag(), MatchesRegex("[0-9]{8}"));
  EXPECT_FALSE(drawn_tag() == drawn_tag() && drawn_tag() == drawn_tag());
}

}  // namespace
}  // namespace tpp

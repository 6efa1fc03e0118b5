#include "agent/pass/recording_masks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::Not;

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
  Masks masks;
  masks.note_number("GPU-6f4a0b12-aaaa-bbbb-cccc-0123456789ab");
  masks.note_number("1654922001234");
  masks.note_number("0xdeadbeefcafe0123");

  EXPECT_EQ(masks.applied("GPU-6f4a0b12-aaaa-bbbb-cccc-0123456789ab"),
            "GPU-00000000-0000-0000-0000-000000000001");
  EXPECT_EQ(masks.applied("1654922001234"), "0000000000002");
  EXPECT_EQ(masks.applied("0xDEADBEEFCAFE0123"), "0x0000000000000003");
}

TEST(Masks, GiveOneNumberOneStandInWhereverItStands) {
  Masks masks;
  masks.note_number("GPU-1a2b3c4d5e6f7000");

  // AMD's driver writes the number of the chip in place of the board's where there is none.
  EXPECT_EQ(masks.applied("1A2B3C4D5E6F7000"), "0000000000000001");
  EXPECT_EQ(masks.applied("0000:17:00.0/GPU-1a2b3c4d5e6f7000, lost"),
            "0000:17:00.0/GPU-0000000000000001, lost");
  EXPECT_EQ(masks.applied("x1a2b3c4d5e6f7000y"), "x1a2b3c4d5e6f7000y") << "another word";
}

TEST(Masks, ReplaceTheLongerOfTwoNumbersFirst) {
  Masks masks;
  masks.note_number("1234-5678");
  masks.note_number("1234-5678-9abc");

  EXPECT_EQ(masks.applied("of 1234-5678-9abc"), "of 0000-0000-0002");
}

TEST(Masks, TakeShortNumbersOnlyWhereTheyStandAlone) {
  Masks masks;
  masks.note_number("7a");

  EXPECT_EQ(masks.applied("7a"), "01");
  EXPECT_EQ(masks.applied("bus 7a"), "bus 7a");
}

TEST(Masks, LeaveWhatIsNoNumberOfAMachine) {
  Masks masks;
  for (const char* word : {"", "None", "Not Specified", "00000000-0000-0000-0000-000000000000"}) {
    masks.note_number(word);
    EXPECT_EQ(masks.applied(word), word);
  }
}

TEST(Masks, KnowAddressesAndUuidsByTheirForm) {
  Masks masks;
  const std::string text = "port b8:3f:d2:00:11:22 of 4c4c4544-0042-3510-8053-b4c04f4d5332";
  masks.note_forms(text);
  masks.note_forms("0000:17:00.0 and 96.00.A5.00.01");

  EXPECT_EQ(masks.applied(text), "port 00:00:00:00:00:01 of 00000000-0000-0000-0000-000000000002");
  EXPECT_EQ(masks.applied("0000:17:00.0, 96.00.A5.00.01"), "0000:17:00.0, 96.00.A5.00.01");
}

TEST(Masks, TakeANameAsItIsWrittenAndNoProductForIt) {
  Masks masks;
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

  mask(recording);

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

  mask(recording);

  EXPECT_EQ(recording.answers[0].lines[0], R"({"kind":"gpu","name":"node","state":{"x":"node"}})");
}

TEST(Mask, TakesNoNumberThatIsMadeOfAnAddressForAPrivateOne) {
  NodeRecording recording;
  recording.texts = {{"proc/cpuinfo", "cpu MHz : 2596.098"},
                     {"topology.xml", "cpuset=\"0x25960000\""}};
  recording.answers = {answer("probe nvidia", {R"({"board_id":"0x2596","serial":"2596abcd"})"})};

  mask(recording);

  EXPECT_THAT(all_of(recording), HasSubstr("2596.098"));
  EXPECT_THAT(all_of(recording), HasSubstr("0x25960000"));
  EXPECT_THAT(all_of(recording), HasSubstr("\"board_id\":\"0x2596\""));
  EXPECT_THAT(all_of(recording), Not(HasSubstr("2596abcd")));
}

TEST(Mask, DropsAnswersThatAreNestedDeeperThanAnyRecord) {
  NodeRecording recording;
  const std::string deep = std::string(500000, '[') + std::string(500000, ']');
  recording.answers = {answer("backend odd", {deep, R"({"record":"hello"})"})};

  mask(recording);

  EXPECT_EQ(recording.answers[0].lines, std::vector<std::string>{R"({"record":"hello"})"});
}

TEST(Mask, KeepsNumbersEqualThatWereEqual) {
  NodeRecording recording;
  recording.answers = {answer("probe amd", {R"([{"serial":"6924ab"},{"serial":"6924AB"},)"
                                            R"({"serial":"6924ac"}])"})};

  mask(recording);

  EXPECT_EQ(recording.answers[0].lines[0],
            R"([{"serial":"000001"},{"serial":"000001"},{"serial":"000002"}])");
}

}  // namespace
}  // namespace tpp

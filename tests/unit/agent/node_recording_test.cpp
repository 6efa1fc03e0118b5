#include "agent/pass/node_recording.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "agent/pass/node_read_records.h"
#include "agent/pass/node_recorder.h"
#include "agent/pass/recorded_node.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

// Children that say these lines, and end well.
ChildRunner saying(std::vector<std::string> lines) {
  return [lines = std::move(lines)](const ChildCommand&, const LineReader& reader) {
    ChildResult end;
    for (const std::string& line : lines) {
      if (!reader(line)) end.end = ChildEnd::refused;
    }
    return end;
  };
}

NodeRecording sample() {
  NodeRecording recording;
  recording.texts = {{"proc/cpuinfo", "model name : EPYC"},
                     {"sys/bus/pci/devices/a/class", "0x03"}};
  recording.links = {{"sys/bus/pci/devices/a/driver", "../../nowhere/nvidia"}};
  recording.folders = {"sys/bus/pci/devices/a", "sys/bus/pci/devices/b"};
  ChildResult died;
  died.end = ChildEnd::signalled;
  died.code = 11;
  died.error_tail = "last\nwords";
  recording.answers = {{{"backend cuda", {"A=1"}}, {R"({"record":"end"})"}, died}};
  return recording;
}

TEST(ReadRecords, HoldLongTextsInSeveralLines) {
  std::string text;
  while (text.size() < (3u << 20)) text += "\x01 \u4e2d \"quoted\"\n";
  const NodeRead read{NodeRead::Kind::text, "proc/cpuinfo", text, {}};
  std::string joined;
  for (const std::string& line : records_of(read)) {
    EXPECT_LE(line.size(), 1u << 20) << "a child's line may be no longer";
    ASSERT_TRUE(is_read_record(line));
    const NodeReadPart part = parse_read_record(line);
    EXPECT_EQ(part.continues, !joined.empty());
    joined += part.read.text;
  }

  EXPECT_EQ(joined, text);
}

TEST(ReadRecords, NameNothingOutsideOfANode) {
  for (const char* path : {"/etc/passwd", "../x", "proc/../../x", "", ".", "a//../b"}) {
    const NodeRead read{NodeRead::Kind::text, path, "", {}};
    EXPECT_THROW(parse_read_record(records_of(read).at(0)), Error) << path;
  }
  const NodeRead names{NodeRead::Kind::names, "sys", "", {"a/b"}};
  EXPECT_THROW(parse_read_record(records_of(names).at(0)), Error);
  EXPECT_THROW(parse_read_record("{\"record\":\"read\",\"kind\":7}"), Error);
  EXPECT_THROW(parse_read_record("{\"record\":\"read\","), Error);
}

TEST(NodeRecorder, KeepsWhatWasReadAndAnsweredAndPassesTheAnswerOn) {
  const auto read = records_of({NodeRead::Kind::text, "proc/cpuinfo", "x", {}}).at(0);
  NodeRecorder recorder(
      saying({read, R"({"record":"libraries","files":[]})", R"({"devices":[]})"}));
  std::vector<std::string> heard;

  recorder.ask({"probe nvidia", {}}, {}, [&](std::string_view line) {
    heard.emplace_back(line);
    return true;
  });
  recorder.ask({"probe cpu", {}}, {}, [](std::string_view) { return true; });
  const NodeRecording recording = recorder.take();

  EXPECT_THAT(heard, ElementsAre(HasSubstr("libraries"), R"({"devices":[]})"));
  EXPECT_EQ(recording.texts.at("proc/cpuinfo"), "x");
  ASSERT_EQ(recording.answers.size(), 1u) << "a probe of files alone is run again";
  EXPECT_THAT(recording.answers[0].lines, ElementsAre(R"({"devices":[]})"));
}

TEST(NodeRecorder, AsksProbesAloneForWhatTheyRead) {
  std::vector<std::string> last;
  NodeRecorder recorder([&](const ChildCommand& command, const LineReader&) {
    last.push_back(command.arguments.back());
    return ChildResult{};
  });

  ChildCommand command;
  command.arguments = {"program"};
  for (const char* of : {"probe cpu", "backend cuda"}) {
    recorder.ask({of, {}}, command, [](std::string_view) { return true; });
  }

  EXPECT_THAT(last, ElementsAre("--record", "program"));
}

TEST(NodeRecorder, RefusesAChildThatTellsOfNoFile) {
  NodeRecorder recorder(saying({R"({"record":"read","kind":"text","path":"/etc/x","text":""})"}));

  const ChildResult end =
      recorder.ask({"probe cpu", {}}, {}, [](std::string_view) { return true; });

  EXPECT_EQ(end.end, ChildEnd::refused);
}

TEST(NodeRecording, IsFilesThatProbesReadAgain) {
  const test::TemporaryDirectory folder;

  write_recording(sample(), folder.path());

  const NodeFiles files(folder.path());
  EXPECT_EQ(files.text("proc/cpuinfo"), "model name : EPYC");
  EXPECT_EQ(files.link("sys/bus/pci/devices/a/driver"),
            sample().links.at("sys/bus/pci/devices/a/driver"));
  EXPECT_THAT(files.names("sys/bus/pci/devices"), ElementsAre("a", "b"));
  EXPECT_EQ(count_files(sample()), 4u);
}

TEST(NodeRecording, KeepsTheFolderThatALinkStandsForAndWhatLiesThere) {
  const test::TemporaryDirectory folder;
  NodeRecording recording = sample();
  const std::string way = "../../../devices/pci0000:00/0000:00:01.0/c";
  recording.links["sys/bus/pci/devices/c"] = way;
  recording.links["sys/bus/pci/devices/c/driver"] = "../../../../bus/pci/drivers/nvidia";
  recording.links["sys/bus/pci/devices/d"] = "../../../../../../outside";
  recording.texts["sys/bus/pci/devices/c/class"] = "0x030200";
  recording.texts["sys/bus/pci/devices/d/class"] = "0x120000";

  write_recording(recording, folder.path());

  const NodeFiles files(folder.path());
  EXPECT_EQ(files.link("sys/bus/pci/devices/c"), way);
  EXPECT_EQ(files.text("sys/bus/pci/devices/c/class"), "0x030200");
  EXPECT_EQ(files.link("sys/bus/pci/devices/c/driver")->filename(), "nvidia");
  EXPECT_FALSE(files.link("sys/bus/pci/devices/d"));
  EXPECT_EQ(files.text("sys/bus/pci/devices/d/class"), "0x120000");
}

TEST(NodeRecording, AnswersAgainAndEndsAsItEnded) {
  const test::TemporaryDirectory folder;
  write_recording(sample(), folder.path());
  const RecordedNode node(folder.path());
  std::vector<std::string> heard;
  const auto hear = [&](std::string_view line) {
    heard.emplace_back(line);
    return true;
  };

  const ChildResult end = node.answer({"backend cuda", {"A=1"}}, {}, hear);
  const ChildResult never = node.answer({"backend cuda", {"A=2"}}, {}, hear);

  EXPECT_THAT(node.modules(), ElementsAre("cuda"));
  EXPECT_THAT(heard, ElementsAre(R"({"record":"end"})"));
  EXPECT_EQ(describe(end), "was killed by SIGSEGV (crash)");
  EXPECT_EQ(end.error_tail, "last\nwords");
  EXPECT_NE(never.code, 0);
  EXPECT_THAT(never.error_tail, HasSubstr("was not asked so"));
}

TEST(NodeRecording, EndsEarlyForAReaderThatRefusesALine) {
  const test::TemporaryDirectory folder;
  write_recording(sample(), folder.path());

  const ChildResult end =
      RecordedNode(folder.path()).answer({"backend cuda", {"A=1"}}, {}, [](std::string_view) {
        return false;
      });

  EXPECT_EQ(end.end, ChildEnd::refused);
}

TEST(NodeRecording, OfTooManyFilesIsNotWritten) {
  const test::TemporaryDirectory folder;
  NodeRecording recording;
  for (std::size_t i = 0; i <= kMostRecordedFiles; ++i) {
    recording.folders.insert("a" + std::to_string(i));
  }

  EXPECT_THROW(write_recording(recording, folder.path()), Error);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(NodeRecording, IsLeftOutWholeWhereAFileCannotBeWritten) {
  const test::TemporaryDirectory folder;
  NodeRecording recording = sample();
  recording.texts["proc"] = "a file where a folder must be";

  EXPECT_THAT([&] { write_recording(recording, folder.path()); },
              ThrowsMessage<Error>(HasSubstr("nothing was recorded")));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(RecordedAnswer, OfAnAnswerThatNamesAWrongCommandLineIsNoUsageError) {
  const auto answer =
      parse_recorded_answer(R"({"record":"ended","how":"exited","code":64})", "answer");

  EXPECT_NE(answer.end.code, 64);
}

TEST(RecordedAnswer, IsRefusedWhereItIsCutOrGoesOn) {
  const std::string ended = R"({"record":"ended","how":"exited","code":0})";
  for (const std::string& text :
       {std::string(), std::string("{}\n"), ended + "\n{}\n", ended.substr(0, 30),
        std::string(R"({"record":"ended","how":"bored","code":0})"),
        std::string(2u << 20, 'x') + "\n" + ended}) {
    EXPECT_THAT([&] { parse_recorded_answer(text, "file"); },
                ThrowsMessage<Error>(testing::StartsWith("file: ")));
  }
}

TEST(RecordingManifest, ReadsBackWhatWasWritten) {
  const RecordingManifest manifest{.agent_version = "1.2.3",
                                   .recorded_at = "2026-11-29T07:00:00Z",
                                   .masked = true,
                                   .note = "constructed: \"two\"",
                                   .answers = {{{"backend cuda", {"A=1"}}, "x.ndjson"}}};

  const auto read = parse_recording_manifest(render_recording_manifest(manifest), "file");

  EXPECT_EQ(render_recording_manifest(read), render_recording_manifest(manifest));
  EXPECT_EQ(read.answers.at(0).question.environment.at(0), "A=1");
}

TEST(RecordingManifest, OfAnotherFormSaysWhichProgramReadsIt) {
  EXPECT_THAT([] { parse_recording_manifest(R"({"recording":2})", "file"); },
              ThrowsMessage<Error>(HasSubstr("use a newer one")));
}

}  // namespace
}  // namespace tpp

#include "agent/documents/document_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "agent/documents/yaml_document.h"
#include "agent/documents/yaml_reader.h"
#include "agent/support/error.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kText = "a: [x, {b: \"\"}, ~]\n? [k]\n: {}\n";

std::string small_index() {
  return encode_index({{"data/one.yaml", parse_yaml(kText, "one")},
                       {"data/two.yaml", parse_yaml("- second\n", "two")}});
}

std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void read_all(const std::string& bytes) {
  const DocumentIndex index(bytes, "i");
  for (std::size_t i = 0; i < index.size(); ++i) index.read(i);
}

TEST(DocumentIndex, GivesBackWhatWasPutIn) {
  const DocumentIndex index(small_index(), "i");

  ASSERT_EQ(index.size(), 2u);
  EXPECT_EQ(index.name(0), "data/one.yaml");
  EXPECT_EQ(index.read(0)->origin(), "data/one.yaml");
  EXPECT_TRUE(index.read(0)->same_content(*parse_yaml(kText, "one")));
  EXPECT_EQ(YamlValue(index.read(1)).items().at(0).place(), "data/two.yaml:1:3");
}

TEST(DocumentIndex, GivesBackEveryShippedFile) {
  for (const char* directory : {TPP_RULES, TPP_CATALOG}) {
    for (const auto& file : yaml_files(directory, "data")) {
      SCOPED_TRACE(file);
      const auto document = parse_yaml(read_file(file), "file");

      const DocumentIndex index(encode_index({{"file", document}}), "i");

      EXPECT_TRUE(index.read(0)->same_content(*document));
    }
  }
}

TEST(DocumentIndex, IsRefusedWhereverItIsCut) {
  const std::string whole = small_index();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(error_of([&] { read_all(whole.substr(0, size)); }), StartsWith("i: damaged, "));
  }
  EXPECT_THAT(error_of([&] { read_all(whole + "x"); }), StartsWith("i: damaged, "));
}

TEST(DocumentIndex, IsRefusedWhicheverByteIsOther) {
  const std::string whole = small_index();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = whole;
      other[at] = static_cast<char>(other[at] ^ (1 << bit));
      EXPECT_THAT(error_of([&] { read_all(other); }), StartsWith("i: ")) << at;
    }
  }
}

TEST(DocumentIndex, OfAnotherFormatSaysSo) {
  std::string other = small_index();
  other[8] = 2;
  EXPECT_THAT(error_of([&] { read_all(other); }), HasSubstr("of format 2, expected 1"));
}

// Without the digest, which hides what the reading itself would do.
TEST(DocumentIndex, RefusesABodyThatMakesNoTree) {
  const std::string body = encode_document(*parse_yaml(kText, "one"));
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_THROW(decode_document(body.substr(0, size), "one", "i"), Error) << size;
  }
  for (std::size_t at = 0; at < body.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string other = body;
      other[at] = static_cast<char>(byte);
      // What is taken is a tree, and the very one that the bytes say.
      const std::string error = error_of([&] {
        EXPECT_TRUE(encode_document(*decode_document(other, "one", "i")) == other) << at;
      });
      if (error != "no error") {
        EXPECT_THAT(error, testing::AnyOf(StartsWith("i: damaged, "), StartsWith("one:")));
      }
    }
  }
}

TEST(DocumentIndex, RefusesABodyBeyondTheLimits) {
  std::string deep(4, '\0');
  deep[0] = 80;  // nodes, each a list with one child
  for (int i = 0; i < 80; ++i) deep += std::string("\2\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0", 16);

  EXPECT_THAT(error_of([&] { decode_document(deep, "one", "i"); }),
              StartsWith("one:1:1: found lists and mappings in each other 65 deep"));
}

}  // namespace
}  // namespace tpp

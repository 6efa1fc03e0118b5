#include "agent/documents/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "agent/support/error.h"

namespace tpp {
namespace {

// yaml-cpp counts from 0; editors count from 1.
DocumentPlace place_of(const YAML::Mark& mark) {
  return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

std::string at_mark(const std::string& origin, const YAML::Mark& mark) {
  if (mark.is_null()) return origin;
  const DocumentPlace place = place_of(mark);
  return fmt::format("{}:{}:{}", origin, place.line, place.column);
}

// Ends the reading, by an Error, at the first thing that is not wanted.
class TreeOfEvents final : public YAML::EventHandler {
 public:
  explicit TreeOfEvents(const std::string& origin) : origin_(origin), builder_(origin) {}

  std::shared_ptr<const Document> finish() { return empty_ ? nullptr : builder_.finish(); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (started_) fail(mark, "found a second document, expected one");
    started_ = true;
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    fail(mark, fmt::format("found an anchor '&{}', expected values written out", name));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "found an alias, expected values written out");
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (depth_ > 0) builder_.add_null(place_of(mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& value) override {
    empty_ = false;
    builder_.add_scalar(place_of(mark), value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    empty_ = false;
    ++depth_;
    builder_.begin_list(place_of(mark));
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    empty_ = false;
    ++depth_;
    builder_.begin_map(place_of(mark));
  }
  void OnMapEnd() override { end(); }

 private:
  void end() {
    --depth_;
    builder_.end();
  }
  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& message) const {
    throw Error(fmt::format("{}: {}", at_mark(origin_, mark), message));
  }

  const std::string& origin_;
  DocumentBuilder builder_;
  bool started_ = false;
  bool empty_ = true;  // a document of nothing, or of a lone null
  int depth_ = 0;
};

}  // namespace

std::shared_ptr<const Document> parse_yaml(const std::string& text, const std::string& origin) {
  try {
    // yaml-cpp takes a quote that nothing closes for one that ends with the file, unless a document
    // ends inside.
    std::istringstream stream(text + "\n...\n");
    YAML::Parser parser(stream);
    TreeOfEvents tree(origin);
    // A text that begins with a comma is documents without end to yaml-cpp 0.7: the second one ends
    // it.
    while (parser.HandleNextDocument(tree)) {
    }
    if (auto document = tree.finish()) return document;
    throw Error(fmt::format("{}:1:1: found an empty file, expected a YAML mapping", origin));
  } catch (const YAML::Exception& error) {
    throw Error(
        fmt::format("{}: not readable as YAML: {}", at_mark(origin, error.mark), error.msg));
  }
}

}  // namespace tpp

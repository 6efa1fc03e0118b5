// Strict reading of a document: every value knows its place, every key must be known, none may
// stand twice. Errors are tpp::Error "file:line:column: found ..., expected ...". Leaves to others
// what the values mean, and how a document came to be (yaml_document, document_index). A value is a
// handle on an immutable document, which it keeps alive: cheap to copy, and any number of threads
// may read values of one document.
#ifndef TPP_AGENT_DOCUMENTS_YAML_READER_H
#define TPP_AGENT_DOCUMENTS_YAML_READER_H

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/documents/document.h"

namespace tpp {

class YamlValue {
 public:
  // The root of a document.
  explicit YamlValue(std::shared_ptr<const Document> document) : document_(std::move(document)) {}
  // The one document of `text`. Throws Error if it is malformed, empty or several.
  static YamlValue parse(const std::string& text, const std::string& origin);

  const std::string& origin() const { return document_->origin(); }  // the file
  std::string place() const;                                         // "file:line:column", from 1
  [[noreturn]] void fail(const std::string& found, const std::string& expected) const;
  [[noreturn]] void fail(const std::string& message) const;

  // A mapping whose keys are all among `known`; checked once, before its members are read.
  void expect_keys(std::initializer_list<std::string_view> known) const;
  // A member; `at` fails where the mapping begins if there is none.
  YamlValue at(const std::string& key) const;
  std::optional<YamlValue> find(const std::string& key) const;
  // All members of a mapping with free keys (key, value), in file order; none twice.
  std::vector<std::pair<YamlValue, YamlValue>> members() const;
  std::vector<YamlValue> items() const;  // of a list

  std::string_view words() const { return document_->text(index_); }  // "" of what is no scalar
  std::string kind() const;  // "a list", "'4,800'": what stands here, for messages

  std::string text() const;  // a scalar, not empty
  double number() const;     // finite
  int integer() const;
  bool boolean() const;      // true, false, yes, no
  std::string date() const;  // "2023-11-17", a day that exists
  std::vector<std::string> texts() const;

  // The value of the row whose name stands here; `what` for the message.
  template <class Value>
  Value one_of(const std::map<std::string, Value>& rows, const std::string& what) const {
    const auto row = rows.find(text());
    if (row != rows.end()) return row->second;
    std::vector<std::string> names;
    for (const auto& [name, value] : rows) names.push_back(name);
    fail_unknown(what, names);
  }
  [[noreturn]] void fail_unknown(const std::string& what,
                                 const std::vector<std::string>& known) const;

 private:
  using Kind = Document::Kind;

  YamlValue(std::shared_ptr<const Document> document, std::uint32_t index)
      : document_(std::move(document)), index_(index) {}
  const Document::Node& node() const { return document_->node(index_); }
  bool is(Kind kind) const { return node().kind == kind; }
  // That it is not of the kind expected; names the member that it is, where it is one.
  [[noreturn]] void fail_kind(const std::string& expected) const;
  YamlValue wrap(std::uint32_t index) const { return {document_, index}; }
  // Index of the first child; of what follows a child; past the last one.
  std::uint32_t begin() const { return index_ + 1; }
  std::uint32_t after(std::uint32_t child) const { return document_->node(child).next; }
  std::uint32_t end() const { return node().next; }
  // A mapping whose keys are texts, none twice.
  void expect_mapping() const;

  std::shared_ptr<const Document> document_;
  std::uint32_t index_ = 0;
  std::optional<std::uint32_t> key_;  // of the mapping that it was found in
};

// All *.yaml of a directory, by name. Throws Error if it is missing or holds none; `what` they are.
std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& directory,
                                              const std::string& what);

}  // namespace tpp

#endif

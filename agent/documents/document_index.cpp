#include "agent/documents/document_index.h"

#include <fmt/format.h>

#include <utility>

#include "agent/support/error.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

constexpr std::string_view kMagic = "TPPINDEX";
constexpr std::size_t kDigestDigits = 64;
constexpr std::size_t kNumberBytes = 4;
constexpr std::size_t kNodeBytes = 4 * kNumberBytes;

void append_number(std::string& to, std::size_t number) {
  TPP_CHECK(number <= UINT32_MAX);
  for (int shift = 0; shift < 32; shift += 8) to += static_cast<char>((number >> shift) & 0xff);
}

[[noreturn]] void fail_damaged(const std::string& file, const std::string& what) {
  throw Error(
      fmt::format("{}: damaged, {}: install tpp-agent again (in a build tree, remove the "
                  "file and build)",
                  file, what));
}

// Takes bytes from the front; Error where there are too few.
class Bytes {
 public:
  Bytes(std::string_view bytes, const std::string& file) : rest_(bytes), file_(file) {}

  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      fail_damaged(file_, fmt::format("found {} bytes, expected {}", rest_.size(), size));
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::uint32_t number() {
    std::uint32_t number = 0;
    int shift = 0;
    for (const char byte : take(kNumberBytes)) {
      number |= static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) << shift;
      shift += 8;
    }
    return number;
  }
  std::size_t left() const { return rest_.size(); }
  void expect_end() const {
    if (!rest_.empty()) fail_damaged(file_, fmt::format("found {} bytes too many", rest_.size()));
  }

 private:
  std::string_view rest_;
  const std::string& file_;
};

struct StoredNode {
  std::uint32_t kind;
  DocumentPlace place;
  std::uint32_t extent;
};

StoredNode take_node(Bytes& nodes) {
  StoredNode node;
  node.kind = nodes.number();
  node.place.line = nodes.number();
  node.place.column = nodes.number();
  node.extent = nodes.number();
  return node;
}

// Puts nodes back into a tree by the number of children that each open list and map still lacks.
class Rebuilding {
 public:
  Rebuilding(const std::string& origin, const std::string& file) : builder_(origin), file_(file) {}

  void reserve(std::size_t nodes, std::size_t text_bytes) { builder_.reserve(nodes, text_bytes); }

  void add(const StoredNode& node, Bytes& texts) {
    if (started_ && lacking_.empty()) fail_damaged(file_, "found a value beside the root");
    started_ = true;
    if (!lacking_.empty()) --lacking_.back();
    switch (static_cast<Document::Kind>(node.kind)) {
      case Document::Kind::null:
        if (node.extent != 0) fail_damaged(file_, "found a value in nothing");
        builder_.add_null(node.place);
        break;
      case Document::Kind::scalar:
        builder_.add_scalar(node.place, texts.take(node.extent));
        break;
      case Document::Kind::list:
        builder_.begin_list(node.place);
        lacking_.push_back(node.extent);
        break;
      case Document::Kind::map:
        if (node.extent % 2 != 0) fail_damaged(file_, "found a key without a value");
        builder_.begin_map(node.place);
        lacking_.push_back(node.extent);
        break;
    }
    for (; !lacking_.empty() && lacking_.back() == 0; lacking_.pop_back()) builder_.end();
  }

  std::shared_ptr<const Document> finish() {
    if (!started_ || !lacking_.empty()) fail_damaged(file_, "found fewer values than expected");
    return builder_.finish();
  }

 private:
  DocumentBuilder builder_;
  const std::string& file_;
  std::vector<std::uint32_t> lacking_;  // outermost first
  bool started_ = false;
};

}  // namespace

std::string encode_document(const Document& document) {
  std::string body;
  append_number(body, document.size());
  std::string texts;
  for (std::uint32_t i = 0; i < document.size(); ++i) {
    const Document::Node& node = document.node(i);
    const bool scalar = node.kind == Document::Kind::scalar;
    append_number(body, static_cast<std::size_t>(node.kind));
    append_number(body, node.place.line);
    append_number(body, node.place.column);
    append_number(body, scalar ? node.text_size : document.child_count(i));
    texts += document.text(i);
  }
  return body + texts;
}

std::shared_ptr<const Document> decode_document(std::string_view body, const std::string& origin,
                                                const std::string& file) {
  Bytes texts(body, file);
  const std::size_t count = texts.number();
  Bytes nodes(texts.take(count * kNodeBytes), file);
  Rebuilding tree(origin, file);
  tree.reserve(count, texts.left());
  for (std::size_t i = 0; i < count; ++i) {
    const StoredNode node = take_node(nodes);
    if (node.kind > static_cast<std::uint32_t>(Document::Kind::map)) {
      fail_damaged(file, fmt::format("found a value of kind {}", node.kind));
    }
    tree.add(node, texts);
  }
  texts.expect_end();
  return tree.finish();
}

std::string encode_index(const std::vector<NamedDocument>& documents) {
  std::string content;
  for (const auto& [name, document] : documents) {
    const std::string body = encode_document(*document);
    append_number(content, name.size());
    content += name;
    append_number(content, body.size());
    content += body;
  }
  std::string index(kMagic);
  append_number(index, kIndexFormat);
  append_number(index, documents.size());
  return index + sha256(content) + content;
}

DocumentIndex::DocumentIndex(std::string bytes, std::string file)
    : bytes_(std::move(bytes)), file_(std::move(file)) {
  Bytes in(bytes_, file_);
  if (bytes_.size() < kMagic.size() || in.take(kMagic.size()) != kMagic) {
    fail_damaged(file_, "found no index of documents");
  }
  const std::uint32_t format = in.number();
  if (format != kIndexFormat) {
    throw Error(fmt::format(
        "{}: found an index of format {}, expected {}: it is another version's than this program; "
        "install both together",
        file_, format, kIndexFormat));
  }
  const std::uint32_t count = in.number();
  const std::string_view digest = in.take(kDigestDigits);
  if (sha256(std::string_view(bytes_).substr(bytes_.size() - in.left())) != digest) {
    fail_damaged(file_, "found content that does not fit its digest");
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string_view name = in.take(in.number());
    const std::size_t size = in.number();
    entries_.push_back({std::string(name), bytes_.size() - in.left(), size});
    in.take(size);
  }
  in.expect_end();
}

std::shared_ptr<const Document> DocumentIndex::read(std::size_t number) const {
  TPP_CHECK(number < entries_.size());
  const Entry& entry = entries_[number];
  return decode_document(std::string_view(bytes_).substr(entry.begin, entry.size), entry.name,
                         file_);
}

}  // namespace tpp

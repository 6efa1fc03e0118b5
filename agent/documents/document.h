// A document as a tree of plain values: texts, lists and mappings, each with the line and column
// where it stood. Leaves to others how it was written (yaml_document, document_index) and what it
// has to say (yaml_reader). Immutable once built: any number of threads may read one document.
#ifndef TPP_AGENT_DOCUMENTS_DOCUMENT_H
#define TPP_AGENT_DOCUMENTS_DOCUMENT_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tpp {

// Far above what data written by people comes to, far below what would harm a reader.
inline constexpr std::size_t kDeepestDocument = 64;
inline constexpr std::size_t kLargestDocument = 1u << 20;       // nodes
inline constexpr std::size_t kLargestDocumentText = 16u << 20;  // bytes of all texts together

struct DocumentPlace {
  std::uint32_t line = 1;  // both from 1, as editors count
  std::uint32_t column = 1;

  bool operator==(const DocumentPlace&) const = default;
};

class Document {
 public:
  enum class Kind : std::uint8_t { null, scalar, list, map };

  // Nodes stand in the order of the text: the first child of node i is i + 1, and what follows a
  // node and all that it holds is at `next`. Children of a map are key, value, key, value.
  struct Node {
    Kind kind = Kind::null;
    DocumentPlace place;
    std::uint32_t next = 0;
    std::uint32_t text_begin = 0;
    std::uint32_t text_size = 0;

    bool operator==(const Node&) const = default;
  };

  const std::string& origin() const { return origin_; }  // the file, for messages
  std::size_t size() const { return nodes_.size(); }     // at least 1: the root is node 0
  const Node& node(std::uint32_t index) const { return nodes_[index]; }
  std::string_view text(std::uint32_t index) const {  // "" of what is no scalar
    return std::string_view(texts_).substr(nodes_[index].text_begin, nodes_[index].text_size);
  }
  // Children of a list; keys and values together of a map.
  std::uint32_t child_count(std::uint32_t index) const;

  // The same values at the same places, wherever they come from.
  bool same_content(const Document& other) const {
    return nodes_ == other.nodes_ && texts_ == other.texts_;
  }

 private:
  friend class DocumentBuilder;
  Document() = default;

  std::string origin_;
  std::vector<Node> nodes_;
  std::string texts_;
};

// Builds a document in the order of its text. Throws Error "origin:line:column: ..." where it
// grows beyond the limits above. Calls that make no tree are our own mistake.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(std::string origin);

  // Room for what is known to come; more may.
  void reserve(std::size_t nodes, std::size_t text_bytes);
  void add_null(DocumentPlace place) { add(Document::Kind::null, place); }
  void add_scalar(DocumentPlace place, std::string_view text);
  void begin_list(DocumentPlace place) { begin(Document::Kind::list, place); }
  void begin_map(DocumentPlace place) { begin(Document::Kind::map, place); }
  void end();  // of the list or map begun last

  std::shared_ptr<const Document> finish();

 private:
  Document::Node& add(Document::Kind kind, DocumentPlace place);
  void begin(Document::Kind kind, DocumentPlace place);
  [[noreturn]] void fail(DocumentPlace place, const std::string& message) const;

  std::shared_ptr<Document> document_;
  std::vector<std::uint32_t> open_;  // lists and maps, outermost first
};

}  // namespace tpp

#endif

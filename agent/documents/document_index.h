// Many documents in one file, ready to be read without parsing: what the build makes of a directory
// of YAML. Leaves to others which directory (data_directory) and what the documents say. A damaged
// file, whatever stands in it, is an Error that names it. Reading is safe from many threads.
//
// The file, all numbers 32 bits, little-endian:
//   "TPPINDEX", format version, number of documents, SHA-256 of all that follows (64 hex digits)
//   each document: size of its name, name, size of its body, body
//   a body: number of nodes; each node: kind, line, column, extent; then the texts, one after the
//   other. The extent is the bytes of a scalar's text, or the children of a list or map.
//
// Not CBOR, which nlohmann-json reads: with line and column in an array around each value, its
// events alone took 2.3 ms for 48,000 values (11,600 lines of YAML), where this takes 0.7 ms with
// the tree; and it would have to be checked for what makes no document all the same.
#ifndef TPP_AGENT_DOCUMENTS_DOCUMENT_INDEX_H
#define TPP_AGENT_DOCUMENTS_DOCUMENT_INDEX_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/documents/document.h"

namespace tpp {

inline constexpr std::uint32_t kIndexFormat = 1;

struct NamedDocument {
  std::string name;  // stands in messages for the file, "rules/us-ear-2023-10.yaml"
  std::shared_ptr<const Document> document;
};

// Equal documents give equal bytes, on every machine.
std::string encode_index(const std::vector<NamedDocument>& documents);

class DocumentIndex {
 public:
  // `file` names it in errors. Throws Error if it is damaged or of another format.
  DocumentIndex(std::string bytes, std::string file);

  std::size_t size() const { return entries_.size(); }
  const std::string& name(std::size_t number) const { return entries_[number].name; }
  // Builds that document alone, whose origin is its name. Throws Error if it is damaged.
  std::shared_ptr<const Document> read(std::size_t number) const;

 private:
  struct Entry {
    std::string name;
    std::size_t begin;  // of the body
    std::size_t size;
  };

  std::string bytes_;
  std::string file_;
  std::vector<Entry> entries_;
};

// One body, without digest. `file` is the index that it stands in.
std::string encode_document(const Document& document);
std::shared_ptr<const Document> decode_document(std::string_view body, const std::string& origin,
                                                const std::string& file);

}  // namespace tpp

#endif

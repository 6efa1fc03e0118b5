#include "agent/documents/document.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/support/error.h"

namespace tpp {

std::uint32_t Document::child_count(std::uint32_t index) const {
  if (nodes_[index].kind == Kind::null || nodes_[index].kind == Kind::scalar) return 0;
  std::uint32_t count = 0;
  for (std::uint32_t i = index + 1; i < nodes_[index].next; i = nodes_[i].next) ++count;
  return count;
}

DocumentBuilder::DocumentBuilder(std::string origin) : document_(new Document()) {
  document_->origin_ = std::move(origin);
}

void DocumentBuilder::reserve(std::size_t nodes, std::size_t text_bytes) {
  document_->nodes_.reserve(std::min(nodes, kLargestDocument));
  document_->texts_.reserve(std::min(text_bytes, kLargestDocumentText));
}

void DocumentBuilder::fail(DocumentPlace place, const std::string& message) const {
  throw Error(fmt::format("{}:{}:{}: {}", document_->origin_, place.line, place.column, message));
}

Document::Node& DocumentBuilder::add(Document::Kind kind, DocumentPlace place) {
  std::vector<Document::Node>& nodes = document_->nodes_;
  TPP_CHECK(nodes.empty() || !open_.empty());  // one root
  if (nodes.size() == kLargestDocument) {
    fail(place, fmt::format("found more than {} values, expected at most so many in one file",
                            kLargestDocument));
  }
  const auto index = static_cast<std::uint32_t>(nodes.size());
  return nodes.emplace_back(Document::Node{.kind = kind, .place = place, .next = index + 1});
}

void DocumentBuilder::add_scalar(DocumentPlace place, std::string_view text) {
  std::string& texts = document_->texts_;
  if (text.size() > kLargestDocumentText - texts.size()) {
    fail(place, fmt::format("found more than {} bytes of text, expected at most so many in one "
                            "file",
                            kLargestDocumentText));
  }
  Document::Node& node = add(Document::Kind::scalar, place);
  node.text_begin = static_cast<std::uint32_t>(texts.size());
  node.text_size = static_cast<std::uint32_t>(text.size());
  texts += text;
}

void DocumentBuilder::begin(Document::Kind kind, DocumentPlace place) {
  if (open_.size() == kDeepestDocument) {
    fail(place, fmt::format("found lists and mappings in each other {} deep, expected at most {}",
                            kDeepestDocument + 1, kDeepestDocument));
  }
  add(kind, place);
  open_.push_back(static_cast<std::uint32_t>(document_->nodes_.size() - 1));
}

void DocumentBuilder::end() {
  TPP_CHECK(!open_.empty());
  document_->nodes_[open_.back()].next = static_cast<std::uint32_t>(document_->nodes_.size());
  open_.pop_back();
}

std::shared_ptr<const Document> DocumentBuilder::finish() {
  TPP_CHECK(open_.empty() && !document_->nodes_.empty());
  return std::move(document_);
}

}  // namespace tpp

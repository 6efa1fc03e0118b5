// YAML text to a document. Of YAML it takes what data for people needs: one document of mappings,
// lists and texts, without anchors and aliases, whose meaning would not stand where it is read.
// Pure.
#ifndef TPP_AGENT_DOCUMENTS_YAML_DOCUMENT_H
#define TPP_AGENT_DOCUMENTS_YAML_DOCUMENT_H

#include <memory>
#include <string>

#include "agent/documents/document.h"

namespace tpp {

// Throws Error "origin:line:column: ..." if `text` is malformed, empty, several documents, uses
// anchors, or is beyond the limits of document.h.
std::shared_ptr<const Document> parse_yaml(const std::string& text, const std::string& origin);

}  // namespace tpp

#endif

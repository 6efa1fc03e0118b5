// The parts of a page that determinations and shipments are both shown with. Pure.
#ifndef TPP_EXPORTERS_DETERMINATION_SECTIONS_H
#define TPP_EXPORTERS_DETERMINATION_SECTIONS_H

#include <string>
#include <vector>

#include "agent/model/determination.h"
#include "exporters/text_page.h"

namespace tpp {

void add_banners(Page& page, const std::vector<std::string>& banners);
// Title, class, figures, notes, comparisons, licence, other controls.
void add_determination(Page& page, const Determination& result);
// The editions used, and that this is no legal advice.
void add_editions(Page& page, const std::vector<EditionUse>& editions);
Style style_of(DeterminationKind kind);
// "by the text"
const char* scope_text(Scope scope);

}  // namespace tpp

#endif

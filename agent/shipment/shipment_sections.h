// Reads what an edition says of whole shipments: transactions, notice_forms, foundry_questions,
// undecidable and programme. Errors are YamlValue's. Knows no country and no figure.
#ifndef TPP_AGENT_SHIPMENT_SHIPMENT_SECTIONS_H
#define TPP_AGENT_SHIPMENT_SHIPMENT_SECTIONS_H

#include "agent/documents/yaml_reader.h"
#include "agent/model/edition.h"

namespace tpp {

// Of the root of an edition's file.
void read_shipment_sections(const YamlValue& yaml, Edition& edition);

}  // namespace tpp

#endif

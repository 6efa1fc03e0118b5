// Words on the first line of every output of a recorded node, by which a report is known to be of
// one.
#ifndef TPP_AGENT_MODEL_RECORDED_H
#define TPP_AGENT_MODEL_RECORDED_H

namespace tpp {

inline constexpr const char* kRecordedBanner = "RECORDED: ";
// Stands in it where the recording masked who the node and its boards are.
inline constexpr const char* kMasked = "serial numbers and names masked";

}  // namespace tpp

#endif

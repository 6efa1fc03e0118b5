// Records of the protocol in README.md: one JSON object a line, each line one write(), so that what
// was written before a crash is whole.
#ifndef TPP_KERNELS_BENCH_RECORDS_H
#define TPP_KERNELS_BENCH_RECORDS_H

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/support/mapped_files.h"
#include "kernels/bench/backend.h"
#include "kernels/bench/outcome.h"
#include "kernels/bench/plan.h"
#include "kernels/bench/policy.h"
#include "kernels/bench/selftest.h"

namespace tpp::bench {

// Texts of records, without the end of line. Unknown members are left out; text that is not UTF-8
// is repaired, for it comes from modules.
std::string hello_record(const Backend& backend);
std::string device_record(const tpp_device_info& device);
std::string plan_record(const Planned& planned, const Policy& policy);
std::string begin_record(const std::string& benchmark);
struct Progress {
  const char* phase = "";
  double fraction = 0;
  std::optional<double> per_second;
};
std::string progress_record(const std::string& benchmark, const Progress& progress);
std::string outcome_record(const std::string& benchmark, const Sampled& sampled);
std::string unavailable_record(const std::string& reason);
std::string check_record(const SelftestCheck& check);
std::string libraries_record(const std::vector<MappedFile>& mapped);
std::string end_record();

class RecordWriter {
 public:
  // Without a descriptor nothing is written.
  explicit RecordWriter(std::optional<int> fd) : fd_(fd) {}
  // Throws Error if the reader is gone.
  void write(const std::string& record) const;
  bool active() const { return fd_.has_value(); }

 private:
  std::optional<int> fd_;
};

}  // namespace tpp::bench

#endif

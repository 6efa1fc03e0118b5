// What the sample reports are put together from. Inside tests only.
#ifndef TPP_TESTS_GOLDEN_SAMPLE_PARTS_H
#define TPP_TESTS_GOLDEN_SAMPLE_PARTS_H

#include <string>

#include "agent/model/report.h"

namespace tpp::samples {

// The edition of October 2023, shortened to what the samples compare with.
Rule october_2023();

Chip h100();
Chip h20();
Chip t4();
Chip mi250x();

struct RateSpec {
  const char* kernel;
  const char* subject;
  double per_second;
  double per_clock = 0;  // per unit; 0: not known
  double grid = 0;       // 0: snaps to none
  double clock_hz = 0;   // 0: not known
  const char* path = "";
};
Measurement rate(const Device& device, const RateSpec& spec);
Measurement failed(const Device& device, const char* kernel, const char* subject,
                   const char* reason);
Measurement unsupported(const Device& device, const char* kernel, const char* subject,
                        const char* reason);
Rate& rate_in(Measurement& measurement);

Device gpu(const char* id, const char* name, const char* pci_id, int units);
// One device alone on its board.
void add_board(Report& report, const Device& device, const char* name);
// A report with what all samples share: node, times, versions, the rule.
Report empty_report(const char* hostname);

// An interval of -0.2 % to +0.1 % about a median.
Interval about(double value);
PrecisionRate precision_rate(Precision precision, double per_second, const char* origin);
Tpp tpp(double value, Precision precision);
Comparison compare(const char* paragraph, Basis basis, double value, double threshold);

}  // namespace tpp::samples

#endif

// What is asked of AMD's management libraries, whichever of the two is there. Answers are as the
// library gives them, in units of their own that each function names: `plausible` and `gpu_metrics`
// judge them. An answer that the library or the device does not have is std::nullopt, and so is one
// that failed, of which `take_failures` tells.
#ifndef TPP_PROBES_AMD_SMI_H
#define TPP_PROBES_AMD_SMI_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "probes/amd/gpu_metrics.h"
#include "probes/library_answers.h"

namespace tpp::amd {

enum class Sensor { edge, hotspot, memory };
enum class ClockDomain { compute, memory };

struct Location {
  std::optional<std::uint64_t> bits;  // as parse_address() of amd_address.h reads them
  bool denied = false;                // this user may not ask
  std::string words;                  // why there are no bits
};

struct Clock {
  double now_hz = 0;  // 0 = not told
  double max_hz = 0;
};

struct BadPages {
  int retired = 0;
  int pending = 0;  // until the next reset
  int failed = 0;   // could not be taken out of use
};

// Of rsmi_gpu_block_t: the memory.
inline constexpr std::uint64_t kMemoryBlock = 1;

// A started library. It ends with this object, so that nothing is held between probes. Devices are
// numbers below count(), of no meaning elsewhere.
class Smi {
 public:
  Smi() = default;
  virtual ~Smi() = default;
  Smi(const Smi&) = delete;
  Smi& operator=(const Smi&) = delete;

  // The file that it was loaded from; "" where whoever made it did not say.
  std::string library;

  // Throws Error.
  virtual unsigned count() = 0;
  virtual Location location(unsigned device) = 0;

  // These are kept by the driver: to ask wakes no device.
  virtual std::optional<std::string> driver_version() = 0;
  virtual std::optional<std::string> name(unsigned device) = 0;
  virtual std::optional<std::uint16_t> device_id(unsigned device) = 0;
  virtual std::optional<std::uint16_t> subsystem_vendor(unsigned device) = 0;
  virtual std::optional<std::uint16_t> subsystem_id(unsigned device) = 0;
  virtual std::optional<std::uint64_t> unique_id(unsigned device) = 0;
  virtual std::optional<std::string> serial(unsigned device) = 0;
  virtual std::optional<std::string> vbios(unsigned device) = 0;
  virtual std::optional<std::string> compute_partition(unsigned device) = 0;
  virtual std::optional<std::string> memory_partition(unsigned device) = 0;
  virtual std::optional<std::uint64_t> hive_id(unsigned device) = 0;
  virtual std::optional<std::uint64_t> memory_bytes(unsigned device) = 0;

  virtual std::optional<double> power_cap_w(unsigned device) = 0;
  virtual std::optional<double> default_power_cap_w(unsigned device) = 0;
  virtual std::optional<Clock> clock(unsigned device, ClockDomain domain) = 0;
  virtual std::optional<std::uint64_t> ecc_blocks(unsigned device) = 0;  // a bit each
  virtual std::optional<std::uint64_t> uncorrected_errors(unsigned device) = 0;
  virtual std::optional<BadPages> bad_pages(unsigned device) = 0;
  virtual std::optional<int> performance_level(unsigned device) = 0;
  virtual std::optional<std::uint32_t> overdrive_percent(unsigned device) = 0;
  // Of a list that is read once for all devices.
  virtual std::optional<int> processes(unsigned device) = 0;
  virtual void forget_processes() {}  // ... and once more after this
  virtual std::optional<std::uint64_t> memory_used_bytes(unsigned device) = 0;
  virtual std::optional<std::uint32_t> busy_percent(unsigned device) = 0;
  virtual std::optional<double> power_w(unsigned device) = 0;
  virtual std::optional<double> energy_j(unsigned device) = 0;
  virtual std::optional<double> temperature_c(unsigned device, Sensor sensor) = 0;
  virtual std::optional<MetricsReadings> metrics(unsigned device) = 0;

  // "function: reason", of the answers since the last call of this.
  std::vector<std::string> take_failures() { return std::exchange(failures_, {}); }

 protected:
  // Whether the status says no more than that there is no such thing here.
  virtual bool is_absence(int status) const = 0;
  virtual std::string words_of(int status) const = 0;

  // Whether the call was answered.
  bool answered(const char* call, int status) {
    if (status == 0) return true;
    if (!is_absence(status)) failures_.push_back(std::string(call) + ": " + words_of(status));
    return false;
  }

  // A number that a function writes through its last parameter.
  template <class Function, class... Of>
  auto ask(const char* call, Function function, Of... of)
      -> std::optional<typename Written<Function>::Type> {
    typename Written<Function>::Type value{};
    if (function == nullptr || !answered(call, function(of..., &value))) return std::nullopt;
    return told(value);
  }

  // A text, with its room as the last parameter.
  template <class Function, class... Of>
  std::optional<std::string> ask_text(const char* call, Function function, Of... of) {
    std::array<char, 256> bytes{};
    // One byte fewer than there is, so that the text ends.
    if (function == nullptr || !answered(call, function(of..., bytes.data(), bytes.size() - 1))) {
      return std::nullopt;
    }
    return printable(bytes);
  }

 private:
  std::vector<std::string> failures_;
};

}  // namespace tpp::amd

#endif

// What a probe can read of one device again and again, for the telemetry of a measurement.
#ifndef TPP_PROBES_DEVICE_WATCH_H
#define TPP_PROBES_DEVICE_WATCH_H

#include "agent/model/telemetry.h"

namespace tpp {

class DeviceWatch {
 public:
  virtual ~DeviceWatch() = default;

  // The device as it is now; at_ns is left to the caller. What cannot be read is absent.
  virtual TelemetrySample read() = 0;
};

}  // namespace tpp

#endif

// A table of HIP's functions that answers what a test sets. One at a time.
#ifndef TPP_TESTS_UNIT_HIP_FAKE_RUNTIME_H
#define TPP_TESTS_UNIT_HIP_FAKE_RUNTIME_H

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "kernels/hip/hip_api.h"

namespace tpp::hip {

struct FakeDevice {
  std::string address = "0000:AB:00.0";
  std::string architecture = "gfx942:sramecc+:xnack-";
  std::string uuid = "0123456789abcdef";
  std::map<Attribute, int> attributes = {};
};

struct FakeRuntime {
  std::vector<FakeDevice> devices = std::vector<FakeDevice>(1);
  int version = 60'300'000;
  Error init = Error::none;
  Error load = Error::none;
  Error find = Error::none;
  int loaded = 0, unloaded = 0, events = 0;
};
inline FakeRuntime fake;

inline Error copy_text(const std::string& from, char* to, int size) {
  std::snprintf(to, static_cast<size_t>(size), "%s", from.c_str());
  return Error::none;
}
inline const FakeDevice& fake_device(DeviceNumber device) {
  return fake.devices[static_cast<size_t>(device)];
}

// Everything that lists devices and loads code; the rest does nothing.
inline HipApi fake_api() {
  fake = {};
  HipApi api;
  api.init = [](unsigned) { return fake.init; };
  api.runtime_version = [](int* version) { return *version = fake.version, Error::none; };
  api.error_name = [](Error) -> const char* { return "hipErrorName"; };
  api.error_text = [](Error) -> const char* { return "in words"; };
  api.device_count = [](int* count) {
    return *count = static_cast<int>(fake.devices.size()), Error::none;
  };
  api.device_name = [](char* name, int size, DeviceNumber) {
    return copy_text("Fake Instinct", name, size);
  };
  api.attribute = [](int* value, Attribute which, DeviceNumber device) {
    const auto& known = fake_device(device).attributes;
    const auto found = known.find(which);
    if (found == known.end()) return Error::not_found;
    return *value = found->second, Error::none;
  };
  api.pci_bus_id = [](char* text, int size, DeviceNumber device) {
    return copy_text(fake_device(device).address, text, size);
  };
  api.total_memory = [](size_t* bytes, DeviceNumber) { return *bytes = 4096, Error::none; };
  api.uuid = [](Uuid* uuid, DeviceNumber device) {
    std::memset(uuid, 0, sizeof *uuid);
    const std::string& text = fake_device(device).uuid;
    std::memcpy(uuid->bytes, text.data(), std::min(text.size(), sizeof uuid->bytes));
    return Error::none;
  };
  api.properties_r0600 = [](PropertiesR0600* properties, DeviceNumber device) {
    return copy_text(fake_device(device).architecture, properties->architecture, 256);
  };
  api.set_device = [](DeviceNumber) { return Error::none; };
  api.load_module = [](ModuleHandle** module, const void*) {
    *module = reinterpret_cast<ModuleHandle*>(&fake);
    if (fake.load == Error::none) ++fake.loaded;
    return fake.load;
  };
  api.unload_module = [](ModuleHandle*) { return ++fake.unloaded, Error::none; };
  api.function = [](FunctionHandle** function, ModuleHandle*, const char*) {
    *function = reinterpret_cast<FunctionHandle*>(&fake);
    return fake.find;
  };
  api.create_event = [](EventHandle** event) {
    ++fake.events;
    *event = reinterpret_cast<EventHandle*>(&fake);
    return Error::none;
  };
  api.destroy_event = [](EventHandle*) { return --fake.events, Error::none; };
  return api;
}

}  // namespace tpp::hip

#endif

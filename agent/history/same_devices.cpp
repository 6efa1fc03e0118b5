#include "agent/history/same_devices.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

namespace tpp {
namespace {

using Devices = std::vector<const Device*>;

Devices all_of(const Report& report) {
  Devices devices;
  for (const Device& device : report.inventory.devices) devices.push_back(&device);
  return devices;
}

// A partition may have an address of its own, and is known by its package then.
bool is_part(const Device& one, const Device& other) {
  const bool parts = one.slice || other.slice;
  return parts && (address_of(one) == address_of(other) ||
                   (!one.package.empty() && one.package == other.package));
}

// Pairs off the devices of two reports.
class Pairs {
 public:
  Pairs(const Report& one, const Report& other) : one_(all_of(one)), other_(all_of(other)) {
    same_node_ = one.inventory.node.hostname == other.inventory.node.hostname;
    pair([](const Device& a, const Device& b) { return same_uuid(a, b); });
    if (same_node_) {
      pair([](const Device& a, const Device& b) { return same_in_place(a, b); });
      know_parts();
    }
    pair([](const Device& a, const Device& b) { return same_serial(a, b); });
  }

  bool known(const Device* device) const { return known_.contains(device); }

  // What is new in its place. The socket of a module stays where addresses shift.
  const Device* in_place_of(const Device& device) const {
    for (const Device* other : other_) {
      if (!known(other) && same_node_ && address_of(*other) == address_of(device)) return other;
    }
    for (const Device* other : other_) {
      if (!known(other) && same_module(*other, device)) return other;
    }
    return nullptr;
  }

 private:
  using Same = std::function<bool(const Device&, const Device&)>;

  void pair(const Same& same) {
    for (const Device* one : one_) {
      for (const Device* other : other_) {
        if (known(one) || known(other) || one->simulated != other->simulated) continue;
        if (same(*one, *other)) known_.insert({one, other});
      }
    }
  }

  void know_parts() {
    for (const Device* one : one_) {
      for (const Device* other : other_) {
        if (is_part(*one, *other) && one->simulated == other->simulated) {
          known_.insert({one, other});
        }
      }
    }
  }

  static bool same_module(const Device& one, const Device& other) {
    const auto module = [](const Device& d) {
      return d.labels ? d.labels->module_id : std::nullopt;
    };
    return module(one).value_or(0) > 0 && module(one) == module(other);
  }

  Devices one_;
  Devices other_;
  bool same_node_ = false;  // between nodes an address says nothing
  std::set<const Device*> known_;
};

}  // namespace

std::string address_of(const Device& device) {
  return device.id.value.substr(0, device.id.value.find('/'));
}

Whereabouts whereabouts(const Sightings& boards, const Report& other) {
  Whereabouts found;
  if (boards.empty()) return found;
  const Pairs pairs(*boards.front().report, other);
  for (const Sighting& board : boards) {
    for (const Device* device : devices_of(board)) {
      if (pairs.known(device)) continue;
      const Device* in_place = pairs.in_place_of(*device);
      if (in_place == nullptr) {
        found.lost.push_back(device);
      } else {
        found.replaced.push_back({device, in_place});
      }
    }
  }
  return found;
}

}  // namespace tpp

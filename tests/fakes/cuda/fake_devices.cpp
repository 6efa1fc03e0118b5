// Which devices a process of the fake driver sees. As NVIDIA's driver does it (Multi-Instance GPU
// User Guide, "CUDA Device Enumeration"): of all instances of partitioned GPUs a process sees one,
// the first that it may use, and beside one no GPU that is whole. CUDA_VISIBLE_DEVICES names what
// it may use, up to the first word that names nothing.
#include <cuda.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fakes/cuda/fake_node.h"

namespace fake_cuda {
namespace {

std::vector<std::string> list(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

// nullopt: not partitioned.
std::optional<int> instances_of(int gpu) {
  const std::vector<std::string> counts = list(setting("mig"));
  const auto index = static_cast<std::size_t>(gpu);
  if (index >= counts.size() || counts[index] == "-") return std::nullopt;
  return std::atoi(counts[index].c_str());
}

std::vector<Visible> parts_of(int gpu) {
  const std::optional<int> instances = instances_of(gpu);
  if (!instances) return {{gpu, std::nullopt}};
  std::vector<Visible> parts;
  for (int i = 0; i < *instances; ++i) parts.push_back({gpu, i});
  return parts;
}

// What a word of CUDA_VISIBLE_DEVICES names; nullopt: nothing.
std::optional<std::vector<Visible>> named(const std::string& word, int count) {
  for (int gpu = 0; gpu < count; ++gpu) {
    if (word == std::to_string(gpu) || word == uuid_text({gpu, std::nullopt})) return parts_of(gpu);
    for (const Visible& part : parts_of(gpu)) {
      if (word == uuid_text(part)) return std::vector{part};
    }
  }
  return std::nullopt;
}

std::vector<Visible> usable() {
  const int count = number("count", 1);
  std::vector<Visible> all;
  const auto add = [&all](const std::vector<Visible>& some) {
    all.insert(all.end(), some.begin(), some.end());
  };
  const char* const words = std::getenv("CUDA_VISIBLE_DEVICES");
  if (words == nullptr) {
    for (int gpu = 0; gpu < count; ++gpu) add(parts_of(gpu));
    return all;
  }
  for (const std::string& word : list(words)) {
    const auto one = named(word, count);
    if (!one) break;
    add(*one);
  }
  return all;
}

}  // namespace

CUuuid uuid_of(const Visible& device) {
  CUuuid uuid{};
  std::memset(uuid.bytes, 0x10 + device.gpu, sizeof uuid.bytes);
  uuid.bytes[15] = static_cast<char>(uuid.bytes[15] + device.instance.value_or(0));
  return uuid;
}

std::string uuid_text(const Visible& device) {
  const CUuuid uuid = uuid_of(device);
  std::string text = device.instance ? "MIG-" : "GPU-";
  for (int i = 0; i < 16; ++i) {
    char byte[3];
    std::snprintf(byte, sizeof byte, "%02x", static_cast<unsigned char>(uuid.bytes[i]));
    text += (i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "") + std::string(byte);
  }
  return text;
}

const std::vector<Visible>& visible_devices() {
  static const std::vector<Visible> seen = [] {
    std::vector<Visible> devices = usable();
    for (const Visible& device : devices) {
      if (device.instance) return std::vector{device};
    }
    return devices;
  }();
  return seen;
}

}  // namespace fake_cuda

#include "kernels/hip/links.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "kernels/gpu/link_rows.h"

namespace tpp::hip {
namespace {

std::optional<int> peer_attribute(const HipApi& api, PeerAttribute which, const Device& from,
                                  const Device& to) {
  int value = 0;
  const Error error = api.peer_attribute(&value, which, from.number, to.number);
  return error == Error::none ? std::optional(value) : std::nullopt;
}

// Partitions of one accelerator have its memory in common: between them is no link.
bool are_of_one_accelerator(const Device& a, const Device& b) {
  return a.info.package_id[0] != '\0' && std::string_view(a.info.package_id) == b.info.package_id;
}

// Throws Failure.
bool reaches(const HipApi& api, const Device& from, const Device& to) {
  if (are_of_one_accelerator(from, to)) return false;
  int can = 0;
  const Error error = api.can_access_peer(&can, from.number, to.number);
  if (error == Error::none) return can != 0;
  fail(api, error, fmt::format("cannot ask whether {} reaches {}", from.info.id, to.info.id));
}

}  // namespace

std::vector<boundary::Benchmark> link_rows_of(const HipApi& api, Device& device,
                                              std::span<Device> all) {
  const auto asks = [&api](PeerAttribute which) {
    return [&api, which](const Device& from, const Device& to) {
      return peer_attribute(api, which, from, to);
    };
  };
  const gpu::PeerFacts<Device> facts = {
      [&api](const Device& from, const Device& to) { return reaches(api, from, to); },
      asks(PeerAttribute::performance_rank), asks(PeerAttribute::native_atomics)};
  return gpu::link_rows(api, device, all, facts,
                        "copy engines or kernels, as the ROCm runtime chooses");
}

}  // namespace tpp::hip

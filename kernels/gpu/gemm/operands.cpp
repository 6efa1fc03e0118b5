#include "kernels/gpu/gemm/operands.h"

#include <algorithm>
#include <random>

#include "kernels/gpu/kernel_contract.h"
#include "kernels/gpu/operand_values.h"

namespace tpp::gpu {
namespace {

constexpr uint64_t kPoolItems = 8192;  // of 8 bytes

// Random values of the format, packed.
std::vector<uint64_t> operand_items(const GemmFormat& format,
                                    const boundary::Preparation& preparation) {
  const boundary::Element element = format.operand;
  OperandValues values(element, preparation.seed, preparation.zeros, format.grid);
  const unsigned bits = bits_of(element);
  const Matrix random = values.matrix(kPoolItems, 64 / bits);
  std::vector<uint64_t> items(kPoolItems);
  for (unsigned i = 0; i < kPoolItems; ++i) {
    for (unsigned e = 0; e < 64 / bits; ++e) {
      items[i] |= random.patterns[random.at(i, e)] << (e * bits);
    }
  }
  return items;
}

// Scales drawn from those that the format is filled with, eight an item.
std::vector<uint64_t> scale_items(const BlockScaling& scaling, uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::vector<uint64_t> items(kPoolItems);
  for (uint64_t& item : items) {
    for (unsigned byte = 0; byte < 8; ++byte) {
      const uint64_t pattern = scaling.patterns[generator() % scaling.patterns.size()];
      item |= pattern << (byte * 8);
    }
  }
  return items;
}

}  // namespace

GemmOperands::GemmOperands(Driver& driver, const OperandPlan& plan,
                           const boundary::Preparation& preparation)
    : driver_(driver), plan_(plan) {
  const GemmFormat& format = plan_.format;
  Pools pools;
  pools.elements = upload_pool(operand_items(format, preparation));
  if (format.scaling != nullptr) {
    pools.scales = upload_pool(scale_items(*format.scaling, preparation.seed));
  }
  const uint64_t sets = std::clamp<uint64_t>(1 + 2 * plan_.cache_bytes / set_bytes(), 1, 4);
  for (uint64_t i = 0; i < sets; ++i) {
    sets_.push_back({make_operand(plan_.shape.m, pools, 2 * i),
                     make_operand(plan_.shape.n, pools, 2 * i + 1), buffer(product_bytes())});
  }
}

uint64_t GemmOperands::bytes() const { return set_bytes() * sets_.size(); }

uint64_t GemmOperands::element_bytes(int vectors) const {
  return static_cast<uint64_t>(vectors) * static_cast<uint64_t>(plan_.shape.k) *
         bits_of(plan_.format.operand) / 8;
}

uint64_t GemmOperands::scale_bytes(int vectors) const {
  if (plan_.format.scaling == nullptr) return 0;
  return ScaleLayout(*plan_.format.scaling, plan_.shape.k).bytes(static_cast<uint64_t>(vectors));
}

uint64_t GemmOperands::product_bytes() const {
  return static_cast<uint64_t>(plan_.shape.m) * static_cast<uint64_t>(plan_.shape.n) *
         bytes_of(plan_.format.product);
}

uint64_t GemmOperands::set_bytes() const {
  const auto [m, n, k] = plan_.shape;
  return element_bytes(m) + scale_bytes(m) + element_bytes(n) + scale_bytes(n) + product_bytes();
}

std::unique_ptr<Buffer> GemmOperands::buffer(uint64_t bytes) {
  return std::make_unique<Buffer>(driver_, bytes);
}

GemmOperands::Operand GemmOperands::make_operand(int vectors, const Pools& pools, uint64_t seed) {
  Operand operand;
  operand.elements = buffer(element_bytes(vectors));
  fill(*operand.elements, *pools.elements, seed);
  if (pools.scales) {
    operand.scales = buffer(scale_bytes(vectors));
    fill(*operand.scales, *pools.scales, seed);
  }
  return operand;
}

std::unique_ptr<Buffer> GemmOperands::upload_pool(const std::vector<uint64_t>& items) {
  auto pool = std::make_unique<Buffer>(driver_, items.size() * sizeof items[0]);
  driver_.upload(pool->address(), items.data(), pool->bytes());
  return pool;
}

void GemmOperands::fill(const Buffer& to, const Buffer& pool, uint64_t seed) {
  Address address = to.address();
  uint64_t items = to.bytes() / 8;
  Address from = pool.address();
  uint64_t mask = kPoolItems - 1;
  void* arguments[] = {&address, &items, &from, &mask, &seed};
  driver_.launch(driver_.function("fill_items"),
                 {plan_.units * kFillBlocksPerUnit, kFillThreads, 0}, arguments);
}

std::vector<uint8_t> GemmOperands::read_bytes(const Operand& from, uint64_t number) const {
  std::vector<uint8_t> bytes(element_bytes(1));
  driver_.download(bytes.data(), from.elements->address() + number * bytes.size(), bytes.size());
  return bytes;
}

void GemmOperands::write_bytes(const Operand& to, uint64_t number,
                               const std::vector<uint8_t>& bytes) {
  driver_.upload(to.elements->address() + number * bytes.size(), bytes.data(), bytes.size());
}

std::vector<double> GemmOperands::read_vector(const Operand& from, uint64_t number) const {
  const std::vector<uint8_t> bytes = read_bytes(from, number);
  std::vector<double> values(static_cast<std::size_t>(plan_.shape.k));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = boundary::decode_packed(plan_.format.operand, bytes.data(), i);
  }
  if (from.scales) apply_scales(*from.scales, number, values);
  return values;
}

void GemmOperands::apply_scales(const Buffer& scales, uint64_t number,
                                std::vector<double>& values) const {
  const BlockScaling& scaling = *plan_.format.scaling;
  const ScaleLayout layout(scaling, plan_.shape.k);
  std::vector<uint8_t> band(layout.band_bytes());
  driver_.download(band.data(), scales.address() + layout.band_of(number), band.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] *= scaling.value(band[layout.in_band(number, i / scaling.block)]);
  }
}

double GemmOperands::read_product(const Set& set, uint64_t row, uint64_t column) const {
  const boundary::Element element = plan_.format.product;
  std::byte stored[8] = {};
  const uint64_t at = row + column * static_cast<uint64_t>(plan_.shape.m);
  driver_.download(stored, set.d->address() + at * bytes_of(element), bytes_of(element));
  return decode(element, stored);
}

}  // namespace tpp::gpu

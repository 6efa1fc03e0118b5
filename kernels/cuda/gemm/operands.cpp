#include "kernels/cuda/gemm/operands.h"

#include <algorithm>

#include "kernels/gpu/operand_values.h"

namespace tpp::cuda {
namespace {

constexpr uint64_t kPoolItems = 8192;  // of 8 bytes

// Random values of the format, packed.
std::vector<uint64_t> operand_items(boundary::Element element,
                                    const boundary::Preparation& preparation) {
  gpu::OperandValues values(element, preparation.seed, preparation.zeros);
  const unsigned bits = bits_of(element);
  const gpu::Matrix random = values.matrix(kPoolItems, 64 / bits);
  std::vector<uint64_t> items(kPoolItems);
  for (unsigned i = 0; i < kPoolItems; ++i) {
    for (unsigned e = 0; e < 64 / bits; ++e) {
      items[i] |= random.patterns[random.at(i, e)] << (e * bits);
    }
  }
  return items;
}

}  // namespace

GemmOperands::GemmOperands(gpu::Driver& driver, const OperandPlan& plan,
                           const boundary::Preparation& preparation)
    : driver_(driver), plan_(plan) {
  const auto pool = upload_pool(operand_items(plan_.format.operand_element, preparation));
  const uint64_t sets = std::clamp<uint64_t>(1 + 2 * plan_.cache_bytes / set_bytes(), 1, 4);
  const auto buffer = [&](uint64_t bytes) { return std::make_unique<gpu::Buffer>(driver_, bytes); };
  for (uint64_t i = 0; i < sets; ++i) {
    sets_.push_back(
        {buffer(matrix_bytes(plan_.shape.m)), buffer(matrix_bytes(plan_.shape.n)),
         buffer(set_bytes() - matrix_bytes(plan_.shape.m) - matrix_bytes(plan_.shape.n))});
    fill(*sets_.back().a, *pool, 2 * i);
    fill(*sets_.back().b, *pool, 2 * i + 1);
  }
}

uint64_t GemmOperands::bytes() const { return set_bytes() * sets_.size(); }

uint64_t GemmOperands::matrix_bytes(int vectors) const {
  return static_cast<uint64_t>(vectors) * static_cast<uint64_t>(plan_.shape.k) *
         bits_of(plan_.format.operand_element) / 8;
}

uint64_t GemmOperands::set_bytes() const {
  const uint64_t product = static_cast<uint64_t>(plan_.shape.m) *
                           static_cast<uint64_t>(plan_.shape.n) *
                           bytes_of(plan_.format.product_element);
  return matrix_bytes(plan_.shape.m) + matrix_bytes(plan_.shape.n) + product;
}

std::unique_ptr<gpu::Buffer> GemmOperands::upload_pool(const std::vector<uint64_t>& items) {
  auto pool = std::make_unique<gpu::Buffer>(driver_, items.size() * sizeof items[0]);
  driver_.upload(pool->address(), items.data(), pool->bytes());
  return pool;
}

void GemmOperands::fill(const gpu::Buffer& to, const gpu::Buffer& pool, uint64_t seed) {
  gpu::Address address = to.address();
  uint64_t items = to.bytes() / 8;
  gpu::Address from = pool.address();
  uint64_t mask = kPoolItems - 1;
  void* arguments[] = {&address, &items, &from, &mask, &seed};
  driver_.launch(driver_.function("fill_items"), {plan_.units * 4, 256, 0}, arguments);
}

std::vector<double> GemmOperands::read_vector(const gpu::Buffer& from, uint64_t number) const {
  const boundary::Element element = plan_.format.operand_element;
  const auto k = static_cast<uint64_t>(plan_.shape.k);
  std::vector<std::byte> bytes(k * bytes_of(element));
  driver_.download(bytes.data(), from.address() + number * bytes.size(), bytes.size());
  std::vector<double> values(k);
  for (uint64_t i = 0; i < k; ++i) values[i] = decode(element, &bytes[i * bytes_of(element)]);
  return values;
}

double GemmOperands::read_product(const Set& set, uint64_t row, uint64_t column) const {
  const boundary::Element element = plan_.format.product_element;
  std::byte stored[8] = {};
  const uint64_t at = row + column * static_cast<uint64_t>(plan_.shape.m);
  driver_.download(stored, set.d->address() + at * bytes_of(element), bytes_of(element));
  return decode(element, stored);
}

}  // namespace tpp::cuda

#include "agent/boards/baseboard_sum.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tpp {
namespace {

// What is not known of one board is not known of all.
std::map<Basis, double> sum_of(const std::vector<BoardId>& boards,
                               const std::vector<BoardPerformance>& performances) {
  std::map<Basis, double> sums;
  std::map<Basis, std::size_t> known;
  for (const BoardPerformance& performance : performances) {
    if (std::ranges::find(boards, performance.board) == boards.end()) continue;
    for (const auto& [basis, tpp] : performance.tpp) {
      sums[basis] += tpp.value;
      ++known[basis];
    }
  }
  std::erase_if(sums, [&](const auto& sum) { return known[sum.first] != boards.size(); });
  return sums;
}

}  // namespace

std::optional<std::vector<BaseboardSum>> baseboard_sums(
    const Inventory& inventory, const std::vector<BoardPerformance>& performances) {
  std::vector<BaseboardSum> sums;
  for (const Board& board : inventory.boards) {
    if (!board.baseboard) continue;
    const auto known = std::ranges::find(sums, *board.baseboard, &BaseboardSum::baseboard);
    if (known != sums.end()) {
      known->boards.push_back(board.id);
    } else {
      sums.push_back({*board.baseboard, {board.id}, {}});
    }
  }
  std::erase_if(sums, [](const BaseboardSum& sum) { return sum.boards.size() < 2; });
  for (BaseboardSum& sum : sums) sum.tpp = sum_of(sum.boards, performances);
  return sums.empty() ? std::nullopt : std::optional(std::move(sums));
}

}  // namespace tpp

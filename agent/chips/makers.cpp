#include "agent/chips/makers.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <vector>

#include "agent/support/text.h"

namespace tpp {
namespace {

// Ways of writing, words in lower case.
using Ways = std::array<std::string_view, 4>;

struct Maker {
  std::string_view row;  // as the catalogue does
  Ways written;
  Ways stands_for = {};    // under which its own devices are listed, too
  bool all_known = false;  // its devices are listed under no other words
};

constexpr Maker kMakers[] = {
    {"NVIDIA", {"nvidia"}, {}, true},
    {"AMD", {"amd", "advanced micro devices", "authenticamd", "xilinx"}, {}, true},
    {"Intel", {"intel", "genuineintel", "habana", "habanalabs"}, {"altera"}, true},
    {"Altera", {"altera"}, {"intel"}, true},
    // Their runtimes stand in for ROCm's and CUDA's, under whose makers' names modules list them.
    {"Hygon", {"hygon", "hygongenuine"}, {"amd", "advanced micro devices"}, true},
    {"Iluvatar CoreX", {"iluvatar", "corex"}, {"nvidia"}, true},
    {"AWS", {"aws", "amazon", "annapurna"}},
    {"Achronix", {"achronix"}},
    {"Alibaba T-Head", {"alibaba", "t head", "thead"}},
    {"Ampere", {"ampere"}},
    {"Apple", {"apple"}},
    {"Axelera", {"axelera"}},
    {"Biren", {"biren", "birentech"}},
    {"Cambricon", {"cambricon"}},
    {"Cerebras", {"cerebras"}},
    {"Enflame", {"enflame"}},
    {"Esperanto", {"esperanto"}},
    {"Fujitsu", {"fujitsu"}},
    {"FuriosaAI", {"furiosaai", "furiosa"}},
    {"Google", {"google"}},
    {"Graphcore", {"graphcore"}},
    {"Groq", {"groq"}},
    {"Hailo", {"hailo"}},
    {"Huawei", {"huawei", "hisilicon"}},
    {"IBM", {"ibm"}},
    {"Kunlunxin", {"kunlunxin", "kunlun", "baidu"}},
    {"Meta", {"meta"}},
    {"MetaX", {"metax"}},
    {"Microsoft", {"microsoft"}},
    {"Moore Threads", {"moore threads", "mthreads"}},
    {"NUDT", {"nudt"}},
    {"PEZY", {"pezy"}},
    {"Preferred Networks", {"preferred networks"}},
    {"Qualcomm", {"qualcomm"}},
    {"Rebellions", {"rebellions"}},
    {"SambaNova", {"sambanova"}},
    {"Sophgo", {"sophgo", "sophon", "bitmain"}},
    {"Sunway", {"sunway"}},
    {"Tenstorrent", {"tenstorrent"}},
    {"Tesla", {"tesla"}},
    {"Untether AI", {"untether"}},
    {"d-Matrix", {"d matrix", "dmatrix"}},
};

// Nothing but these names no maker.
constexpr std::array<std::string_view, 18> kNobody = {
    "mesa", "x", "org", "the",  "pocl", "project",     "unknown",   "vendor",  "device",
    "none", "n", "a",   "null", "not",  "unspecified", "specified", "generic", "undefined"};

// "Intel(R) Corporation" -> " intel r corporation ", so that words can be looked for whole:
// "Intelligent Devices" is nobody's.
std::string in_words(std::string_view text) {
  std::string words = " ";
  for (const char c : to_lower(text)) {
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (letter || words.back() != ' ') words.push_back(letter ? c : ' ');
  }
  if (words.back() != ' ') words.push_back(' ');
  return words;
}

bool has_one(const std::string& words, const Ways& ways) {
  return std::ranges::any_of(ways, [&](std::string_view way) {
    return !way.empty() && words.find(" " + std::string(way) + " ") != std::string::npos;
  });
}

const Maker* maker_in(const std::string& words) {
  const auto found = std::ranges::find_if(
      kMakers, [&](const Maker& maker) { return has_one(words, maker.written); });
  return found == std::end(kMakers) ? nullptr : &*found;
}

}  // namespace

std::string maker_named(std::string_view vendor) {
  const Maker* maker = maker_in(in_words(vendor));
  return maker == nullptr ? "" : std::string(maker->row);
}

bool names_nobody(std::string_view vendor) {
  const std::string words = in_words(vendor);
  const auto each = split(trim(words), ' ');
  return std::ranges::all_of(each, [](const std::string& word) {
    return word.empty() || std::ranges::find(kNobody, word) != kNobody.end();
  });
}

MakerFit maker_fit(std::string_view row_vendor, std::string_view told) {
  if (names_nobody(told) || row_vendor.empty()) return MakerFit::not_told;
  const std::string words = in_words(told);
  const Maker* row = maker_in(in_words(row_vendor));
  const bool mine = row != nullptr ? has_one(words, row->written) || has_one(words, row->stands_for)
                                   : words.find(in_words(row_vendor)) != std::string::npos;
  if (mine) return MakerFit::fits;
  if (maker_in(words) != nullptr) return MakerFit::another;
  return row != nullptr && row->all_known ? MakerFit::odd : MakerFit::not_told;
}

}  // namespace tpp

// What the assembler made of the loops, read back from the built module: some of these instructions
// exist on few processors, and a wrong mnemonic, a missing one or a load in a loop would show only
// there. Disassembled by binutils' objdump.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <sstream>
#include <string>

namespace {

// Loop label -> mnemonic -> how often between the label and the branch back to it, branch included.
std::map<std::string, std::map<std::string, int>> loops_of_module() {
  const std::string command =
      std::string(TPP_OBJDUMP) + " -d --no-show-raw-insn -M intel " + TPP_CPU_MODULE + " 2>&1";
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::map<std::string, std::map<std::string, int>> loops;
  std::string label;
  std::array<char, 4096> buffer{};
  while (fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) {
    const std::string line = buffer.data();
    const auto open = line.find('<');
    if (line.find(">:") != std::string::npos && open != std::string::npos) {
      label = line.substr(open + 1, line.find(">:") - open - 1);
      if (label.rfind("_loop") == std::string::npos) label.clear();
      continue;
    }
    const auto tab = line.find('\t');
    if (label.empty() || tab == std::string::npos) continue;
    std::istringstream words(line.substr(tab + 1));
    std::string mnemonic;
    words >> mnemonic;
    if (mnemonic == "{vex}") {
      words >> mnemonic;
      mnemonic = "{vex} " + mnemonic;
    }
    std::string operands;
    words >> operands;
    const auto space = operands.find_first_of("0123456789,");
    const std::string bank = operands.substr(0, space);  // "zmm", "ymm", "tmm", "r"...
    ++loops[label][mnemonic[0] == 'v' || mnemonic[0] == 't' || mnemonic[0] == '{'
                       ? mnemonic + " " + bank
                       : mnemonic];
    if (mnemonic == "jne" || mnemonic == "jnz") label.clear();
  }
  return loops;
}

struct Loop {
  const char* label;
  const char* instruction;
  int count;
};

class Encoding : public ::testing::TestWithParam<Loop> {
 protected:
  static const std::map<std::string, std::map<std::string, int>>& loops() {
    static const auto all = loops_of_module();
    return all;
  }
};

// Two per accumulator, one decrement, one branch, and nothing else.
TEST_P(Encoding, HoldsItsInstructionTwicePerAccumulatorAndNothingElse) {
  const Loop& expected = GetParam();
  ASSERT_TRUE(loops().count(expected.label)) << "the module has no such loop";
  const std::map<std::string, int> whole{
      {expected.instruction, expected.count}, {"dec", 1}, {"jne", 1}};
  EXPECT_EQ(loops().at(expected.label), whole);
}

INSTANTIATE_TEST_SUITE_P(EveryLoop, Encoding,
                         ::testing::Values(Loop{"tpp_avx2_fp64_loop", "vfmadd231pd ymm", 24},
                                           Loop{"tpp_avx2_fp32_loop", "vfmadd231ps ymm", 24},
                                           Loop{"tpp_avx_vnni_int8_loop", "{vex} vpdpbusd ymm", 24},
                                           Loop{"tpp_avx512_fp64_loop", "vfmadd231pd zmm", 32},
                                           Loop{"tpp_avx512_fp32_loop", "vfmadd231ps zmm", 32},
                                           Loop{"tpp_avx512_fp16_loop", "vfmadd231ph zmm", 32},
                                           Loop{"tpp_avx512_bf16_loop", "vdpbf16ps zmm", 32},
                                           Loop{"tpp_avx512_int8_loop", "vpdpbusd zmm", 32},
                                           Loop{"tpp_amx_int8_loop", "tdpbssd tmm", 8},
                                           Loop{"tpp_amx_bf16_loop", "tdpbf16ps tmm", 8},
                                           Loop{"tpp_amx_fp16_loop", "tdpfp16ps tmm", 8}),
                         [](const auto& row) { return std::string(row.param.label); });

}  // namespace

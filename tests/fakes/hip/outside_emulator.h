// The very code object that ships, executed by an emulator of AMD's instructions outside of this
// project: a command that is given a folder with what a launch needs and leaves there what the
// kernel left.
#ifndef TPP_TESTS_FAKES_HIP_OUTSIDE_EMULATOR_H
#define TPP_TESTS_FAKES_HIP_OUTSIDE_EMULATOR_H

#include <cstddef>
#include <string>

#include "tests/fakes/hip/kernel_emulation.h"

namespace fake_hip {

struct Program {
  const std::string& name;
  const std::string& image;  // the code object
  std::string target;
};
struct Sizes {
  std::size_t operands;
  std::size_t accumulators;
};

// The loop is run through once, whatever is asked for, since what it leaves does not depend on it;
// once for the same kernel with the same operands. Whether the command could.
bool run_outside(const std::string& command, const Program& program, const Launch& launch,
                 const Sizes& sizes);

}  // namespace fake_hip

#endif

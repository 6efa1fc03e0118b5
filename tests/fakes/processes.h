// Processes that compute on devices of the fakes, and come and go while a test runs: a file of the
// home folder, fake_processes/DEVICE/PROCESS, for each, as long as the process lives. Where there
// is no folder fake_processes, nobody is told of.
#ifndef TPP_TESTS_FAKES_PROCESSES_H
#define TPP_TESTS_FAKES_PROCESSES_H

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace fakes {

inline std::filesystem::path processes_folder() {
  const char* const home = std::getenv("HOME");
  return std::filesystem::path(home != nullptr ? home : "") / "fake_processes";
}

inline int living_processes(const std::string& device) {
  int living = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator at(processes_folder() / device, error), end;
       !error && at != end; at.increment(error)) {
    const int process = std::atoi(at->path().filename().c_str());
    living += process > 0 && ::kill(process, 0) == 0 ? 1 : 0;
  }
  return living;
}

// This process computes on the device from now on.
inline void compute_on(const std::string& device) {
  std::error_code error;
  if (!std::filesystem::is_directory(processes_folder(), error)) return;
  std::filesystem::create_directory(processes_folder() / device, error);
  std::ofstream file(processes_folder() / device / std::to_string(::getpid()));
}

}  // namespace fakes

#endif

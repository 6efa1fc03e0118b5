// SQLite's own file system with one fault in it: the n-th call that changes a file fails, or tells
// somebody. What a full disk, a read-only one and a dying one look like from inside the library.
#ifndef TPP_TESTS_UNIT_STORE_FAILING_VFS_H
#define TPP_TESTS_UNIT_STORE_FAILING_VFS_H

#include <functional>

namespace tpp::test {

inline constexpr const char* kFailingVfs = "failing";

struct Fault {
  int at = 0;          // which change fails, from 1 on; 0: none
  int code = 0;        // SQLite's result of it: SQLITE_FULL, SQLITE_IOERR_WRITE ...
  bool stays = false;  // so do all that come after it
  // Before every change; the number of changes so far.
  std::function<void(int)> tell = {};
};

// From now on, for every connection of this process that names the file system. Counts from 0.
void set_fault(Fault fault);
// Since set_fault().
int changes();

// Registers it; more than once is no mistake.
void register_failing_vfs();

}  // namespace tpp::test

#endif

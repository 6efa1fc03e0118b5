#include "tests/unit/store/failing_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tpp::test {
namespace {

Fault the_fault;
int the_changes = 0;

// SQLITE_OK, or what the fault makes of the next change.
int next_change() {
  ++the_changes;
  if (the_fault.tell) the_fault.tell(the_changes);
  const bool fails = the_fault.at != 0 &&
                     (the_fault.stays ? the_changes >= the_fault.at : the_changes == the_fault.at);
  return fails ? the_fault.code : SQLITE_OK;
}

// Ours begins with SQLite's base, as the library asks; the real file follows it.
struct File {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

template <auto Member, class... Args>
int pass_on(sqlite3_file* file, Args... args) {
  sqlite3_file* real = reinterpret_cast<File*>(file)->real();
  return (real->pMethods->*Member)(real, args...);
}

template <auto Member, class... Args>
int change(sqlite3_file* file, Args... args) {
  const int code = next_change();
  return code != SQLITE_OK ? code : pass_on<Member>(file, args...);
}

using Methods = sqlite3_io_methods;

// "Read-only" means to the library that the mapping is there all the same, and it reads from it.
int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** mapped) {
  const int code = next_change();
  if (code != SQLITE_OK && code != SQLITE_READONLY) return code;
  return pass_on<&Methods::xShmMap>(file, region, size, extend, mapped);
}

void shm_barrier(sqlite3_file* file) {
  sqlite3_file* real = reinterpret_cast<File*>(file)->real();
  real->pMethods->xShmBarrier(real);
}

const Methods& methods() {
  static const Methods table = [] {
    Methods m{};
    m.iVersion = 2;  // without mapped pages
    m.xClose = &pass_on<&Methods::xClose>;
    m.xRead = &pass_on<&Methods::xRead, void*, int, sqlite3_int64>;
    m.xWrite = &change<&Methods::xWrite, const void*, int, sqlite3_int64>;
    m.xTruncate = &change<&Methods::xTruncate, sqlite3_int64>;
    m.xSync = &change<&Methods::xSync, int>;
    m.xFileSize = &pass_on<&Methods::xFileSize, sqlite3_int64*>;
    m.xLock = &pass_on<&Methods::xLock, int>;
    m.xUnlock = &pass_on<&Methods::xUnlock, int>;
    m.xCheckReservedLock = &pass_on<&Methods::xCheckReservedLock, int*>;
    m.xFileControl = &pass_on<&Methods::xFileControl, int, void*>;
    m.xSectorSize = &pass_on<&Methods::xSectorSize>;
    m.xDeviceCharacteristics = &pass_on<&Methods::xDeviceCharacteristics>;
    m.xShmMap = &shm_map;
    m.xShmLock = &pass_on<&Methods::xShmLock, int, int, int>;
    m.xShmBarrier = &shm_barrier;
    m.xShmUnmap = &pass_on<&Methods::xShmUnmap, int>;
    return m;
  }();
  return table;
}

sqlite3_vfs* real_vfs() { return sqlite3_vfs_find("unix"); }

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* ours = reinterpret_cast<File*>(file);
  file->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_CREATE) != 0) {
    const int code = next_change();
    if (code != SQLITE_OK) return code;
  }
  const int code = real_vfs()->xOpen(real_vfs(), name, ours->real(), flags, out);
  if (ours->real()->pMethods != nullptr) file->pMethods = &methods();
  return code;
}

int remove(sqlite3_vfs*, const char* name, int flush_directory) {
  const int code = next_change();
  return code != SQLITE_OK ? code : real_vfs()->xDelete(real_vfs(), name, flush_directory);
}

}  // namespace

void set_fault(Fault fault) {
  the_fault = std::move(fault);
  the_changes = 0;
}

int changes() { return the_changes; }

void register_failing_vfs() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs ours = *real_vfs();
    ours.szOsFile += static_cast<int>(sizeof(File));
    ours.pNext = nullptr;
    ours.zName = kFailingVfs;
    ours.xOpen = &open;
    ours.xDelete = &remove;
    return ours;
  }();
  sqlite3_vfs_register(&vfs, 0);
}

}  // namespace tpp::test

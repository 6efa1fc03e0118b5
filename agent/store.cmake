# Passes kept in a file: what a node knew of its boards, for years.
tpp_add_library(
  tpp_store
  store/file_lock.cpp
  store/pass_rows.cpp
  store/pass_store.cpp
  store/report_packing.cpp
  store/retention.cpp
  store/schema.cpp
  store/set_aside.cpp
  store/sqlite.cpp
  store/store_file.cpp
  store/store_problem.cpp)
target_link_libraries(tpp_store PUBLIC tpp_core tpp_exporters PRIVATE PkgConfig::SQLITE ZLIB::ZLIB)

# What is decided, apart from how it is learnt: pure functions, and the readers of rules and catalogue.
tpp_add_library(
  tpp_core
  aggregate.cpp
  board_parts.cpp
  board_values.cpp
  catalog_check.cpp
  catalog_check_limits.cpp
  catalog_check_rates.cpp
  catalog_class.cpp
  catalog_dies.cpp
  catalog_figures.cpp
  catalog_file.cpp
  catalog_in_use.cpp
  catalog_match.cpp
  catalog_override.cpp
  classify.cpp
  classify_request.cpp
  condition_reader.cpp
  country_file.cpp
  data_directory.cpp
  determine.cpp
  document.cpp
  document_index.cpp
  edition_file.cpp
  edition_parts.cpp
  editions_in_force.cpp
  evidence.cpp
  figures.cpp
  identify.cpp
  item_state.cpp
  items.cpp
  licence.cpp
  licence_matrix.cpp
  manifest_file.cpp
  manifest_items.cpp
  other_controls.cpp
  provisions.cpp
  readings.cpp
  regulation.cpp
  rule_file.cpp
  rule_override.cpp
  shipment.cpp
  shipment_notice.cpp
  shipment_programme.cpp
  shipment_sections.cpp
  tpp_sum.cpp
  yaml_document.cpp
  yaml_reader.cpp)
target_link_libraries(tpp_core PUBLIC tpp_model PRIVATE yaml-cpp)

# Where programs of the target cannot run on the build machine and there is no emulator, the tool of
# another build has to be named; its output is the same on every machine.
set(TPP_COMPILE_DATA "" CACHE FILEPATH "A tpp-compile-data that runs on the build machine")
if(TPP_COMPILE_DATA)
  add_executable(tpp-compile-data IMPORTED GLOBAL)
  set_target_properties(tpp-compile-data PROPERTIES IMPORTED_LOCATION ${TPP_COMPILE_DATA})
elseif(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
  message(FATAL_ERROR "A cross build runs tpp-compile-data: set CMAKE_CROSSCOMPILING_EMULATOR (the "
                      "package qemu-user-static has one), or TPP_COMPILE_DATA to that of a build "
                      "for this machine (build/dev/tools/tpp-compile-data)")
else()
  add_executable(tpp-compile-data compile_data.cpp)
  target_link_libraries(tpp-compile-data PRIVATE tpp_core)
  set_target_properties(tpp-compile-data PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                    ${PROJECT_BINARY_DIR}/tools)
endif()

tpp_add_compiled_data(${CMAKE_CURRENT_SOURCE_DIR}/rules rules)
tpp_add_compiled_data(${CMAKE_CURRENT_SOURCE_DIR}/catalog catalog)
tpp_add_compiled_data(${CMAKE_CURRENT_SOURCE_DIR}/countries countries)

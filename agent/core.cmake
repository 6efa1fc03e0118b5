# What is decided, apart from how it is learnt: pure functions, and the readers of rules and catalogue.
tpp_add_library(
  tpp_core
  boards/aggregate.cpp
  boards/answer.cpp
  boards/baseboard.cpp
  boards/baseboard_sum.cpp
  boards/board_check.cpp
  boards/board_doubts.cpp
  boards/board_drafts.cpp
  boards/board_map.cpp
  boards/board_parts.cpp
  boards/board_sources.cpp
  boards/board_units.cpp
  boards/board_values.cpp
  boards/bus_neighbours.cpp
  boards/candidate_values.cpp
  boards/classify.cpp
  boards/clock_allowance.cpp
  boards/declaration_fit.cpp
  boards/declared_board.cpp
  boards/evidence.cpp
  boards/evidence_age.cpp
  boards/evidence_findings.cpp
  boards/figures_check.cpp
  boards/grouping.cpp
  boards/mapped_boards.cpp
  boards/measurement_findings.cpp
  boards/outside_facts.cpp
  boards/part_outcomes.cpp
  boards/performance_check.cpp
  boards/report_check.cpp
  boards/same_identity.cpp
  boards/same_silicon.cpp
  boards/serial_number.cpp
  boards/stored_rows.cpp
  boards/system.cpp
  boards/tpp_sum.cpp
  chips/architectures.cpp
  chips/catalog_check.cpp
  chips/catalog_check_limits.cpp
  chips/catalog_check_rates.cpp
  chips/catalog_class.cpp
  chips/catalog_dies.cpp
  chips/catalog_figures.cpp
  chips/catalog_file.cpp
  chips/catalog_in_use.cpp
  chips/catalog_match.cpp
  chips/catalog_override.cpp
  chips/identify.cpp
  chips/maker_facts.cpp
  chips/makers.cpp
  chips/row_differences.cpp
  classify_request.cpp
  documents/data_directory.cpp
  documents/document.cpp
  documents/document_index.cpp
  documents/yaml_document.cpp
  documents/yaml_reader.cpp
  history/board_events.cpp
  history/board_levels.cpp
  history/board_tracks.cpp
  history/class_events.cpp
  history/history.cpp
  history/masked_reports.cpp
  history/member_events.cpp
  history/rate_events.cpp
  history/recognition.cpp
  history/same_devices.cpp
  history/sightings.cpp
  regulation/conclusion.cpp
  regulation/condition_reader.cpp
  regulation/country_file.cpp
  regulation/determination_notes.cpp
  regulation/determine.cpp
  regulation/edition_file.cpp
  regulation/edition_parts.cpp
  regulation/editions_in_force.cpp
  regulation/figures.cpp
  regulation/item_parts.cpp
  regulation/item_state.cpp
  regulation/items.cpp
  regulation/licence.cpp
  regulation/licence_answer.cpp
  regulation/licence_matrix.cpp
  regulation/other_controls.cpp
  regulation/other_readings.cpp
  regulation/provisions.cpp
  regulation/readings.cpp
  regulation/regulation.cpp
  regulation/rule_file.cpp
  regulation/rule_override.cpp
  report_age.cpp
  report_gaps.cpp
  shipment/chips_on_board.cpp
  shipment/manifest_fields.cpp
  shipment/manifest_file.cpp
  shipment/manifest_items.cpp
  shipment/manifest_parts.cpp
  shipment/shipment.cpp
  shipment/shipment_foundry.cpp
  shipment/shipment_item.cpp
  shipment/shipment_notice.cpp
  shipment/shipment_programme.cpp
  shipment/shipment_sections.cpp
  shipment/shipment_transaction.cpp
  shipment/shipment_whole.cpp
  threshold_settings.cpp)
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
  add_executable(tpp-compile-data documents/compile_data.cpp)
  target_link_libraries(tpp-compile-data PRIVATE tpp_core)
  set_target_properties(tpp-compile-data PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                    ${PROJECT_BINARY_DIR}/tools)
endif()

tpp_add_compiled_data(${CMAKE_CURRENT_SOURCE_DIR}/rules rules)
tpp_add_compiled_data(${CMAKE_CURRENT_SOURCE_DIR}/catalog catalog)
tpp_add_compiled_data(${CMAKE_CURRENT_SOURCE_DIR}/countries countries)

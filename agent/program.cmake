# The program = a library and a main of a few lines, so that tests link what users run.
configure_file(version.h.in ${PROJECT_BINARY_DIR}/generated/agent/version.h @ONLY)
find_package(CLI11 REQUIRED)

tpp_add_library(
  tpp_agent
  command/catalog.cpp
  command/classify.cpp
  command/devices.cpp
  command/history.cpp
  command/measure.cpp
  command/output.cpp
  command/pass.cpp
  command/probe.cpp
  command/progress.cpp
  command/rule_inputs.cpp
  command/run.cpp
  command/selftest.cpp
  command/shipment.cpp
  command/stored_passes.cpp
  command/this_boot.cpp
  command/via_daemon.cpp
  exit_code.cpp
  options.cpp
  options_boards.cpp
  options_catalog.cpp
  options_fail_on.cpp
  options_help.cpp
  options_history.cpp
  options_metrics.cpp
  options_recording.cpp
  options_request.cpp
  options_served.cpp
  options_state.cpp
  options_thresholds.cpp
  options_topology.cpp
  options_words.cpp
  pass/bench_records.cpp
  pass/carried.cpp
  pass/code_in_use.cpp
  pass/code_trust.cpp
  pass/device_gate.cpp
  pass/gate_findings.cpp
  pass/hidden_devices.cpp
  pass/idle_gate.cpp
  pass/known_again.cpp
  pass/measure_request.cpp
  pass/measuring.cpp
  pass/node_read_records.cpp
  pass/node_recorder.cpp
  pass/node_recording.cpp
  pass/pass.cpp
  pass/pass_messages.cpp
  pass/recorded_node.cpp
  pass/recording_masks.cpp
  pass/reconcile.cpp
  pass/selection.cpp
  pass/sleeping_devices.cpp
  pass/source_check.cpp
  pass/survey.cpp
  pass/telemetry.cpp
  pass/together.cpp
  pass/unseen_rows.cpp
  pass/virtual_functions.cpp
  pass/worker.cpp)
target_include_directories(tpp_agent PRIVATE ${PROJECT_BINARY_DIR}/generated)
target_link_libraries(
  tpp_agent
  PUBLIC tpp_core tpp_probes tpp_exporters tpp_store
  PRIVATE CLI11::CLI11 nlohmann_json::nlohmann_json)

add_executable(tpp-agent main.cpp)
target_link_libraries(tpp-agent PRIVATE tpp_agent)
get_property(compiled_data GLOBAL PROPERTY TPP_COMPILED_DATA)
add_dependencies(tpp-agent ${compiled_data})
install(TARGETS tpp-agent RUNTIME DESTINATION bin)

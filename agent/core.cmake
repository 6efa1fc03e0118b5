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
  evidence.cpp
  identify.cpp
  provisions.cpp
  readings.cpp
  rule_file.cpp
  rule_override.cpp
  tpp_sum.cpp
  yaml_reader.cpp)
target_link_libraries(tpp_core PUBLIC tpp_model PRIVATE yaml-cpp)

tpp_add_data(${CMAKE_CURRENT_SOURCE_DIR}/rules rules)
tpp_add_data(${CMAKE_CURRENT_SOURCE_DIR}/catalog catalog)

# What is decided, apart from how it is learnt: pure functions, and the readers of rules and catalogue.
tpp_add_library(
  tpp_core
  aggregate.cpp
  catalog_file.cpp
  classify.cpp
  evidence.cpp
  identify.cpp
  rule_file.cpp)
target_link_libraries(tpp_core PUBLIC tpp_model PRIVATE yaml-cpp)

tpp_add_data(${CMAKE_CURRENT_SOURCE_DIR}/rules rules)
tpp_add_data(${CMAKE_CURRENT_SOURCE_DIR}/catalog catalog)

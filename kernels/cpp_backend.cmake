# What backends in C++ share, as a library; also for builds that take one backend alone.
tpp_add_library(tpp_cpp_backend ${CMAKE_CURRENT_LIST_DIR}/cpp_element.cpp
                                ${CMAKE_CURRENT_LIST_DIR}/cpp_shared_library.cpp)
set_target_properties(tpp_cpp_backend PROPERTIES CXX_VISIBILITY_PRESET hidden
                                                 VISIBILITY_INLINES_HIDDEN ON)
target_link_libraries(tpp_cpp_backend PUBLIC ${CMAKE_DL_LIBS})

# faultline_part(NAME [PUBLIC target...] [PRIVATE target...] [INCLUDE folder...] [PRECOMPILE header...])
# makes the static library faultline_NAME from src/NAME/*.cpp with the face include/faultline/NAME.

add_library(faultline_options INTERFACE)
target_compile_options(faultline_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
                       # g++ 12 sees overlaps in std::string that aren't there (GCC bug 105651)
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(FAULTLINE_SANITIZE OR FAULTLINE_FUZZ)
    # Without vptr: that check wants the type information of every class used, and LibTorch hides some.
    target_compile_options(faultline_options INTERFACE -fsanitize=address,undefined -fno-sanitize=vptr
                           -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g1)
    target_link_options(faultline_options INTERFACE -fsanitize=address,undefined)
endif()
if(FAULTLINE_FUZZ)
    target_compile_options(faultline_options INTERFACE -fsanitize=fuzzer-no-link -UNDEBUG)
endif()

# Warnings, sanitizers and the include folder: what every target of ours is compiled with.
function(faultline_own_target TARGET)
    target_link_libraries(${TARGET} PRIVATE faultline_options)
    target_include_directories(${TARGET} PRIVATE ${PROJECT_SOURCE_DIR}/include)
endfunction()

function(faultline_part NAME)
    cmake_parse_arguments(PART "" "" "PUBLIC;PRIVATE;INCLUDE;PRECOMPILE" ${ARGN})
    file(GLOB SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${NAME}/*.cpp)
    add_library(faultline_${NAME} STATIC ${SOURCES})
    faultline_own_target(faultline_${NAME})
    target_link_libraries(faultline_${NAME} PUBLIC ${PART_PUBLIC} PRIVATE ${PART_PRIVATE})
    if(PART_INCLUDE)
        target_include_directories(faultline_${NAME} SYSTEM PRIVATE ${PART_INCLUDE})
    endif()
    if(PART_PRECOMPILE)
        target_precompile_headers(faultline_${NAME} PRIVATE ${PART_PRECOMPILE})
        target_compile_options(faultline_${NAME} PRIVATE -fpch-preprocess)  # lets ccache see through it
    endif()
endfunction()

# Makes the imported target LibTorch from a root folder given as -DLIBTORCH=ROOT: PyTorch's own wheel (the `torch`
# folder of an environment), the unpacked LibTorch zip, or a prefix such as /usr. Without it, the environment that
# scripts/setup.sh makes is used. PyTorch's own find_package(Torch) fails where no CUDA toolkit is installed.
#
# Only libtorch_cpu and libc10 are linked: libtorch_cuda is loaded at run time when a CUDA device is asked for.

if(NOT LIBTORCH)
    if(DEFINED ENV{XDG_CACHE_HOME})
        set(CACHE_ROOT $ENV{XDG_CACHE_HOME})
    else()
        set(CACHE_ROOT $ENV{HOME}/.cache)
    endif()
    file(GLOB FOUND ${CACHE_ROOT}/faultline/python-torch-2.11.0/lib/python3*/site-packages/torch)
    if(FOUND)
        list(GET FOUND 0 FOUND)
    endif()
    set(LIBTORCH "${FOUND}" CACHE PATH "LibTorch's root folder" FORCE)
endif()

find_path(LibTorch_INCLUDE_DIR torch/script.h PATHS ${LIBTORCH}/include NO_DEFAULT_PATH NO_CACHE)
find_library(LibTorch_CPU_LIBRARY torch_cpu PATHS ${LIBTORCH}/lib ${LIBTORCH}/lib/${CMAKE_LIBRARY_ARCHITECTURE}
             NO_DEFAULT_PATH NO_CACHE)
find_library(LibTorch_C10_LIBRARY c10 PATHS ${LIBTORCH}/lib ${LIBTORCH}/lib/${CMAKE_LIBRARY_ARCHITECTURE}
             NO_DEFAULT_PATH NO_CACHE)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    LibTorch
    REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
    REASON_FAILURE_MESSAGE "run scripts/setup.sh, or give LibTorch's root folder with -DLIBTORCH=ROOT")

# The include folders come after the system's (-idirafter), because the wheel ships an fmt that breaks Debian's
# spdlog. So a LibTorch among the system's headers would win over the one asked for.
if(EXISTS /usr/include/torch/script.h AND NOT LibTorch_INCLUDE_DIR STREQUAL "/usr/include")
    message(FATAL_ERROR "libtorch-dev is installed and its headers would hide those of ${LIBTORCH}: remove libtorch-dev, "
                        "or build against it with -DLIBTORCH=/usr")
endif()

if(LibTorch_FOUND AND NOT TARGET LibTorch)
    add_library(LibTorch INTERFACE IMPORTED)
    target_compile_options(LibTorch INTERFACE "SHELL:-idirafter ${LibTorch_INCLUDE_DIR}"
                           "SHELL:-idirafter ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
    target_link_libraries(LibTorch INTERFACE ${LibTorch_CPU_LIBRARY} ${LibTorch_C10_LIBRARY})
    file(GLOB_RECURSE CONFIG ${LIBTORCH}/share/cmake/Torch/TorchConfig.cmake)
    if(CONFIG)
        file(STRINGS ${CONFIG} ABI REGEX "_GLIBCXX_USE_CXX11_ABI=[01]")
        if(ABI MATCHES "_GLIBCXX_USE_CXX11_ABI=([01])")
            target_compile_definitions(LibTorch INTERFACE _GLIBCXX_USE_CXX11_ABI=${CMAKE_MATCH_1})
        endif()
    endif()
endif()

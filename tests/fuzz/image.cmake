licet_fuzz_test(image LIBRARIES licet_exec licet_crypto)
if(NOT LICET_FUZZ)
    licet_program_test(image_corpus KIND fuzz
        SOURCES ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_image.c ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.c
        LIBRARIES licet_exec licet_crypto
        ARGUMENTS ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/image)
endif()

# Ledgers that are interrupted and disks that fail: docs/HACKING.md, "Repeat a crash by its seed".
set(LICET_CRASH_LIBRARIES licet_client licet_compiler PkgConfig::SQLITE PkgConfig::CMOCKA)
set(LICET_CRASH_INCLUDE tests/crash tests/unit runtime/store/src)
set(LICET_CRASH_WORLD ${CMAKE_CURRENT_LIST_DIR}/disk.c ${CMAKE_CURRENT_LIST_DIR}/disk_vfs.c
    ${CMAKE_CURRENT_LIST_DIR}/workload.c)
licet_program_test(crashes KIND crash SOURCES ${CMAKE_CURRENT_LIST_DIR}/crashes.c ${LICET_CRASH_WORLD}
    LIBRARIES ${LICET_CRASH_LIBRARIES} INCLUDE ${LICET_CRASH_INCLUDE})
licet_program_test(faults KIND crash SOURCES ${CMAKE_CURRENT_LIST_DIR}/faults.c
    ${CMAKE_CURRENT_LIST_DIR}/rehearsal.c ${LICET_CRASH_WORLD}
    LIBRARIES ${LICET_CRASH_LIBRARIES} INCLUDE ${LICET_CRASH_INCLUDE})
licet_program_test(memory KIND crash SOURCES ${CMAKE_CURRENT_LIST_DIR}/memory.c
    ${CMAKE_CURRENT_LIST_DIR}/rehearsal.c ${LICET_CRASH_WORLD}
    LIBRARIES ${LICET_CRASH_LIBRARIES} INCLUDE ${LICET_CRASH_INCLUDE})
licet_program_test(gather KIND crash SOURCES ${CMAKE_CURRENT_LIST_DIR}/gather.c ${LICET_CRASH_WORLD}
    LIBRARIES ${LICET_CRASH_LIBRARIES} INCLUDE ${LICET_CRASH_INCLUDE})
licet_program_test(making KIND crash SOURCES ${CMAKE_CURRENT_LIST_DIR}/making.c ${LICET_CRASH_WORLD}
    LIBRARIES ${LICET_CRASH_LIBRARIES} INCLUDE ${LICET_CRASH_INCLUDE})
# The control: on a disk whose syncs do nothing the suite must fail.
licet_script_test(lie KIND crash COMMAND crash_crashes --lie --cycles 2000)
# The real program, killed. A sanitizer wants to be loaded first.
if(NOT LICET_SANITIZE)
    add_library(crash_kill_at SHARED ${CMAKE_CURRENT_LIST_DIR}/kill_at.c)
    target_link_libraries(crash_kill_at PRIVATE licet_flags ${CMAKE_DL_LIBS})
    set_target_properties(crash_kill_at PROPERTIES C_EXTENSIONS OFF
        LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    licet_script_test(kills KIND crash COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/kills.py)
endif()
licet_script_test(two_processes KIND crash COMMAND ${CMAKE_CURRENT_LIST_DIR}/two.sh)

# Tries that found a bug.
set(number 0)
foreach(words "crash_faults --step register --journal --fault error --call 96"
        "crash_memory --work register --journal --call 13598 --once"
        "crash_memory --work report --journal --call 13624 --once"
        "crash_faults --step report --log --fault error --call 68"
        "crash_faults --step report --journal --fault errors --call 141"
        "crash_memory --work sign --journal --call 33 --once --ours"
        "crash_memory --work replay --journal --call 37 --once --ours"
        "crash_faults --step group --journal --fault error --call 113"
        "crash_faults --step report --journal --early --fault error --call 232"
        "crash_memory --work replay --journal --call 72747 --once"
        "crash_memory --work deploy --journal --early --call 15483"
        "crash_crashes --seed 5000004"
        "crash_crashes --seed 10000005")
    math(EXPR number "${number} + 1")
    separate_arguments(words)
    licet_script_test(again_${number} KIND crash COMMAND ${words})
endforeach()

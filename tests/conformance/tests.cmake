# Agreements that every pass must carry (text.sh), and what `check` says of their work (work.sh).
licet_script_test(text KIND conformance COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/conformance/text.sh")
licet_script_test(work KIND conformance COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/conformance/work.sh")

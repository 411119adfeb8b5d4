# Agreements that every pass must carry: tests/conformance/text.sh.
licet_script_test(text KIND conformance COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/conformance/text.sh")

licet_unit_test(json LIBRARIES licet_base)
licet_unit_test(command_line LIBRARIES licet_cli INCLUDE runtime/cli/src)
licet_unit_test(projection LIBRARIES licet_engine licet_compiler INCLUDE runtime/engine/src)
licet_unit_test(why LIBRARIES licet_engine licet_compiler INCLUDE runtime/engine/src)

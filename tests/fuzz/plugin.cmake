licet_fuzz_test(interface LIBRARIES licet_plugin)
licet_fuzz_test(dsr LIBRARIES ddex_dsr_reader)
licet_fuzz_test(rates LIBRARIES fx_table_reader)
licet_fuzz_test(answer LIBRARIES licet_plugin INCLUDE runtime/plugin/src)

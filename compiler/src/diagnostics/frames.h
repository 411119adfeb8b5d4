/* diagnostics/frames.h - the agreements into which the examples of `licet explain` are put when tests
 * compile them. `@` is where the example stands. */
#ifndef LICET_DIAGNOSTIC_FRAMES_H
#define LICET_DIAGNOSTIC_FRAMES_H

#define L(line) "    " line "\n"

#define DEAL_HEADER                                  \
    L("  law        \"England and Wales\"")          \
    L("  money      GBP")                            \
    L("  rounding   half_even to 0.01, each amount") \
    L("  months     clip")                           \
    L("  years      calendar")                       \
    L("  term       from 2026-01-01 to 2028-12-31")  \
    "\n" L("party Label     is licensor, signs") L("party Platform  is licensee, signs") "\n"

#define DEAL_LIFECYCLE                                          \
    L("lifecycle")                                              \
    L("  initial draft")                                        \
    L("  states  active")                                       \
    L("  final   ended, after 120 days")                        \
    L("  from draft to active  when signed by Label, Platform") \
    L("  from draft to ended   on 2026-03-31")                  \
    L("  from active to ended  on term.end")                    \
    L("end")

#define DEAL_REPORT                                                       \
    L("report Usage")                                                     \
    L("  by       Platform, every quarter, within 45 days of period.end") \
    L("  lines    at most 1,000, else refuse")                            \
    L("  column   plan     one of (free, premium)")                       \
    L("  column   streams  count, at most 1,000,000")                     \
    L("  column   revenue  exact GBP, scale 2, at most GBP 1,000,000")    \
    L("end")                                                              \
    "\n"

#define DEAL_TITLE L("licet 1") L("agreement Example \"An example\"")

/* The frames: a small agreement; one with a report too; and nothing, for whole files. */
#define DEAL DEAL_TITLE DEAL_HEADER "@\n" DEAL_LIFECYCLE
#define REPORTED DEAL_TITLE DEAL_HEADER DEAL_REPORT "@\n" DEAL_LIFECYCLE
#define WHOLE "@"

#endif

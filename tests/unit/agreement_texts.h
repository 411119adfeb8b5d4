/* agreement_texts.h - two small agreements for tests of the engine: Press, with reports, shares and
 * statements, and Stages, with every kind of transition, facts, notices and duties between parties. */
#ifndef LICET_TESTS_AGREEMENT_TEXTS_H
#define LICET_TESTS_AGREEMENT_TEXTS_H

#define PRESS_BEGIN                                                                   \
    "licet 1\n"                                                                       \
    "agreement Press \"Press licence\"\n"                                             \
    "  law        \"Germany\"\n"                                                      \
    "  money      EUR\n"                                                              \
    "  rounding   half_even to 0.01, each amount\n"                                   \
    "  months     clip\n"                                                             \
    "  years      calendar\n"                                                         \
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n" \
    "  term       from 2026-01-01 to 2026-12-31\n"                                    \
    "party Label   is licensor, signs\n"                                              \
    "party Service is licensee, signs\n"                                              \
    "account Pool EUR for each work in Works\n"                                       \
    "account Due EUR for each payee in Payees, at end paid out\n"                     \
    "schedule Payees\n"                                                               \
    "  rows    at most 10\n"                                                          \
    "  key     id  text 4\n"                                                          \
    "  column  name text 14\n"                                                        \
    "end\n"                                                                           \
    "schedule Works\n"                                                                \
    "  rows    at most 100\n"                                                         \
    "  key     code  isrc\n"                                                          \
    "  column  price EUR per count, in units of 0.0001, at most EUR 10\n"             \
    "  column  holders shares of Payees, from 1 to 4\n"                               \
    "end\n"                                                                           \
    "report Usage [1]\n"                                                              \
    "  by      Service, every month, within 20 days of period.end\n"

#define PRESS_END                                                              \
    "  column  line  digits 9, unique\n"                                       \
    "  column  work  in Works\n"                                               \
    "  column  plan  one of (free, paid)\n"                                    \
    "  column  units count, at most 1,000,000\n"                               \
    "  column  gross exact EUR, scale 4, at most EUR 100,000.00, empty is 0\n" \
    "  column  note  ignored\n"                                                \
    "  require units <= 500,000 or gross > EUR 0\n"                            \
    "end\n"                                                                    \
    "royalty Fee [2]\n"                                                        \
    "  on      Usage, for each work in Works\n"                                \
    "  line    value = greater of (units * work.price, gross * 50%)\n"         \
    "  amount  sum of value\n"                                                 \
    "  Service owes Pool of work\n"                                            \
    "end\n"                                                                    \
    "split Pool of work [3]\n"                                                 \
    "  on Usage, for each work in Works\n"                                     \
    "  holders: work.holders\n"                                                \
    "  pennies largest remainder, ties as written\n"                           \
    "  into Due\n"                                                             \
    "end\n"                                                                    \
    "fee Payout [4]\n"                                                         \
    "  on Month, for each payee in Payees\n"                                   \
    "  amount Due of payee\n"                                                  \
    "  below EUR 5.00 carry forward\n"                                         \
    "  Service pays payee, from Due of payee, within 30 days\n"                \
    "end\n"                                                                    \
    "statement Month [5]\n"                                                    \
    "  every month, within 30 days of period.end\n"                            \
    "  to Payees\n"                                                            \
    "end\n"                                                                    \
    "lifecycle\n"                                                              \
    "  initial draft\n"                                                        \
    "  states active\n"                                                        \
    "  final ended, after 60 days\n"                                           \
    "  from draft to active when signed by Label, Service\n"                   \
    "  from draft to ended on 2026-06-30\n"                                    \
    "  from active to ended on term.end\n"                                     \
    "end\n"

#define PRESS_ASIDE PRESS_BEGIN "  lines   at most 1,000, else set aside\n" PRESS_END
#define PRESS_REFUSE PRESS_BEGIN "  lines   at most 1,000, else refuse\n" PRESS_END

#define PRESS_PAYEES "P1\tAnna\nP2\tBert\nP3\tCleo\n"
#define PRESS_WORKS "DEAAA0000001\t100\nDEAAA0000002\t333\nDEAAA0000003\t1\n"
#define PRESS_HOLDERS                                                                         \
    "DEAAA0000001\t0\tP1\t0.5\nDEAAA0000001\t1\tP2\t0.5\n"                                    \
    "DEAAA0000002\t0\tP1\t0.3333\nDEAAA0000002\t1\tP2\t0.3333\nDEAAA0000002\t2\tP3\t0.3334\n" \
    "DEAAA0000003\t0\tP3\t1\n"

#define STAGES                                                                                    \
    "licet 1\n"                                                                                   \
    "agreement Stages \"Stages of a licence\"\n"                                                  \
    "  law        \"Japan\"\n"                                                                    \
    "  money      JPY\n"                                                                          \
    "  rounding   half_even to 1, each amount\n"                                                  \
    "  months     clip\n"                                                                         \
    "  years      calendar\n"                                                                     \
    "  payments   confirmed by payee, oldest first, interest last, excess credited\n"             \
    "  term       from 2026-01-01 to 2026-12-31\n"                                                \
    "party Owner   is licensor, signs\n"                                                          \
    "party User    is licensee, signs\n"                                                          \
    "party Auditor is agent of Owner\n"                                                           \
    "fact Opened date, set once by Owner, from 2026-01-31 to 2026-12-31 [1]\n"                    \
    "fact Visitors count, set by User, never falls, at most 10,000,000\n"                         \
    "counter Strikes count, from 0 to 3, starts 0\n"                                              \
    "fee Ground [2]\n"                                                                            \
    "  every   quarter\n"                                                                         \
    "  amount  JPY 100,000 * period.fraction\n"                                                   \
    "  User pays Owner, within 10 days of period.end\n"                                           \
    "end\n"                                                                                       \
    "bonus Crowd [3]\n"                                                                           \
    "  once    Visitors >= 1,000,000\n"                                                           \
    "  amount  JPY 500,000\n"                                                                     \
    "  User pays Owner, within 30 days\n"                                                         \
    "end\n"                                                                                       \
    "action Strike(reason: text 14) [4]\n"                                                        \
    "  by       Owner\n"                                                                          \
    "  in       active, warned\n"                                                                 \
    "  require  Strikes < 3\n"                                                                    \
    "  set      Strikes to Strikes + 1\n"                                                         \
    "  emit     Warned(reason)\n"                                                                 \
    "end\n"                                                                                       \
    "action Share(cost: JPY) [5]\n"                                                               \
    "  by       Owner, User\n"                                                                    \
    "  in       active, warned\n"                                                                 \
    "  require  cost <= JPY 50,000\n"                                                             \
    "  User pays Owner cost, within 30 days\n"                                                    \
    "end\n"                                                                                       \
    "action Inspect(cost: JPY) [6]\n"                                                             \
    "  by       Auditor, notice 14 days to User\n"                                                \
    "  in       active, warned\n"                                                                 \
    "  require  cost <= JPY 50,000\n"                                                             \
    "  User pays Owner cost, within 30 days\n"                                                    \
    "end\n"                                                                                       \
    "lifecycle\n"                                                                                 \
    "  initial draft\n"                                                                           \
    "  states  waiting, active, warned\n"                                                         \
    "  final   ended, cancelled, after 60 days\n"                                                 \
    "  from draft to waiting            when signed by Owner, User\n"                             \
    "  from draft to cancelled          on 2026-03-31\n"                                          \
    "  from waiting to active           on Opened\n"                                              \
    "  from waiting to cancelled        after 3 months\n"                                         \
    "  from active to warned            when Strikes > 0\n"                                       \
    "  from warned to cancelled         by Owner when Strikes >= 2, notice 30 days to User [7]\n" \
    "  from active, warned to ended     on term.end\n"                                            \
    "end\n"

#endif

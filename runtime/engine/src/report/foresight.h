/* report/foresight.h - what the engine does with lines that were parsed before their report was filed. */
#ifndef LICET_ENGINE_FORESIGHT_H
#define LICET_ENGINE_FORESIGHT_H

#include "report/parser.h"

#include <licet/foresight.h>

/* The parser that is at work on the upload's lines, and the intake that it works with; NULL: there is none. It can be taken
 * once, and is valid until lic_foresight_end. */
lic_parser *lic_foresight_take(lic_engine *engine, const lic_contract *contract,
                               const lic_upload *upload, lic_intake *intake);
/* The engine's state goes away, and nothing is parsed any more. */
void lic_foresight_forget(lic_engine *engine);

#endif

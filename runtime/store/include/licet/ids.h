/* ids.h - transactions are found by the first eight bytes of their ids.
 *
 * Ids are random, so that each of a hundred new ones would change another page of a large index. They lie in levels: a block's
 * go to a small one, and when so many have come a level is moved into the next, which is 32 times as large, in order. A
 * search looks into all of them. Which level an id lies in means nothing: no replay compares it.
 *
 * The first level is one row, recent_ids: LIC_ID_ENTRY bytes an id, its prefix and its place (u64), by prefix and then by
 * place. The others are rows of transaction_ids, levels 1 to 3. */
#ifndef LICET_IDS_H
#define LICET_IDS_H

#include <licet/store.h>

#define LIC_ID_LEVELS 4u /* selects.def names them */
#define LIC_ID_PREFIX 8u
#define LIC_ID_ENTRY (LIC_ID_PREFIX + 8u)

/* Inside a transaction: level `level`, from 1, goes into the next. */
lic_status lic_store_fold_ids(lic_store *store, unsigned level);
/* Inside a transaction: all of it again, from the transactions. */
lic_status lic_store_remake_ids(lic_store *store);
/* *fits: each transaction is found by its id, and no entry stands for none. */
lic_status lic_store_check_ids(lic_store *store, bool *fits);

#endif

/* process.h - the process of an extension, from its caller's side: started, watched, ended. */
#ifndef LICET_PLUGIN_PROCESS_H
#define LICET_PLUGIN_PROCESS_H

#include <licet/status.h>

#include <sys/types.h>

typedef struct process {
    pid_t pid;   /* 0: there is none */
    int channel; /* our end of the socket pair */
    int words;   /* what it writes to standard error */
} process;

#define PROCESS_WORDS 160 /* of what it said, in a message */

lic_status process_start(const char *helper, process *made, lic_error *error);
/* Throws away what it has said until now, so that process_end tells of the last call. */
void process_hush(const process *of);

typedef struct process_ending {
    int signal; /* that ended it; 0: it left by itself with `code` */
    int code;
    char words[PROCESS_WORDS]; /* its last words, printable, NUL-terminated; may be empty */
} process_ending;

/* Waits for its end. A process whose end of the channel is closed gets a second to go by itself,
 * unless `kill` says that it is not worth waiting for; then it is killed. *ending may be NULL. */
void process_end(process *of, bool kill_it, process_ending *ending);

#endif

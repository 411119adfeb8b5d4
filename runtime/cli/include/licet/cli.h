/* cli.h - what a command sees: its operands and options, where data goes, how it fails.
 *
 * Data goes to stdout through `out`, talk for people to stderr, and errors to stderr once, at the
 * end, by the frame: a command fills `error` and returns its status. One process runs one command, or a batch of them. */
#ifndef LICET_CLI_H
#define LICET_CLI_H

#include <licet/hash.h>
#include <licet/json.h>

#define LIC_MANY 65535 /* operands without an upper limit; the operating system has one */

typedef enum lic_option {
#define OPTION(id, long_name, short_name, argument, doc) LIC_OPTION_##id,
#include <licet/commands.def>
    LIC_OPTIONS
} lic_option;

typedef enum lic_cli_group {
    LIC_GROUP_AUTHOR,
    LIC_GROUP_WRITE,
    LIC_GROUP_READ,
    LIC_GROUP_RUN
} lic_cli_group;

typedef struct lic_cli lic_cli;

typedef struct lic_command {
    const char *name, *operands, *summary, *details;
    lic_cli_group group;
    int min, max; /* operands */
    lic_status (*run)(lic_cli *cli);
} lic_command;

typedef struct lic_option_info {
    const char *name;     /* without dashes */
    int short_name;       /* a letter, or 0 */
    const char *argument; /* NULL: a switch */
    const char *doc;
} lic_option_info;

#define LIC_OPTION_USES 256 /* options on one command line */

struct lic_cli {
    const char *program;         /* "licet" */
    const lic_command *commands; /* ends with a NULL name */
    const lic_command *command;
    const lic_allocator *allocator;
    bool json, quiet, colour; /* colour: on stdout and stderr alike */
    bool wrote;               /* something is on stdout */
    struct {
        lic_option option;
        const char *value;   /* "" for a switch */
    } uses[LIC_OPTION_USES]; /* in the order given */
    size_t use_count;
    const char *const *operands;
    size_t operand_count;
    bool finding;  /* exit 1 although nothing failed: differences, diagnostics */
    int exit_code; /* of a command within this one (batch); otherwise 0 */
    struct lic_kept
        *kept;      /* within a batch: what stays open from command to command; otherwise NULL */
    lic_buffer out; /* data not yet on stdout */
    lic_error error;
};

/* Runs the command line; returns the exit code. `commands` ends with a NULL name. With `kept` (a batch)
 * it must be a command that writes, and no call for help; without, kept is NULL. */
int lic_cli_run(const char *program, const lic_command *commands, struct lic_kept *kept, int argc,
                char **argv);
int lic_cli_main(const char *program, const lic_command *commands, int argc, char **argv);

/* -- the tables, for help, completions and tests ---------------------------------------------- */
const lic_option_info *lic_option_describe(lic_option option);
bool lic_command_takes(const char *command, lic_option option);
void lic_cli_help(const lic_cli *cli, lic_buffer *target); /* the overview */

/* -- options and operands ----------------------------------------------------------------------- */
/* The last value given, or NULL. A switch gives "". */
const char *lic_cli_value(const lic_cli *cli, lic_option option);
bool lic_cli_has(const lic_cli *cli, lic_option option);
/* The n-th value given of an option, from 0; NULL when there are fewer. */
const char *lic_cli_nth(const lic_cli *cli, lic_option option, size_t n);
/* Value of a numeric option; *value keeps its default when absent. Usage error when out of bounds. */
lic_status lic_cli_number(lic_cli *cli, lic_option option, uint64_t min, uint64_t max,
                          uint64_t *value);
/* Splits "NAME=VALUE"; usage error without '=' or with an empty name. Slices borrow from `text`. */
lic_status lic_cli_pair(lic_cli *cli, const char *text, lic_slice *name, const char **value);

/* -- failing ------------------------------------------------------------------------------------- */
/* Wrong use of the command line: exit 64. */
lic_status lic_cli_usage(lic_cli *cli, const char *format, ...) LIC_PRINTF(2, 3);

/* -- data and talk ------------------------------------------------------------------------------- */
/* Sends what is in `out` to stdout when it has grown large, or in any case with `all`. */
lic_status lic_cli_flush(lic_cli *cli, bool all);
/* A line for people on stderr, silent with --quiet. */
void lic_cli_say(const lic_cli *cli, const char *format, ...) LIC_PRINTF(2, 3);

/* Progress on a terminal, from the second half second on; silent elsewhere. */
typedef struct lic_progress {
    const lic_cli *cli;
    const char *what;
    int64_t started_ms, shown_ms; /* of the process's monotonic clock */
    bool shown;
} lic_progress;
void lic_progress_begin(lic_progress *progress, const lic_cli *cli, const char *what);
void lic_progress_show(lic_progress *progress, uint64_t done, uint64_t total);
void lic_progress_end(lic_progress *progress);

/* -- files ---------------------------------------------------------------------------------------- */
/* Appends the whole file. MISSING, IO, or TOO_LARGE beyond the buffer's maximum. "-" is stdin. */
lic_status lic_file_read(lic_cli *cli, const char *path, lic_buffer *target);
/* Writes beside `path` and renames, so that a reader sees the old or the new file. "-" is stdout. */
lic_status lic_file_write(lic_cli *cli, const char *path, lic_slice bytes);

#endif

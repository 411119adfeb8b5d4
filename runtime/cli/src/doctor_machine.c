/* doctor_machine.c - is this machine fit: the libraries as they are loaded, what they answer, the clock, and how
 * licet will speak to this terminal. */
#include "doctor.h"

#include <licet/crypto.h>
#include <licet/date.h>
#include <licet/store.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SECONDS_A_DAY 86400

static void examine_libraries(lic_doctor *d)
{
    char text[256], crypto[LIC_CRYPTO_LIBRARIES_TEXT];
    lic_crypto_libraries(crypto);
    (void)snprintf(text, sizeof text, "%s, SQLite %s", crypto, lic_store_library());
    if (lic_store_library_fits()) lic_doctor_tell(d, LIC_VERDICT_OK, "libraries", text, "");
    else lic_doctor_tell(d, LIC_VERDICT_BAD, "libraries", text, "use SQLite 3.37 or later");
}

/* False: nothing that needs a library can be asked. */
static bool examine_cryptography(lic_doctor *d)
{
    lic_error error = {0};
    bool good = lic_crypto_start(&error) == LIC_OK;
    if (good)
        lic_doctor_tell(d, LIC_VERDICT_OK, "cryptography",
                        "signatures and hashes of this machine follow the specification", "");
    else lic_doctor_tell(d, LIC_VERDICT_BAD, "cryptography", error.text, error.help);
    return good;
}

static void examine_randomness(lic_doctor *d)
{
    uint8_t first[32], second[32];
    lic_random_system.fill(lic_random_system.context, first, sizeof first);
    lic_random_system.fill(lic_random_system.context, second, sizeof second);
    if (memcmp(first, second, sizeof first) != 0)
        lic_doctor_tell(d, LIC_VERDICT_OK, "randomness", "the system gives it", "");
    else
        lic_doctor_tell(d, LIC_VERDICT_BAD, "randomness", "the system gives the same bytes twice",
                        "make no keys here");
}

/* A real clock dates blocks: one that stands before this release is wrong. */
static void examine_clock(lic_doctor *d)
{
    char date[LIC_DATE_TEXT], text[64];
    lic_date today = (lic_date)(lic_clock_system.now(NULL) / SECONDS_A_DAY);
    lic_date_print(today, date);
    (void)snprintf(text, sizeof text, "today is %s (UTC)", date);
    bool early = strcmp(date, "2026-01-01") < 0;
    lic_doctor_tell(d, early ? LIC_VERDICT_NOTE : LIC_VERDICT_OK, "clock", text,
                    early ? "set the clock before you use a ledger with a real one" : "");
}

static void examine_processors(lic_doctor *d)
{
    char text[64];
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    (void)snprintf(text, sizeof text, "%ld for reading reports", count > 0 ? count : 1);
    lic_doctor_tell(d, LIC_VERDICT_OK, "processors", text, "");
}

/* The encoding that the environment names for text; licet itself writes UTF-8 everywhere. */
static bool says_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < LIC_COUNT(names); i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0') continue;
        return strstr(value, "UTF-8") != NULL || strstr(value, "utf8") != NULL;
    }
    return false;
}

static void examine_terminal(lic_doctor *d)
{
    char text[128];
    struct winsize size;
    if (isatty(STDOUT_FILENO) != 1) {
        lic_doctor_tell(d, LIC_VERDICT_OK, "terminal", "none here: no colour, no progress", "");
        return;
    }
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    (void)snprintf(text, sizeof text, "%u columns, %s", known ? (unsigned)size.ws_col : 80u,
                   d->cli->colour ? "colour" : "no colour");
    if (says_utf8()) lic_doctor_tell(d, LIC_VERDICT_OK, "terminal", text, "");
    else
        lic_doctor_tell(
            d, LIC_VERDICT_NOTE, "terminal", text,
            "the locale does not say UTF-8, which licet writes: some names may look strange");
}

void lic_doctor_machine(lic_doctor *d)
{
    lic_doctor_tell(d, LIC_VERDICT_OK, d->cli->program, "version " LICET_VERSION, "");
    examine_libraries(d);
    if (examine_cryptography(d)) examine_randomness(d);
    examine_clock(d);
    examine_processors(d);
    examine_terminal(d);
}

/* Passphrases from a terminal, a file or a descriptor; never from argv or the environment, which
 * other processes can read. What was read is wiped wherever it was kept. */
#include <licet/keyfile.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define CONTROL_C 3
#define CONTROL_D 4

typedef enum line_end { LINE_READ, LINE_INTERRUPTED, LINE_TOO_LONG, LINE_FAILED } line_end;

void lic_passphrase_wipe(lic_passphrase *passphrase)
{
    lic_wipe(passphrase, sizeof *passphrase);
}

static lic_status unusable(lic_error *error, const char *why)
{
    return lic_fail(error, LIC_BAD_KEY, "passphrase",
                    "give a passphrase of 1 to 1024 bytes on one line", "no passphrase: %s", why);
}

/* One line, byte by byte so that nothing after it is taken from the descriptor. */
static line_end read_line(int descriptor, bool terminal, lic_passphrase *passphrase)
{
    passphrase->size = 0;
    for (;;) {
        char c;
        ssize_t got = read(descriptor, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return LINE_FAILED;
        if (got == 0 || c == '\n' || (terminal && c == '\r')) return LINE_READ;
        if (terminal && (c == CONTROL_C || c == CONTROL_D)) return LINE_INTERRUPTED;
        if (passphrase->size == LIC_PASSPHRASE_MAX) return LINE_TOO_LONG;
        passphrase->bytes[passphrase->size++] = c;
    }
}

static lic_status judge_line(line_end end, lic_passphrase *passphrase, lic_error *error)
{
    lic_status status = LIC_OK;
    if (end == LINE_FAILED) {
        status = lic_fail(error, LIC_IO, "passphrase", "give a readable file or descriptor",
                          "cannot read the passphrase: %s", strerror(errno));
    } else if (end == LINE_INTERRUPTED) {
        status = unusable(error, "interrupted");
    } else if (end == LINE_TOO_LONG) {
        status = unusable(error, "longer than 1024 bytes");
    } else if (passphrase->size == 0) {
        status = unusable(error, "empty");
    }
    if (status != LIC_OK) lic_passphrase_wipe(passphrase);
    return status;
}

static void say(int terminal, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t put = write(terminal, text, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return; /* a prompt that can't be shown is no reason to fail */
        text += put;
        size -= (size_t)put;
    }
}

static lic_status ask(int terminal, const char *prompt, lic_passphrase *passphrase,
                      lic_error *error)
{
    say(terminal, prompt);
    line_end end = read_line(terminal, true, passphrase);
    say(terminal, "\n");
    return judge_line(end, passphrase, error);
}

static lic_status ask_twice(int terminal, const char *prompt, lic_passphrase *passphrase,
                            lic_error *error)
{
    LIC_TRY(ask(terminal, prompt, passphrase, error));
    lic_passphrase again;
    lic_status status = ask(terminal, "Again: ", &again, error);
    if (status == LIC_OK && (again.size != passphrase->size ||
                             !lic_secret_equal(again.bytes, passphrase->bytes, again.size)))
        status = unusable(error, "the two inputs differ");
    lic_passphrase_wipe(&again);
    if (status != LIC_OK) lic_passphrase_wipe(passphrase);
    return status;
}

/* Echo off, and signals off too: an interrupt arrives as a byte, so that the terminal is always
 * restored here and nowhere else. */
static lic_status read_terminal(const char *prompt, bool confirm, lic_passphrase *passphrase,
                                lic_error *error)
{
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios saved;
    if (terminal < 0 || tcgetattr(terminal, &saved) != 0) {
        if (terminal >= 0) close(terminal);
        return lic_fail(error, LIC_CONFIGURATION, "terminal",
                        "give --passphrase-file or --passphrase-fd",
                        "there is no terminal to ask on");
    }
    struct termios silent = saved;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG);
    lic_status status;
    if (tcsetattr(terminal, TCSAFLUSH, &silent) != 0) {
        status = lic_fail(error, LIC_IO, "terminal", "give --passphrase-file or --passphrase-fd",
                          "cannot turn the terminal's echo off: %s", strerror(errno));
    } else {
        status = confirm ? ask_twice(terminal, prompt, passphrase, error)
                         : ask(terminal, prompt, passphrase, error);
        if (tcsetattr(terminal, TCSAFLUSH, &saved) != 0 && status == LIC_OK) {
            lic_passphrase_wipe(passphrase);
            status = lic_fail(error, LIC_IO, "terminal", "run `stty sane`",
                              "cannot restore the terminal: %s", strerror(errno));
        }
    }
    close(terminal);
    return status;
}

static lic_status read_file(const char *path, lic_passphrase *passphrase, lic_error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return lic_fail(error, errno == ENOENT ? LIC_MISSING : LIC_IO, "passphrase",
                        "give a readable file", "cannot read the passphrase file %s: %s", path,
                        strerror(errno));
    }
    line_end end = read_line(file, false, passphrase);
    lic_status status = judge_line(end, passphrase, error);
    close(file);
    return status;
}

lic_status lic_passphrase_read(const lic_passphrase_source *source, const char *prompt,
                               bool confirm, lic_passphrase *passphrase, lic_error *error)
{
    lic_passphrase_wipe(passphrase);
    switch (source->kind) {
    case LIC_PASSPHRASE_TERMINAL: return read_terminal(prompt, confirm, passphrase, error);
    case LIC_PASSPHRASE_FILE: return read_file(source->path, passphrase, error);
    case LIC_PASSPHRASE_DESCRIPTOR:
        return judge_line(read_line(source->descriptor, false, passphrase), passphrase, error);
    case LIC_PASSPHRASE_NONE: break;
    }
    return unusable(error, "none was offered");
}

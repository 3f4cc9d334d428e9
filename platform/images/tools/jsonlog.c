/* jsonlog: makes every line that a program prints one JSON object, for programs that cannot do it themselves.
 *
 *   jsonlog SERVICE PROGRAM ARGUMENT...
 *
 * A line that starts with {"ts": or {"time": passes through; any other becomes {"ts","level","event","service"}.
 * Runs as PID 1: passes signals on to the program, reaps orphans, and exits as the program did: with its exit
 * code, or 128 + the signal that killed it; 0 if that is the signal passed on last, for it then did as it was told.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A longer line is cut into several events, so that memory stays bounded. */
#define LINE_BYTES 16384
#define DRAIN_MILLISECONDS 200

static volatile sig_atomic_t program = -1;
static volatile sig_atomic_t told;
static const char *service;

static void pass_on(int number)
{
    if (program > 0 && number != SIGCHLD) {
        told = number;
        kill((pid_t)program, number);
    }
}

/* Length of the valid UTF-8 sequence at `text`, or 0. RFC 3629, table 3-7 of the Unicode standard. */
static size_t sequence(const unsigned char *text, size_t left)
{
    unsigned char first = text[0], low = 0x80, high = 0xBF;
    size_t length = first < 0x80 ? 1 : first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    for (size_t i = 1; i < length; i++, low = 0x80, high = 0xBF)
        if (text[i] < low || text[i] > high)
            return 0;
    return length;
}

static void put_text(const unsigned char *text, size_t size, bool escape)
{
    for (size_t i = 0, length; i < size; i += length) {
        length = sequence(text + i, size - i);
        if (length == 0) {
            fputs("\xEF\xBF\xBD", stdout);
            length = 1;
        } else if (length == 1 && text[i] < 0x20) {
            printf(text[i] == '\t' ? "\\t" : "\\u%04x", text[i]);
        } else {
            if (escape && (text[i] == '"' || text[i] == '\\'))
                putchar('\\');
            fwrite(text + i, 1, length, stdout);
        }
    }
}

/* PostgreSQL, nginx and Redis each mark the level in their own way; all do so near the start of the line. */
static const char *level(const char *line)
{
    static const struct {
        const char *mark, *level;
    } marks[] = {
        {"PANIC:  ", "critical"}, {"FATAL:  ", "critical"}, {"[emerg]", "critical"}, {"[alert]", "critical"}, {"[crit]", "critical"},
        {"ERROR:  ", "error"}, {"[error]", "error"}, {"WARNING:  ", "warning"}, {"[warn]", "warning"}, {" # ", "warning"},
    };
    char start[64];
    snprintf(start, sizeof start, "%s", line);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strstr(start, marks[i].mark))
            return marks[i].level;
    return "info";
}

static void put_line(char *line, size_t size)
{
    while (size > 0 && (line[size - 1] == '\r' || line[size - 1] == '\n'))
        size--;
    if (size == 0)
        return;
    line[size] = '\0';
    if ((strncmp(line, "{\"ts\":", 6) == 0 || strncmp(line, "{\"time\":", 8) == 0) && line[size - 1] == '}') {
        put_text((const unsigned char *)line, size, false);
    } else {
        struct timespec now;
        struct tm utc;
        char stamp[32];
        clock_gettime(CLOCK_REALTIME, &now);
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &utc));
        printf("{\"ts\":\"%s.%03ldZ\",\"level\":\"%s\",\"event\":\"", stamp, now.tv_nsec / 1000000, level(line));
        put_text((const unsigned char *)line, size, true);
        printf("\",\"service\":\"%s\"}", service);
    }
    putchar('\n');
}

/* Prints the complete lines of what has been read, keeps the rest; false at the end of the output. */
static bool pump(int from)
{
    static char held[LINE_BYTES + 1];
    static size_t size;
    ssize_t got = read(from, held + size, LINE_BYTES - size);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    size += (size_t)got;
    char *line = held, *end;
    while ((end = memchr(line, '\n', size - (size_t)(line - held)))) {
        put_line(line, (size_t)(end - line));
        line = end + 1;
    }
    size -= (size_t)(line - held);
    memmove(held, line, size);
    if (size == LINE_BYTES || (got == 0 && size > 0)) {
        put_line(held, size);
        size = 0;
    }
    fflush(stdout);
    return got > 0;
}

static pid_t start(char **command, int output, const sigset_t *mask)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    sigprocmask(SIG_SETMASK, mask, NULL);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvp(command[0], command);
    fprintf(stderr, "jsonlog: cannot run %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

int main(int count, char **words)
{
    static const int passed[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD};
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigset_t blocked, before;
    int output[2], code = 0;
    bool running = true, open = true;

    if (count < 3) {
        fputs("usage: jsonlog SERVICE PROGRAM ARGUMENT...\n", stderr);
        return 2;
    }
    service = words[1];
    if (pipe2(output, O_CLOEXEC) != 0)
        return 71;

    /* Held back until the program exists: a stop in the first millisecond must reach it too. */
    sigfillset(&blocked);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    program = start(words + 2, output[1], &before);
    close(output[1]);
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
        sigaction(passed[i], &action, NULL);
    if (program < 0)
        return 71;

    /* Signals arrive only inside ppoll, so none is lost between a look and the wait for the next. */
    while (running || open) {
        struct pollfd ready = {.fd = open ? output[0] : -1, .events = POLLIN};
        struct timespec drain = {.tv_nsec = DRAIN_MILLISECONDS * 1000000L};
        int events = ppoll(&ready, 1, running ? NULL : &drain, &before);
        if (events > 0)
            open = pump(output[0]);
        else if (events == 0 && !running)
            break; /* A process that the program left behind holds the pipe. */
        int status;
        for (pid_t gone; (gone = waitpid(-1, &status, WNOHANG)) > 0;)
            if (gone == (pid_t)program) {
                running = false;
                program = -1;
                code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status) == told ? 0 : 128 + WTERMSIG(status);
            }
    }
    return code;
}

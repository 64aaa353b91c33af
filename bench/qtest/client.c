/*
 * A synchronous client of qtest in the manner of libqos: one command, then its answer. It starts the machine itself,
 * carries out all commands of a file once, and then those behind the line "-" once more to learn their answers, and so
 * many rounds more in which each answer must be the same.
 *
 * client ROUNDS FILE SOCKET COMMAND; COMMAND starts the machine, which connects to SOCKET. Prints the nanoseconds of all
 * rounds, and those of processor time that the machine used in them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* Seconds that the machine may take to connect, and for an answer. */
enum { PATIENCE = 10 };

static pid_t machine;

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "%.*s: %s\n", (int)strcspn(what, "\n"), what, why);
    if (machine > 0)
        kill(machine, SIGKILL);
    exit(1);
}

static void expect(int holds, const char *what)
{
    if (!holds)
        fail(what, strerror(errno));
}

static unsigned long long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* User and system time of a process, in nanoseconds: the 14th and 15th field of its stat. */
static unsigned long long used(pid_t pid)
{
    char path[64], text[1024];
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return 0;
    if (fgets(text, sizeof text, file))
        sscanf(strrchr(text, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    fclose(file);
    return (user + system) * (1000000000ull / sysconf(_SC_CLK_TCK));
}

/* One command and its answer, without the end of the line. */
static void ask(int fd, const char *line, char *answer, size_t room)
{
    size_t length = strlen(line), have = 0;
    expect(write(fd, line, length) == (ssize_t)length, "write");
    do {
        ssize_t got = read(fd, answer + have, room - have);
        if (got == 0)
            fail("read", "the machine has ended");
        expect(got > 0, "read");
        have += got;
    } while (answer[have - 1] != '\n' && have < room);
    if (answer[have - 1] != '\n')
        fail(line, "its answer is too long");
    answer[have - 1] = 0;
    if (strncmp(answer, "OK", 2))
        fail(line, answer);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    int rounds = atoi(argv[1]);
    FILE *file = fopen(argv[2], "r");
    expect(file != NULL, argv[2]);
    char **lines = NULL, **answers, text[4096];
    size_t count = 0, first = 0;
    while (fgets(text, sizeof text, file)) {
        if (text[0] == '-') {
            first = count;
            continue;
        }
        lines = realloc(lines, (count + 1) * sizeof *lines);
        lines[count++] = strdup(text);
    }
    fclose(file);
    answers = calloc(count, sizeof *answers);

    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct timeval patience = { .tv_sec = PATIENCE };
    if (strlen(argv[3]) >= sizeof address.sun_path)
        fail(argv[3], "this is too long for the name of a socket");
    strcpy(address.sun_path, argv[3]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    expect(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0, argv[3]);
    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    machine = fork();
    expect(machine >= 0, "fork");
    if (machine == 0) {
        setenv("BAROMETER_SOCKET", argv[3], 1);
        execl("/bin/sh", "sh", "-c", argv[4], NULL);
        _exit(127);
    }
    int fd = accept(listener, NULL, NULL);
    expect(fd >= 0, "the machine does not connect");
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

    for (size_t i = 0; i < count; i++)
        ask(fd, lines[i], text, sizeof text);
    for (size_t i = first; i < count; i++) {
        ask(fd, lines[i], text, sizeof text);
        answers[i] = strdup(text);
    }
    size_t different = 0;
    unsigned long long start = now(), before = used(machine);
    for (int round = 0; round < rounds; round++)
        for (size_t i = first; i < count; i++) {
            ask(fd, lines[i], text, sizeof text);
            if (strcmp(text, answers[i]))
                different++;
        }
    unsigned long long after = used(machine), end = now();
    kill(machine, SIGKILL);
    printf("nanoseconds %llu\nmachine %llu\ndifferent %zu\n", end - start, after - before, different);
    return 0;
}

/*
 * A synchronous client of qtest in the manner of libqos: one command, then its answer. It starts the machine itself,
 * carries out all commands of a file once, and then those behind the line "-" once more to learn their answers, and so
 * many rounds more in which each answer must be the same.
 *
 * client ROUNDS FILE SOCKET COMMAND; COMMAND starts the machine, which connects to SOCKET. Prints the nanoseconds of all
 * rounds, and those of processor time that the machine used in them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what)
{
    perror(what);
    exit(1);
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
static size_t ask(int fd, const char *line, char *answer, size_t room)
{
    size_t length = strlen(line), have = 0;
    if (write(fd, line, length) != (ssize_t)length)
        fail("write");
    while (have < room) {
        ssize_t got = read(fd, answer + have, room - have);
        if (got <= 0)
            fail("read");
        have += got;
        if (answer[have - 1] == '\n')
            break;
    }
    answer[have - 1] = 0;
    return have - 1;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    int rounds = atoi(argv[1]);
    FILE *file = fopen(argv[2], "r");
    if (!file)
        fail(argv[2]);
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
    strncpy(address.sun_path, argv[3], sizeof address.sun_path - 1);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1))
        fail(argv[3]);
    pid_t pid = fork();
    if (pid == 0) {
        setenv("BAROMETER_SOCKET", argv[3], 1);
        execl("/bin/sh", "sh", "-c", argv[4], NULL);
        _exit(127);
    }
    int fd = accept(listener, NULL, NULL);
    if (fd < 0)
        fail("accept");

    for (size_t i = 0; i < count; i++)
        ask(fd, lines[i], text, sizeof text);
    for (size_t i = first; i < count; i++) {
        ask(fd, lines[i], text, sizeof text);
        answers[i] = strdup(text);
    }
    size_t different = 0;
    unsigned long long start = now(), before = used(pid);
    for (int round = 0; round < rounds; round++)
        for (size_t i = first; i < count; i++) {
            ask(fd, lines[i], text, sizeof text);
            if (strcmp(text, answers[i]))
                different++;
        }
    unsigned long long after = used(pid), end = now();
    kill(pid, SIGKILL);
    printf("nanoseconds %llu\nmachine %llu\ndifferent %zu\n", end - start, after - before, different);
    return 0;
}

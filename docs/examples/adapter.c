/*
 * The smallest target: one function, 00:01.0, with a BAR of 4 KiB, over standard input and output. It answers the
 * commands that every target answers (docs/target-protocol.md) and FAIL to all others, hello among them.
 *
 *   cc -o adapter adapter.c && npx barometer fuzz --target exec:./adapter
 *
 * An adapter for a VMM keeps main() and answer(), and calls the VMM's own dispatch of accesses in access_byte() or,
 * better, in access(), where a whole access is still in one piece.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTION 0x08 /* 00:01.0 */
#define SIZE 4096

static uint32_t selected;    /* what was written to port 0xcf8 */
static uint8_t config[256];  /* configuration space */
static uint8_t writable[64]; /* which bits of the header can be written */
static uint8_t device[SIZE]; /* what lies behind BAR 0 */

static void put32(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get32(const uint8_t *at) {
    return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static void power_on(void) {
    put32(config + 0x00, 0x11e81234); /* Vendor and Device ID */
    put32(config + 0x08, 0xff000001); /* Class Code, Revision ID */
    put32(config + 0x2c, 0x00011af4); /* Subsystem */
    writable[0x04] = 0x02;            /* Command: Memory Space Enable */
    put32(writable + 0x10, ~(SIZE - 1u));
    writable[0x3c] = 0xff; /* Interrupt Line */
}

/* One byte: what is there; a write keeps the bits that cannot be written. Where nothing decodes there are ones. */
static uint8_t access_byte(int port, int write, uint64_t address, uint8_t value) {
    if (port && address >= 0xcfc && address <= 0xcff && selected >> 31 && (selected >> 8 & 0xffff) == FUNCTION) {
        unsigned at = (selected & 0xfc) + (address & 3);
        uint8_t mask = at < sizeof writable ? writable[at] : 0;
        if (write) config[at] = (config[at] & ~mask) | (value & mask);
        return config[at];
    }
    uint64_t base = get32(config + 0x10);
    if (!port && config[0x04] & 2 && address >= base && address - base < SIZE) {
        if (write) device[address - base] = value;
        return device[address - base];
    }
    return 0xff;
}

static uint64_t access(int port, int write, uint64_t address, int width, uint64_t value) {
    if (port && address == 0xcf8 && width == 4) {
        if (write) selected = value & 0x80fffffc; /* PCI 3.0, 3.2.2.3.2 */
        return selected;
    }
    uint64_t result = 0;
    for (int i = 0; i < width; i++) {
        /* A port access that runs past the last port, or a memory access past the top, finds ones. */
        uint64_t at = address + i;
        int beyond = port ? at > 0xffff : at < address;
        result |= (uint64_t)(beyond ? 0xff : access_byte(port, write, at, (uint8_t)(value >> 8 * i))) << 8 * i;
    }
    return result;
}

/* One digit or two of a bulk command's bytes. */
static int byte_at(const char *hex) {
    char two[3] = {hex[0], hex[0] ? hex[1] : 0, 0};
    return (int)strtol(two, NULL, 16);
}

/* `inb` to `writeq`: which access it is. */
static int single(const char *word, int *port, int *write, int *width) {
    static const char *const verbs[] = {"read", "write", "in", "out"};
    static const char letters[] = "bwlq";
    for (int i = 0; i < 4; i++) {
        size_t length = strlen(verbs[i]);
        const char *letter = strncmp(word, verbs[i], length) || !word[length] ? NULL : strchr(letters, word[length]);
        if (!letter || word[length + 1]) continue;
        *port = i >= 2, *write = i & 1, *width = 1 << (letter - letters);
        return !*port || *width < 8;
    }
    return 0;
}

static void answer(char *line) {
    char *word = strtok(line, " "), *rest[3] = {0};
    uint64_t number[3] = {0};
    int port, write, width;
    for (int i = 0; i < 3; i++) {
        rest[i] = strtok(NULL, " ");
        if (rest[i]) number[i] = strtoull(rest[i], NULL, 0);
    }
    if (word && single(word, &port, &write, &width) && rest[write]) {
        uint64_t value = access(port, write, number[0], width, number[1]);
        if (write) puts("OK");
        else printf("OK 0x%" PRIx64 "\n", value);
    } else if (word && rest[1] && !strcmp(word, "read")) {
        fputs("OK 0x", stdout);
        for (uint64_t i = 0; i < number[1]; i++) printf("%02x", access_byte(0, 0, number[0] + i, 0));
        puts("");
    } else if (word && rest[2] && (!strcmp(word, "write") || !strcmp(word, "memset"))) {
        size_t digits = strlen(rest[2]);
        for (uint64_t i = 0; i < number[1]; i++) {
            int byte = word[0] == 'm' ? (int)number[2] : 2 + 2 * i < digits ? byte_at(rest[2] + 2 + 2 * i) : 0;
            access_byte(0, 1, number[0] + i, (uint8_t)byte);
        }
        puts("OK");
    } else {
        puts("FAIL there is no such command");
    }
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    power_on();
    while ((length = getline(&line, &room, stdin)) > 0) {
        line[length - 1] = 0;
        answer(line);
        fflush(stdout);
    }
    free(line);
    return 0;
}

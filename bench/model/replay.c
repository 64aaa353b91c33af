/*
 * What the model does for each access, as a C programmer would do it by hand: decode the two configuration mechanisms,
 * keep what is known of each bit, apply writes under masks, compare answers with the known bits, find out who claims an
 * address, and who sent a message. It gives no verdicts and names no rules: it is a yardstick for speed, not a checker.
 *
 * usage: replay STREAM REPEATS
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { READ, WRITE, MESSAGE, RESET, OTHER };
enum { PORT, MEMORY, CONFIG };

struct step { uint32_t kind, how, hi, lo, value_hi, value; };

struct head { uint32_t steps, cam, ecam_hi, ecam_lo, ecam_buses, io_hi, io_lo, io_length; };

/* One dword of registers: what it holds, and of which kind its bits are. */
struct cell { uint32_t value, known, writable, hardwired, changing, pending, written; };

struct table { uint32_t entries, bar, offset; struct cell *cells; };

struct function {
	bool present, bridge;
	uint8_t express, msix;
	uint16_t bdf;
	/* Bits on which capabilities and regions depend. */
	uint32_t layout[64], decode[64];
	struct table table;
	struct cell config[1024];
};

struct region { uint64_t base, last; struct function *function; int bar; };

static struct head head;
static struct function *functions[0x10000];
static struct function *all[256];
static int count;
static struct region regions[2][1024];
static int region_count[2];
static struct region *last_hit[2];
static bool dirty;
static uint32_t index_port, placed_low, placed_high;
static uint64_t ecam_base, ecam_end;
static uint32_t io_apic_index, io_apic[64];
static struct function *last_sender;
static struct { uint64_t reads, wrong, bits_known, bits, claimed, unclaimed, sent, unsent, absent; } tally;

static uint32_t lanes(uint32_t offset, uint32_t width)
{
	uint32_t mask = width >= 4 ? 0xffffffffu : (1u << (8 * width)) - 1;
	return mask << (8 * (offset & 3));
}

/* Bits of the answer that contradict what is known; learns the answer and what it says of the kinds of bits. */
static uint32_t check(struct cell *cell, uint32_t mask, uint32_t answer)
{
	uint32_t wrong = (answer ^ cell->value) & cell->known & mask;
	tally.bits_known += __builtin_popcount(cell->known & mask);
	tally.bits += __builtin_popcount(mask);
	if (wrong != 0) {
		tally.wrong++;
		cell->changing |= wrong;
	}
	uint32_t settled = cell->pending & mask;
	cell->writable |= settled & ~(answer ^ cell->written);
	cell->hardwired |= settled & (answer ^ cell->written);
	cell->pending &= ~mask;
	cell->value = (cell->value & ~mask) | (answer & mask);
	cell->known |= mask & ~cell->changing;
	return wrong;
}

/* Writable bits take the value; bits of no known kind are open until they are read again. */
static uint32_t apply(struct cell *cell, uint32_t mask, uint32_t data)
{
	uint32_t before = cell->value;
	uint32_t writable = cell->writable & mask;
	uint32_t undecided = mask & ~(cell->writable | cell->hardwired | cell->changing);
	cell->pending |= undecided & (data ^ cell->value);
	cell->known &= ~(undecided & (data ^ cell->value));
	cell->value = (cell->value & ~writable) | (data & writable);
	cell->written = (cell->written & ~mask) | (data & mask);
	return (before ^ cell->value) | (cell->pending & mask);
}

static uint32_t byte_at(struct function *f, uint32_t offset)
{
	return (f->config[offset >> 2].value >> (8 * (offset & 3))) & 0xff;
}

/* Follows the capability list, and finds the MSI-X table. */
static void walk(struct function *f)
{
	memset(f->layout, 0, sizeof f->layout);
	f->layout[1] = 0x100000;
	f->layout[2] = 0xffffffff;
	f->layout[3] = 0xff0000;
	f->layout[13] = 0xff;
	f->bridge = ((f->config[3].value >> 16) & 0x7f) == 1 || f->config[2].value >> 16 == 0x0604;
	f->express = f->msix = 0;
	if ((f->config[1].value & 0x100000) != 0) {
		uint32_t at = byte_at(f, 0x34) & 0xfc;
		for (int left = 48; at >= 0x40 && left > 0; left--) {
			f->layout[at >> 2] |= 0xffff;
			uint32_t id = byte_at(f, at);
			if (id == 0x10) f->express = at;
			if (id == 0x11) f->msix = at;
			at = byte_at(f, at + 1) & 0xfc;
		}
	}
	memset(f->decode, 0, sizeof f->decode);
	f->decode[1] = 0x3;
	for (int d = 4; d < (f->bridge ? 6 : 10); d++) f->decode[d] = 0xffffffff;
	for (int d = 6; f->bridge && d < 13; d++) f->decode[d] = 0xffffffff;
	if (f->msix != 0) {
		uint32_t d = f->msix >> 2;
		f->layout[d] = 0xffffffff;
		f->layout[d + 1] = 0xffffffff;
		uint32_t entries = ((f->config[d].value >> 16) & 0x7ff) + 1;
		if (f->table.entries != entries) {
			free(f->table.cells);
			f->table.cells = calloc(4 * entries, sizeof(struct cell));
			for (uint32_t entry = 0; entry < 4 * entries; entry++)
				f->table.cells[entry].writable = entry % 4 == 3 ? 1 : 0xffffffff;
		}
		f->table.entries = entries;
		f->table.bar = f->config[d + 1].value & 7;
		f->table.offset = f->config[d + 1].value & ~7u;
	}
	dirty = true;
}

static struct function *appear(uint32_t bdf)
{
	struct function *f = functions[bdf];
	if (f == NULL) {
		if (count == 256) return NULL;
		f = functions[bdf] = all[count++] = calloc(1, sizeof *f);
		f->bdf = bdf;
		for (int d = 0; d < 64; d++) f->config[d].hardwired = d < 4 && d != 1 && d != 3 ? 0xffffffff : 0;
		f->config[1].changing = 0xf9000000;
	}
	f->present = true;
	walk(f);
	return f;
}

static void config_read(uint32_t bdf, uint32_t offset, uint32_t width, uint32_t answer)
{
	uint32_t mask = lanes(offset, width);
	uint32_t data = (answer << (8 * (offset & 3))) & mask;
	struct function *f = functions[bdf & 0xffff];
	tally.reads++;
	if (f == NULL || !f->present) {
		if (data == mask) {
			tally.absent++;
			return;
		}
		f = appear(bdf & 0xffff);
		if (f == NULL) return;
	} else if (data == mask && offset < 2) {
		f->present = false;
		dirty = true;
		return;
	}
	uint32_t d = offset >> 2;
	struct cell *cell = &f->config[d];
	uint32_t fresh = ((data ^ cell->value) | ~cell->known) & mask;
	check(cell, mask, data);
	if (d < 64 && (fresh & f->layout[d]) != 0) walk(f);
	if (d < 64 && (fresh & f->decode[d]) != 0) dirty = true;
}

static void config_write(uint32_t bdf, uint32_t offset, uint32_t width, uint32_t value)
{
	struct function *f = functions[bdf & 0xffff];
	uint32_t mask = lanes(offset, width);
	uint32_t data = (value << (8 * (offset & 3))) & mask;
	uint32_t d = offset >> 2;
	if (head.cam && (bdf & 0xffff) == 0 && (d == 0x18 || d == 0x19)) {
		if (d == 0x18) placed_low = data;
		else placed_high = data;
		ecam_base = (uint64_t)placed_high << 32 | (placed_low & 0xf0000000);
		ecam_end = placed_low & 1 ? ecam_base + 0x10000000 : ecam_base;
	}
	if (f == NULL || !f->present) return;
	uint32_t changed = apply(&f->config[d], mask, data);
	if (d < 64 && (changed & f->decode[d]) != 0) dirty = true;
}

/* Whether the bridges above let an address through. */
static bool forwarded(struct function *f, int space, uint64_t base, uint64_t last)
{
	uint32_t bus = f->bdf >> 8;
	for (int depth = 0; bus != 0 && depth < 16; depth++) {
		struct function *above = NULL;
		for (int i = 0; i < count && above == NULL; i++)
			if (all[i]->present && all[i]->bridge && byte_at(all[i], 0x19) == bus) above = all[i];
		if (above == NULL) return true;
		if ((above->config[1].value & (space == PORT ? 1 : 2)) == 0) return false;
		uint32_t io = above->config[7].value, mem = above->config[8].value, pre = above->config[9].value;
		bool inside = space == PORT
			? base >= (io & 0xf0) << 8 && last <= ((io & 0xf000) | 0xfff)
			: (base >= (uint64_t)(mem & 0xfff0) << 16 && last <= ((mem & 0xfff00000) | 0xfffff)) ||
			  (base >= ((uint64_t)above->config[10].value << 32 | (pre & 0xfff0) << 16) &&
			   last <= ((uint64_t)above->config[11].value << 32 | (pre & 0xfff00000) | 0xfffff));
		if (!inside) return false;
		bus = above->bdf >> 8;
	}
	return true;
}

static int by_base(const void *one, const void *other)
{
	const struct region *a = one, *b = other;
	return a->base < b->base ? -1 : a->base > b->base;
}

static void place(void)
{
	dirty = false;
	region_count[PORT] = region_count[MEMORY] = 0;
	last_hit[PORT] = last_hit[MEMORY] = NULL;
	for (int i = 0; i < count; i++) {
		struct function *f = all[i];
		if (!f->present) continue;
		for (int bar = 0; bar < (f->bridge ? 2 : 6); bar++) {
			struct cell *cell = &f->config[4 + bar];
			int space = cell->value & 1 ? PORT : MEMORY;
			bool wide = space == MEMORY && (cell->value & 6) == 4;
			uint32_t flags = space == PORT ? 3 : 15;
			uint64_t base = cell->value & ~flags;
			uint64_t writable = cell->writable & ~flags;
			if (wide) {
				base |= (uint64_t)f->config[5 + bar].value << 32;
				writable |= (uint64_t)f->config[5 + bar].writable << 32;
			}
			int own = bar;
			bar += wide;
			if (writable == 0 || base == 0 || region_count[space] == 1024) continue;
			if ((f->config[1].value & (space == PORT ? 1 : 2)) == 0) continue;
			uint64_t last = base + (writable & -writable) - 1;
			if (!forwarded(f, space, base, last)) continue;
			regions[space][region_count[space]++] = (struct region){ base, last, f, own };
		}
	}
	for (int space = PORT; space <= MEMORY; space++)
		qsort(regions[space], region_count[space], sizeof(struct region), by_base);
}

static struct region *claim(int space, uint64_t address)
{
	if (dirty) place();
	struct region *hit = last_hit[space];
	if (hit != NULL && address >= hit->base && address <= hit->last) return hit;
	int low = 0, high = region_count[space];
	while (low < high) {
		int middle = (low + high) / 2;
		if (regions[space][middle].base <= address) low = middle + 1;
		else high = middle;
	}
	if (low == 0) return NULL;
	hit = &regions[space][low - 1];
	return address <= hit->last ? (last_hit[space] = hit) : NULL;
}

static void access_region(int space, uint64_t address, bool write, uint32_t width, uint64_t value)
{
	struct region *hit = claim(space, address);
	if (hit == NULL) {
		tally.unclaimed++;
		return;
	}
	tally.claimed++;
	struct table *table = &hit->function->table;
	if (space != MEMORY || table->entries == 0 || table->bar != (uint32_t)hit->bar) return;
	uint64_t at = address - hit->base - table->offset;
	if (at >= 16 * table->entries) return;
	for (uint32_t done = 0; done < width; done += 4, at += 4, value >>= 32) {
		struct cell *cell = &table->cells[at >> 2];
		uint32_t mask = lanes(at, width - done > 4 ? 4 : width - done);
		if (write) apply(cell, mask, value);
		else check(cell, mask, value);
	}
}

static bool sends(struct function *f, uint64_t address, uint32_t data)
{
	if (!f->present || f->msix == 0 || (f->config[f->msix >> 2].value & 0x80000000) == 0) return false;
	for (uint32_t entry = 0; entry < f->table.entries; entry++) {
		struct cell *cells = &f->table.cells[4 * entry];
		if (cells[2].value == data && ((uint64_t)cells[1].value << 32 | cells[0].value) == address) return true;
	}
	return false;
}

static void message(uint64_t address, uint32_t data)
{
	for (int entry = 0; entry < 24; entry++) {
		uint32_t low = io_apic[0x10 + 2 * entry], high = io_apic[0x11 + 2 * entry];
		if ((low & 0xff) == (data & 0xff) && high >> 24 == ((address >> 12) & 0xff)) {
			tally.sent++;
			return;
		}
	}
	bool found = last_sender != NULL && sends(last_sender, address, data);
	for (int i = 0; i < count && !found; i++) {
		found = sends(all[i], address, data);
		if (found) last_sender = all[i];
	}
	if (found) tally.sent++;
	else tally.unsent++;
}

static void reset(void)
{
	ecam_end = ecam_base;
	memset(io_apic, 0, sizeof io_apic);
	for (int i = 0; i < count; i++)
		for (int d = 0; d < 1024; d++) {
			struct cell *cell = &all[i]->config[d];
			cell->known &= ~cell->writable;
			cell->value &= ~cell->writable;
			cell->pending = 0;
		}
	dirty = true;
}

static void memory(const struct step *step, uint32_t width)
{
	uint64_t address = (uint64_t)step->hi << 32 | step->lo;
	if (address >= ecam_base && address < ecam_end) {
		uint32_t at = address - ecam_base;
		if (step->kind == WRITE) config_write(at >> 12, at & 0xfff, width, step->value);
		else config_read(at >> 12, at & 0xfff, width, step->value);
		return;
	}
	uint64_t io = (uint64_t)head.io_hi << 32 | head.io_lo;
	if (address - io < head.io_length) {
		access_region(PORT, address - io, step->kind == WRITE, width, step->value);
	} else if (address >> 4 == 0xfec0000 || address >> 4 == 0xfec0001) {
		if (step->kind == WRITE && (address & 0x10) == 0) io_apic_index = step->value & 63;
		else if (step->kind == WRITE) io_apic[io_apic_index] = step->value;
	} else {
		uint64_t value = (uint64_t)step->value_hi << 32 | step->value;
		access_region(MEMORY, address, step->kind == WRITE, width, value);
	}
}

static void port(const struct step *step, uint32_t width)
{
	uint32_t at = step->lo;
	if (!head.cam || at < 0xcf8 || at > 0xcff) {
		access_region(PORT, at, step->kind == WRITE, width, step->value);
	} else if (at == 0xcf8 && width == 4) {
		if (step->kind == WRITE) index_port = step->value;
	} else if (at >= 0xcfc && (index_port & 0x80000000) != 0) {
		uint32_t offset = (index_port & 0xfc) | (at & 3);
		uint32_t bdf = (index_port >> 8) & 0xffff;
		if (step->kind == WRITE) config_write(bdf, offset, width, step->value);
		else config_read(bdf, offset, width, step->value);
	}
}

static void replay(const struct step *steps)
{
	for (uint32_t i = 0; i < head.steps; i++) {
		const struct step *step = &steps[i];
		uint32_t space = step->how >> 8, width = step->how & 0xff;
		if (step->kind == MESSAGE) message((uint64_t)step->hi << 32 | step->lo, step->value);
		else if (step->kind == RESET) reset();
		else if (step->kind == OTHER) continue;
		else if (space == MEMORY) memory(step, width);
		else if (space == PORT) port(step, width);
		else if (step->kind == WRITE) config_write(step->hi, step->lo, width, step->value);
		else config_read(step->hi, step->lo, width, step->value);
	}
}

/* A new machine that knows nothing. */
static void begin(void)
{
	for (int i = 0; i < count; i++) {
		functions[all[i]->bdf] = NULL;
		free(all[i]->table.cells);
		free(all[i]);
	}
	count = 0;
	index_port = placed_low = placed_high = 0;
	last_sender = NULL;
	memset(io_apic, 0, sizeof io_apic);
	memset(&tally, 0, sizeof tally);
	ecam_base = (uint64_t)head.ecam_hi << 32 | head.ecam_lo;
	ecam_end = ecam_base + (uint64_t)head.ecam_buses * 0x100000;
	dirty = true;
}

int main(int argc, char **argv)
{
	FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
	if (file == NULL || fread(&head, sizeof head, 1, file) != 1) {
		fprintf(stderr, "usage: replay STREAM REPEATS\n");
		return 2;
	}
	struct step *steps = malloc(head.steps * sizeof *steps);
	if (fread(steps, sizeof *steps, head.steps, file) != head.steps) {
		fprintf(stderr, "the stream is cut\n");
		return 2;
	}
	int repeats = atoi(argv[2]);
	struct timespec start, end;
	begin();
	replay(steps); /* warms up, as the model's first round does */
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int time = 0; time < repeats; time++) {
		begin();
		replay(steps);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("nanoseconds %lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
	printf("reads %llu absent %llu wrong %llu known bits %llu of %llu\n", (unsigned long long)tally.reads,
	       (unsigned long long)tally.absent, (unsigned long long)tally.wrong, (unsigned long long)tally.bits_known,
	       (unsigned long long)tally.bits);
	printf("claimed %llu unclaimed %llu messages %llu unmatched %llu\n", (unsigned long long)tally.claimed,
	       (unsigned long long)tally.unclaimed, (unsigned long long)tally.sent, (unsigned long long)tally.unsent);
	return 0;
}

/*
 * Lockstep as a C programmer would do it by hand: a target that answers (registers under masks, a table of regions that
 * follows them, memory behind it), and for each access what the model does (../model/replay.c). It gives no verdicts and
 * emulates nothing but registers and memory: it is a yardstick for speed. The share of answers that equal those of the
 * emulated target shows how much of the duties it has.
 *
 * usage: loop MACHINE STREAM REPEATS
 */
#define main replay_main
#include "../model/replay.c"
#undef main

/* As the bench writes it: registers at power-on, bits that writes change, and bits that a written 1 clears. */
struct device { uint32_t bdf, image[1024], writable[1024], clearable[1024]; };

struct target { uint32_t present, bridge, bdf, number, value[1024]; const struct device *device; };

struct range { uint64_t base, last; int target, bar; };

enum { PAGES = 1 << 16, PAGE = 256 };

struct page { uint64_t key; uint32_t used, word[PAGE / 4]; };

static struct device *devices;
static uint32_t device_count;
static struct target *targets;
static struct target *by_bdf[0x10000];
static struct range ranges[2][1024];
static int range_count[2];
static struct page *pages;
static uint32_t target_index;
static bool moved;
static uint64_t same, reads;

static struct page *page_of(uint64_t key, uint32_t number, int bar)
{
	uint32_t at = (uint32_t)((key * 0x9e3779b97f4a7c15ull) >> 48) & (PAGES - 1);
	while (pages[at].used && pages[at].key != key) at = (at + 1) & (PAGES - 1);
	struct page *page = &pages[at];
	if (!page->used) {
		page->used = 1;
		page->key = key;
		for (int word = 0; word < PAGE / 4; word++)
			page->word[word] = number == ~0u ? 0
				: (0x80u | number) << 24 | (0xb0u + bar) << 16 |
				  ((((uint32_t)key * (PAGE / 4) + word) & 0xffff) ^ 0x5aa5);
	}
	return page;
}

static void map_ranges(void)
{
	moved = false;
	range_count[PORT] = range_count[MEMORY] = 0;
	for (uint32_t n = 0; n < device_count; n++) {
		struct target *t = &targets[n];
		for (int bar = 0; bar < (t->bridge ? 2 : 6); bar++) {
			uint32_t low = t->value[4 + bar];
			int space = low & 1 ? PORT : MEMORY, own = bar;
			uint32_t flags = space == PORT ? 3 : 15;
			uint64_t base = low & ~flags, writable = t->device->writable[4 + bar] & ~flags;
			if (space == MEMORY && (low & 6) == 4) {
				base |= (uint64_t)t->value[5 + bar] << 32;
				writable |= (uint64_t)t->device->writable[5 + bar] << 32;
				bar++;
			}
			if (writable == 0 || (t->value[1] & (space == PORT ? 1 : 2)) == 0 || range_count[space] == 1024) continue;
			ranges[space][range_count[space]++] =
				(struct range){ base, base + (writable & -writable) - 1, (int)n, own };
		}
	}
}

static uint32_t memory_answer(int space, uint64_t address, bool write, uint32_t width, uint64_t value, uint64_t *answer)
{
	if (moved) map_ranges();
	uint32_t number = ~0u;
	uint64_t base = 0;
	int bar = 0;
	bool found = space == MEMORY && address < 0x8000000;
	for (int i = 0; i < range_count[space] && !found; i++) {
		struct range *range = &ranges[space][i];
		if (address < range->base || address > range->last) continue;
		found = true;
		number = (uint32_t)range->target;
		base = range->base;
		bar = range->bar;
	}
	if (!found) return 0;
	*answer = 0;
	for (uint32_t byte = 0; byte < width; byte++) {
		uint64_t offset = address - base + byte;
		uint64_t key = (uint64_t)(number + 1) << 40 | (uint64_t)(bar + 1) << 36 | offset / PAGE;
		uint8_t *cell = (uint8_t *)page_of(key, number, bar)->word + offset % PAGE;
		if (write) *cell = (uint8_t)(value >> (8 * byte));
		else *answer |= (uint64_t)*cell << (8 * byte);
	}
	return 1;
}

static uint64_t register_answer(uint32_t bdf, uint32_t offset, uint32_t width, bool write, uint32_t value)
{
	struct target *t = by_bdf[bdf & 0xffff];
	if (t == NULL) return ~0ull;
	uint32_t d = offset >> 2, shift = 8 * (offset & 3), mask = lanes(offset, width);
	if (!write) return (t->value[d] & mask) >> shift;
	uint32_t data = (value << shift) & mask, writable = t->device->writable[d] & mask;
	t->value[d] = ((t->value[d] & ~writable) | (data & writable)) & ~(t->device->clearable[d] & data);
	if (d == 1 || (d >= 4 && d < 10)) moved = true;
	return 0;
}

static uint64_t target_answer(const struct step *step, uint32_t space, uint32_t width)
{
	bool write = step->kind == WRITE;
	uint64_t value = (uint64_t)step->value_hi << 32 | step->value, answer = ~0ull;
	uint64_t address = (uint64_t)step->hi << 32 | step->lo;
	if (space == PORT && step->lo >= 0xcf8 && step->lo <= 0xcff) {
		if (step->lo == 0xcf8) {
			if (write) target_index = step->value;
			return target_index;
		}
		if ((target_index & 0x80000000) == 0) return answer;
		return register_answer(target_index >> 8, (target_index & 0xfc) | (step->lo & 3), width, write, step->value);
	}
	uint64_t ecam = (uint64_t)head.ecam_hi << 32 | head.ecam_lo;
	if (space == MEMORY && address - ecam < (uint64_t)head.ecam_buses * 0x100000) {
		uint32_t at = (uint32_t)(address - ecam);
		return register_answer(at >> 12, at & 0xfff, width, write, step->value);
	}
	memory_answer((int)space, address, write, width, value, &answer);
	return answer;
}

static void power_on(void)
{
	memset(pages, 0, PAGES * sizeof *pages);
	target_index = 0;
	moved = true;
	for (uint32_t n = 0; n < device_count; n++) {
		targets[n] = (struct target){ 1, (devices[n].image[3] >> 16 & 0x7f) == 1, devices[n].bdf, n, { 0 }, &devices[n] };
		memcpy(targets[n].value, devices[n].image, sizeof devices[n].image);
		by_bdf[devices[n].bdf & 0xffff] = &targets[n];
	}
	begin();
}

static void lockstep(const struct step *steps)
{
	for (uint32_t i = 0; i < head.steps; i++) {
		struct step step = steps[i];
		uint32_t space = step.how >> 8, width = step.how & 0xff;
		if (step.kind > WRITE) continue;
		uint64_t answer = target_answer(&step, space, width);
		if (step.kind == READ) {
			uint64_t mask = width == 8 ? ~0ull : (1ull << (8 * width)) - 1;
			reads++;
			same += ((answer ^ ((uint64_t)step.value_hi << 32 | step.value)) & mask) == 0;
			step.value = (uint32_t)(answer & mask);
			step.value_hi = (uint32_t)((answer & mask) >> 32);
		}
		if (space == MEMORY) memory(&step, width);
		else port(&step, width);
	}
}

static void *load(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL || fseek(file, 0, SEEK_END) != 0) exit(2);
	*length = (size_t)ftell(file);
	rewind(file);
	void *bytes = malloc(*length);
	if (fread(bytes, 1, *length, file) != *length) exit(2);
	fclose(file);
	return bytes;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: loop MACHINE STREAM REPEATS\n");
		return 2;
	}
	size_t length;
	devices = load(argv[1], &length);
	device_count = (uint32_t)(length / sizeof *devices);
	targets = calloc(device_count, sizeof *targets);
	pages = calloc(PAGES, sizeof *pages);
	char *stream = load(argv[2], &length);
	memcpy(&head, stream, sizeof head);
	const struct step *steps = (const struct step *)(stream + sizeof head);
	int repeats = atoi(argv[3]);
	struct timespec start, end;
	power_on();
	lockstep(steps);
	same = reads = 0;
	long long taken = 0;
	for (int time = 0; time < repeats; time++) {
		power_on();
		clock_gettime(CLOCK_MONOTONIC, &start);
		lockstep(steps);
		clock_gettime(CLOCK_MONOTONIC, &end);
		taken += (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec;
	}
	printf("nanoseconds %lld\n", taken);
	printf("same %llu of %llu\n", (unsigned long long)same, (unsigned long long)reads);
	return 0;
}

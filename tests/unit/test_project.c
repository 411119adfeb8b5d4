/* The files of a project. Would catch: a way out of its folder (`..`, an absolute path, a symbolic link at
 * the end or on the way), a device, FIFO or folder that is read, a file beyond the limit, a list that is
 * not in order or shows hidden names. */
#include "scratch.h"

#include <licet/project.h>

#include <fcntl.h>
#include <sys/types.h>

typedef struct world {
    scratch *scratch;
    lic_project *project;
    lic_buffer bytes;
    lic_error error;
} world;

static void put(const char *folder, const char *name, const char *text)
{
    char path[400];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    scratch_write(path, text, strlen(text));
}

static const char *join(const char *folder, const char *name)
{
    static char path[400];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int set_up(void **state)
{
    world *self = calloc(1, sizeof *self);
    void *at = NULL;
    if (self == NULL || scratch_set_up(&at) != 0) return -1;
    self->scratch = at;
    const char *folder = self->scratch->folder;
    (void)mkdir(join(folder, "root"), 0700);
    (void)mkdir(join(folder, "root/sub"), 0700);
    put(folder, "secret", "secret");
    put(folder, "root/b.lic", "bee");
    put(folder, "root/a.lic", "ay");
    put(folder, "root/.hidden", "");
    put(folder, "root/sub/c.tsv", "cee");
    put(folder, "root/large", "0123456789ABCDEF!");
    (void)symlink("../secret", join(folder, "root/link"));
    (void)symlink("a.lic", join(folder, "root/inner"));
    (void)symlink("..", join(folder, "root/up"));
    (void)symlink("/dev/zero", join(folder, "root/zero"));
    (void)mkfifo(join(folder, "root/fifo"), 0600);
    lic_buffer_init(&self->bytes, &lic_allocator_system, 1000);
    *state = self;
    return lic_project_open(join(folder, "root"), 16, &lic_allocator_system, &self->project,
                            &self->error) == LIC_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = {
        "root/b.lic", "root/a.lic", "root/.hidden", "root/sub/c.tsv", "root/large",
        "root/link",  "root/inner", "root/up",      "root/zero",      "root/fifo"};
    world *self = *state;
    for (size_t i = 0; i < LIC_COUNT(names); i++)
        (void)unlink(join(self->scratch->folder, names[i]));
    (void)rmdir(join(self->scratch->folder, "root/sub"));
    (void)rmdir(join(self->scratch->folder, "root"));
    lic_project_close(self->project);
    lic_buffer_free(&self->bytes);
    void *at = self->scratch;
    free(self);
    return scratch_tear_down(&at);
}

static void reads(world *self, const char *path, const char *wanted)
{
    lic_buffer_clear(&self->bytes);
    assert_ok(lic_project_read(self->project, lic_slice_text(path), &self->bytes, &self->error));
    assert_int_equal(self->bytes.size, strlen(wanted));
    assert_memory_equal(self->bytes.data, wanted, strlen(wanted));
}

static void refuses(world *self, const char *path, lic_status wanted, const char *words)
{
    lic_buffer_clear(&self->bytes);
    lic_status status = lic_project_read(self->project, lic_slice_text(path), &self->bytes,
                                         &self->error);
    if (status != wanted || strstr(self->error.text, words) == NULL)
        fail_msg("%s: %d %s", path, (int)status, self->error.text);
    assert_int_equal(self->bytes.size, 0);
}

static void files_are_read(void **state)
{
    reads(*state, "a.lic", "ay");
    reads(*state, "sub/c.tsv", "cee");
}

static void there_is_no_way_out(void **state)
{
    world *self = *state;
    refuses(self, "../secret", LIC_DENIED, "no plain relative path");
    refuses(self, "sub/../../secret", LIC_DENIED, "no plain relative path");
    refuses(self, "./a.lic", LIC_DENIED, "no plain relative path");
    refuses(self, "/etc/passwd", LIC_DENIED, "no plain relative path");
    refuses(self, "sub//c.tsv", LIC_DENIED, "no plain relative path");
    refuses(self, "", LIC_DENIED, "no plain relative path");
    refuses(self, "link", LIC_DENIED, "symbolic link");
    refuses(self, "inner", LIC_DENIED, "symbolic link");
    refuses(self, "up/secret", LIC_DENIED, "symbolic link");
    refuses(self, "up/root/a.lic", LIC_DENIED, "symbolic link");
    lic_slice cut = lic_slice_of("a.lic\0.txt", 10);
    assert_int_equal(lic_project_read(self->project, cut, &self->bytes, &self->error), LIC_DENIED);
}

static void regular_files_alone_are_read(void **state)
{
    world *self = *state;
    refuses(self, "zero", LIC_DENIED, "symbolic link");
    refuses(self, "fifo", LIC_DENIED, "no regular file");
    refuses(self, "sub", LIC_DENIED, "no regular file");
    refuses(self, "a.lic/x", LIC_DENIED, "a file on the way");
    refuses(self, "none", LIC_MISSING, "none");
}

/* The project may be a folder of devices: they are not opened. */
static void devices_are_not_read(void **state)
{
    world *self = *state;
    lic_project *devices = NULL;
    assert_ok(lic_project_open("/dev", 16, &lic_allocator_system, &devices, &self->error));
    assert_int_equal(lic_project_read(devices, lic_slice_text("zero"), &self->bytes, &self->error),
                     LIC_DENIED);
    assert_non_null(strstr(self->error.text, "no regular file"));
    lic_project_close(devices);
}

static void large_files_are_refused(void **state)
{
    world *self = *state;
    lic_status status = lic_project_read(self->project, lic_slice_text("large"), &self->bytes,
                                         &self->error);
    assert_int_equal(status, LIC_TOO_LARGE);
    assert_string_equal(self->error.code, "size");
}

static void folders_are_listed_in_order(void **state)
{
    static const char *const wanted[] = {"a.lic", "b.lic", "fifo", "inner", "large",
                                         "link",  "sub",   "up",   "zero"};
    world *self = *state;
    assert_ok(lic_project_list(self->project, lic_slice_text(""), &self->bytes, &self->error));
    lic_cursor cursor = lic_cursor_of(lic_slice_of(self->bytes.data, self->bytes.size));
    for (size_t i = 0; i < LIC_COUNT(wanted); i++)
        assert_true(lic_slice_equal(lic_get_slice(&cursor, 100), lic_slice_text(wanted[i])));
    assert_true(lic_cursor_done(&cursor));
    lic_buffer_clear(&self->bytes);
    assert_ok(lic_project_list(self->project, lic_slice_text("sub"), &self->bytes, &self->error));
    assert_int_equal(self->bytes.size, 4 + 5);
    assert_int_equal(
        lic_project_list(self->project, lic_slice_text("up"), &self->bytes, &self->error),
        LIC_DENIED);
    assert_int_equal(
        lic_project_list(self->project, lic_slice_text(".."), &self->bytes, &self->error),
        LIC_DENIED);
}

#define world_test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        world_test(files_are_read),
        world_test(there_is_no_way_out),
        world_test(regular_files_alone_are_read),
        world_test(devices_are_not_read),
        world_test(large_files_are_refused),
        world_test(folders_are_listed_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

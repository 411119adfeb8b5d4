/* Key files and passphrases. Would catch: a file that opens with another passphrase or after a change,
 * a secret left readable by others, a passphrase read past its line. */
#include "scratch.h"

#include <licet/keyfile.h>

#include <fcntl.h>

static lic_passphrase phrase(const char *text)
{
    lic_passphrase result = {.size = strlen(text)};
    memcpy(result.bytes, text, result.size);
    return result;
}

static lic_keypair make_pair(uint64_t seed)
{
    lic_seeded state;
    lic_keypair pair;
    lic_seeded_init(&state, seed);
    lic_random random = lic_seeded_random(&state);
    lic_keypair_create(&random, &pair);
    return pair;
}

static void sealed_opens_with_its_passphrase_alone(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_keypair pair = make_pair(1), opened;
    lic_keyfile file;
    lic_passphrase right = phrase("correct horse"), wrong = phrase("correct horsf");
    const char *path = scratch_path(at, "a.key");
    assert_ok(
        lic_keyfile_create(path, &pair, LIC_KEY_MAY_SIGN, &right, &lic_random_system, &error));
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_ok(lic_keyfile_inspect(path, &file, &error));
    assert_true(file.sealed);
    assert_int_equal(file.roles, LIC_KEY_MAY_SIGN);
    assert_true(lic_key_equal(&file.key, &pair.key));
    assert_ok(lic_keyfile_open(path, &right, &file, &opened, &error));
    assert_memory_equal(&opened, &pair, sizeof pair);
    assert_int_equal(lic_keyfile_open(path, &wrong, &file, &opened, &error), LIC_BAD_KEY);
    assert_string_equal(error.code, "passphrase");
    assert_true(error.help[0] != '\0');
    const lic_keypair wiped = {.secret = {0}};
    assert_memory_equal(&opened, &wiped, sizeof wiped);
    assert_int_equal(lic_keyfile_open(path, NULL, &file, &opened, &error), LIC_BAD_KEY);
    assert_int_equal(
        lic_keyfile_create(path, &pair, LIC_KEY_MAY_SIGN, &right, &lic_random_system, &error),
        LIC_REFUSED);
}

static void the_secret_is_not_in_a_sealed_file(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_keypair pair = make_pair(2);
    lic_passphrase passphrase = phrase("x");
    const char *path = scratch_path(at, "a.key");
    uint8_t bytes[512];
    assert_ok(
        lic_keyfile_create(path, &pair, LIC_KEY_MAY_ALL, &passphrase, &lic_random_system, &error));
    size_t size = scratch_read(path, bytes, sizeof bytes);
    assert_null(memmem(bytes, size, pair.secret, 8));
}

/* One byte of every part of the file. */
static void any_change_is_noticed(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_keypair pair = make_pair(3), opened;
    lic_keyfile file;
    lic_passphrase passphrase = phrase("pass");
    uint8_t bytes[512];
    const char *path = scratch_path(at, "a.key");
    assert_ok(
        lic_keyfile_create(path, &pair, LIC_KEY_MAY_SIGN, &passphrase, &lic_random_system, &error));
    size_t size = scratch_read(path, bytes, sizeof bytes);
    const size_t places[] = {0, 8, 10, 11, 12, 43, 44, 48, 51, 52, 68, 92, 108, 140, size - 1};
    for (size_t i = 0; i < LIC_COUNT(places); i++) {
        bytes[places[i]] ^= 2;
        scratch_write(path, bytes, size);
        assert_int_not_equal(lic_keyfile_open(path, &passphrase, &file, &opened, &error), LIC_OK);
        bytes[places[i]] ^= 2;
    }
    scratch_write(path, bytes, size - 1);
    assert_int_equal(lic_keyfile_open(path, &passphrase, &file, &opened, &error), LIC_BAD_KEY);
    bytes[size] = 0;
    scratch_write(path, bytes, size + 1);
    assert_int_equal(lic_keyfile_open(path, &passphrase, &file, &opened, &error), LIC_BAD_KEY);
    scratch_write(path, bytes, 0);
    assert_int_equal(lic_keyfile_open(path, &passphrase, &file, &opened, &error), LIC_BAD_KEY);
    scratch_write(path, bytes, size);
    assert_ok(lic_keyfile_open(path, &passphrase, &file, &opened, &error));
}

static void a_hostile_cost_is_refused_at_once(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_keypair pair = make_pair(4), opened;
    lic_keyfile file;
    lic_passphrase passphrase = phrase("pass");
    uint8_t bytes[512];
    const char *path = scratch_path(at, "a.key");
    assert_ok(
        lic_keyfile_create(path, &pair, LIC_KEY_MAY_SIGN, &passphrase, &lic_random_system, &error));
    size_t size = scratch_read(path, bytes, sizeof bytes);
    lic_store_u32(bytes + 48, UINT32_MAX); /* 4 TiB */
    scratch_write(path, bytes, size);
    assert_int_equal(lic_keyfile_open(path, &passphrase, &file, &opened, &error), LIC_BAD_KEY);
    assert_string_equal(error.code, "key_file");
}

static void other_versions_and_modes_are_refused(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_keypair pair = make_pair(5);
    lic_keyfile file;
    uint8_t bytes[512];
    const char *path = scratch_path(at, "a.key");
    assert_ok(lic_keyfile_create(path, &pair, LIC_KEY_MAY_SIGN, NULL, &lic_random_system, &error));
    size_t size = scratch_read(path, bytes, sizeof bytes);
    bytes[8] = 2;
    scratch_write(path, bytes, size);
    assert_int_equal(lic_keyfile_inspect(path, &file, &error), LIC_VERSION);
    bytes[8] = 1;
    scratch_write(path, bytes, size);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(lic_keyfile_inspect(path, &file, &error), LIC_BAD_KEY);
    assert_string_equal(error.code, "key_mode");
    assert_int_equal(lic_keyfile_inspect(scratch_path(at, "none.key"), &file, &error), LIC_MISSING);
}

static void a_plain_file_opens_without_and_fits_its_key(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_keypair pair = make_pair(6), opened;
    lic_keyfile file;
    uint8_t bytes[512];
    const char *path = scratch_path(at, "a.key");
    assert_ok(lic_keyfile_create(path, &pair, LIC_KEY_MAY_FILE, NULL, &lic_random_system, &error));
    assert_ok(lic_keyfile_open(path, NULL, &file, &opened, &error));
    assert_false(file.sealed);
    assert_memory_equal(&opened, &pair, sizeof pair);
    size_t size = scratch_read(path, bytes, sizeof bytes);
    bytes[size - 1] ^= 1;
    scratch_write(path, bytes, size);
    assert_int_equal(lic_keyfile_open(path, NULL, &file, &opened, &error), LIC_BAD_KEY);
}

static void a_descriptor_gives_one_line_and_keeps_the_rest(void **state)
{
    (void)state;
    int ends[2];
    lic_error error;
    lic_passphrase passphrase;
    char rest[8] = {0};
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "first\nsecond", 12), 12);
    lic_passphrase_source source = {.kind = LIC_PASSPHRASE_DESCRIPTOR, .descriptor = ends[0]};
    assert_ok(lic_passphrase_read(&source, "", false, &passphrase, &error));
    assert_int_equal(passphrase.size, 5);
    assert_memory_equal(passphrase.bytes, "first", 5);
    assert_int_equal(read(ends[0], rest, 6), 6);
    assert_string_equal(rest, "second");
    close(ends[0]);
    close(ends[1]);
}

static void unusable_passphrases_are_refused(void **state)
{
    scratch *at = *state;
    lic_error error;
    lic_passphrase passphrase;
    char longer[LIC_PASSPHRASE_MAX + 2];
    const char *path = scratch_path(at, "phrase");
    lic_passphrase_source source = {.kind = LIC_PASSPHRASE_FILE, .path = path};
    assert_int_equal(lic_passphrase_read(&source, "", false, &passphrase, &error), LIC_MISSING);
    scratch_write(path, "\nnot this", 9);
    assert_int_equal(lic_passphrase_read(&source, "", false, &passphrase, &error), LIC_BAD_KEY);
    memset(longer, 'x', sizeof longer);
    scratch_write(path, longer, LIC_PASSPHRASE_MAX + 1);
    assert_int_equal(lic_passphrase_read(&source, "", false, &passphrase, &error), LIC_BAD_KEY);
    scratch_write(path, longer, LIC_PASSPHRASE_MAX);
    assert_ok(lic_passphrase_read(&source, "", false, &passphrase, &error));
    assert_int_equal(passphrase.size, LIC_PASSPHRASE_MAX);
    source.kind = LIC_PASSPHRASE_NONE;
    assert_int_equal(lic_passphrase_read(&source, "", false, &passphrase, &error), LIC_BAD_KEY);
}

static int start(void **state)
{
    (void)state;
    lic_error error;
    return lic_crypto_start(&error) == LIC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        scratch_test(sealed_opens_with_its_passphrase_alone),
        scratch_test(the_secret_is_not_in_a_sealed_file),
        scratch_test(any_change_is_noticed),
        scratch_test(a_hostile_cost_is_refused_at_once),
        scratch_test(other_versions_and_modes_are_refused),
        scratch_test(a_plain_file_opens_without_and_fits_its_key),
        scratch_test(a_descriptor_gives_one_line_and_keeps_the_rest),
        scratch_test(unusable_passphrases_are_refused),
    };
    return cmocka_run_group_tests_name("keyfile", tests, start, NULL);
}

/* did:key text of Ed25519 keys (W3C CCG "did:key", multibase z = base58btc, multicodec 0xed01).
 * Parsing accepts exactly what printing gives, so that a key has one text. */
#include <licet/crypto.h>

#include <string.h>

#define PREFIX "did:key:z"
#define CODED_SIZE 34u /* multicodec, then the key */
#define DIGITS \
    47u /* base58 digits of 34 bytes that begin with 0xed: 58^46 < 0xed01 * 2^256 < 58^47 */

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

_Static_assert(sizeof PREFIX - 1 + DIGITS + 1 == LIC_DID_TEXT, "prefix, digits, NUL");

void lic_did_print(const lic_key *key, char text[LIC_DID_TEXT])
{
    uint8_t number[CODED_SIZE] = {0xed, 0x01};
    memcpy(number + 2, key->bytes, LIC_KEY_SIZE);
    memcpy(text, PREFIX, sizeof PREFIX - 1);
    char *digits = text + sizeof PREFIX - 1;
    for (size_t d = DIGITS; d-- > 0;) { /* long division by 58 */
        unsigned remainder = 0;
        for (size_t i = 0; i < CODED_SIZE; i++) {
            unsigned value = remainder << 8 | number[i];
            number[i] = (uint8_t)(value / 58);
            remainder = value % 58;
        }
        digits[d] = alphabet[remainder];
    }
    digits[DIGITS] = '\0';
}

/* Digits to the number; false on a foreign character or when it has more than 34 bytes. */
static bool decode(lic_slice digits, uint8_t number[CODED_SIZE])
{
    memset(number, 0, CODED_SIZE);
    for (size_t d = 0; d < digits.size; d++) {
        const char *at = digits.data[d] != 0 ? strchr(alphabet, digits.data[d]) : NULL;
        if (at == NULL) return false;
        unsigned carry = (unsigned)(at - alphabet);
        for (size_t i = CODED_SIZE; i-- > 0;) {
            unsigned value = number[i] * 58u + carry;
            number[i] = (uint8_t)value;
            carry = value >> 8;
        }
        if (carry != 0) return false;
    }
    return true;
}

static lic_status malformed(lic_error *error, const char *why)
{
    return lic_fail(error, LIC_MALFORMED, "did_key",
                    "give an Ed25519 key as did:key:z6Mk... (56 characters)", "not a did:key: %s",
                    why);
}

lic_status lic_did_parse(lic_slice text, lic_key *key, lic_error *error)
{
    size_t prefix = sizeof PREFIX - 1;
    if (text.size < prefix || memcmp(text.data, PREFIX, prefix) != 0)
        return malformed(error, "it does not begin with did:key:z (base58btc)");
    lic_slice digits = lic_slice_of(text.data + prefix, text.size - prefix);
    uint8_t number[CODED_SIZE];
    if (digits.size != DIGITS) return malformed(error, "its length is not that of an Ed25519 key");
    if (!decode(digits, number)) return malformed(error, "its digits are not base58 of 34 bytes");
    if (number[0] != 0xed || number[1] != 0x01)
        return malformed(error, "its multicodec is not that of an Ed25519 key");
    lic_key parsed;
    memcpy(parsed.bytes, number + 2, LIC_KEY_SIZE);
    if (!lic_key_valid(&parsed)) {
        return lic_fail(error, LIC_BAD_KEY, "did_point", "ask its owner for the key again",
                        "the did:key holds no valid point of the prime-order group");
    }
    *key = parsed;
    return LIC_OK;
}

/* value.c - values of an interface in the canonical codec. */
#include <licet/plugin.h>

void lic_value_put(lic_buffer *target, const lic_value *value)
{
    switch (value->type) {
    case LIC_VALUE_INT64: lic_put_i64(target, value->as.integer); break;
    case LIC_VALUE_INT32:
    case LIC_VALUE_STATUS: lic_put_u32(target, (uint32_t)value->as.integer); break;
    case LIC_VALUE_UINT64: lic_put_u64(target, value->as.natural); break;
    case LIC_VALUE_BOOL: lic_put_u8(target, value->as.truth); break;
    case LIC_VALUE_TEXT:
    case LIC_VALUE_BYTES: lic_put_slice(target, value->as.bytes); break;
    case LIC_VALUE_CALLBACK:
    case LIC_VALUE_NOTHING: break;
    }
}

bool lic_value_get(lic_cursor *from, lic_value_type type, lic_value *value)
{
    *value = (lic_value){.type = type};
    bool good = true;
    switch (type) {
    case LIC_VALUE_INT64: value->as.integer = lic_get_i64(from); break;
    case LIC_VALUE_INT32:
    case LIC_VALUE_STATUS: value->as.integer = (int32_t)lic_get_u32(from); break;
    case LIC_VALUE_UINT64: value->as.natural = lic_get_u64(from); break;
    case LIC_VALUE_BOOL: {
        uint8_t byte = lic_get_u8(from);
        value->as.truth = byte == 1;
        good = byte <= 1;
        break;
    }
    case LIC_VALUE_TEXT:
    case LIC_VALUE_BYTES: value->as.bytes = lic_get_slice(from, LIC_PLUGIN_MESSAGE_MAX); break;
    case LIC_VALUE_CALLBACK:
    case LIC_VALUE_NOTHING: break;
    }
    return good && !from->failed;
}

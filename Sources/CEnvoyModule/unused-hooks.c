// Envoy refuses a module that lacks any hook of its kind of filter. These are never called: the filter makes no callouts, schedules nothing
// on its configuration, and leaves back-pressure to Envoy.
#define UNUSED_HOOK(name) __attribute__((visibility("default"))) void envoy_dynamic_module_on_http_filter_##name(void) {}

UNUSED_HOOK(config_http_callout_done)
UNUSED_HOOK(config_http_stream_complete)
UNUSED_HOOK(config_http_stream_data)
UNUSED_HOOK(config_http_stream_headers)
UNUSED_HOOK(config_http_stream_reset)
UNUSED_HOOK(config_http_stream_trailers)
UNUSED_HOOK(config_scheduled)
UNUSED_HOOK(downstream_above_write_buffer_high_watermark)
UNUSED_HOOK(downstream_below_write_buffer_low_watermark)
UNUSED_HOOK(http_callout_done)
UNUSED_HOOK(http_stream_complete)
UNUSED_HOOK(http_stream_data)
UNUSED_HOOK(http_stream_headers)
UNUSED_HOOK(http_stream_reset)
UNUSED_HOOK(http_stream_trailers)

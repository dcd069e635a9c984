// The part of Envoy's dynamic-modules ABI that the filter uses, with names of our own for its types. Envoy 1.40 (ABI v0.2.0) has these
// symbols; they are resolved when Envoy loads the module. Envoy promises that a module built for X.Y works on X.Y and X.(Y+1).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  const char *pointer;
  size_t length;
} envoy_buffer;

typedef struct {
  const char *key;
  size_t key_length;
  const char *value;
  size_t value_length;
} envoy_header;

// Which headers, and which body.
enum { envoy_request_headers = 0, envoy_response_headers = 2 };
enum { envoy_received_request_body = 0, envoy_buffered_request_body = 1, envoy_received_response_body = 2 };
// What a hook lets Envoy do next.
enum { envoy_continue = 0, envoy_stop_iteration = 1, envoy_stop_and_buffer = 1 };

void envoy_dynamic_module_callback_log(uint32_t level, envoy_buffer message);
bool envoy_dynamic_module_callback_log_enabled(uint32_t level);
uint32_t envoy_dynamic_module_callback_get_concurrency(void);
bool envoy_dynamic_module_callback_is_validation_mode(void);

size_t envoy_dynamic_module_callback_http_get_headers_size(void *filter, uint32_t kind);
bool envoy_dynamic_module_callback_http_get_headers(void *filter, uint32_t kind, envoy_header *result);
// A null value removes the header.
bool envoy_dynamic_module_callback_http_set_header(void *filter, uint32_t kind, envoy_buffer key, envoy_buffer value);
void envoy_dynamic_module_callback_http_send_response(
    void *filter, uint32_t status, envoy_header *headers, size_t headers_size, envoy_buffer body, envoy_buffer details);

size_t envoy_dynamic_module_callback_http_get_body_size(void *filter, uint32_t kind);
size_t envoy_dynamic_module_callback_http_get_body_chunks_size(void *filter, uint32_t kind);
bool envoy_dynamic_module_callback_http_get_body_chunks(void *filter, uint32_t kind, envoy_buffer *result);
bool envoy_dynamic_module_callback_http_append_body(void *filter, uint32_t kind, envoy_buffer data);
bool envoy_dynamic_module_callback_http_drain_body(void *filter, uint32_t kind, size_t bytes);

bool envoy_dynamic_module_callback_http_set_upstream_override_host(void *filter, envoy_buffer host, bool strict);
void envoy_dynamic_module_callback_http_filter_continue_decoding(void *filter);

// From any thread: `commit` calls the filter back on its own thread, unless it is gone.
void *envoy_dynamic_module_callback_http_filter_scheduler_new(void *filter);
void envoy_dynamic_module_callback_http_filter_scheduler_commit(void *scheduler, uint64_t event);
void envoy_dynamic_module_callback_http_filter_scheduler_delete(void *scheduler);

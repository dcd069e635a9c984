// Non-variadic wrappers around the variadic functions of libcurl, which Swift does not import: one for each C type of an
// option's value. A wrapper called with an option of another type would be undefined behaviour, so they are called from one
// Swift file only.
#pragma once
#include <curl/curl.h>

typedef size_t (*podium_curl_data_callback)(char *data, size_t size, size_t count, void *context);

CURLcode podium_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode podium_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode podium_curl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode podium_curl_set_callback(CURL *handle, CURLoption option, podium_curl_data_callback value);
// These two copy the bytes.
CURLcode podium_curl_set_body(CURL *handle, const void *bytes, size_t count);
CURLcode podium_curl_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count);
// TCP_USER_TIMEOUT: how long sent data may stay unacknowledged before the connection counts as dead.
CURLcode podium_curl_set_user_timeout(CURL *handle, long milliseconds);
CURLcode podium_curl_get_long(CURL *handle, CURLINFO info, long *value);
CURLMcode podium_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);
// The next finished transfer and its result; NULL when there is none.
CURL *podium_curl_next_done(CURLM *multi, CURLcode *result);

#ifndef NEARER_HTTP_ACCEPT_ENCODING_H_
#define NEARER_HTTP_ACCEPT_ENCODING_H_

#include <string_view>

namespace nearer::http {

// Whether a request with this Accept-Encoding header (RFC 9110, 12.5.3) takes
// gzip: named, or meant by "*", and not with a weight of zero. No to an absent
// (empty) header and to what cannot be read: plain bytes suit everybody.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace nearer::http

#endif  // NEARER_HTTP_ACCEPT_ENCODING_H_

#ifndef NEARER_HTTP_FRAMING_H_
#define NEARER_HTTP_FRAMING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace nearer::http {

// Finds where one HTTP/1.1 request ends among the bytes of a connection, so
// that a request is answered only when all of it is there, and nothing of it
// is ever taken for the next one. Pure; linear in all bytes scanned.
//
// Strict where leniency has let requests be smuggled (RFC 9112 §6): a bare
// line feed, a folded header, white space before a colon, two lengths, a length
// beside a transfer coding, or any coding but "chunked" is malformed.
class Framing {
 public:
  struct Limits {
    std::size_t head = 16 * 1024;
    std::size_t body = 64 * 1024;  // without the marks of chunks
    // Messaging platforms send many messages at once: so long may a body be
    // when the request's target begins like this.
    std::string_view roomy_target = "/webhooks/";
    std::size_t roomy_body = 1024 * 1024;
  };
  enum class Status : std::uint8_t {
    kMore,  // not all there yet
    kWhole,
    kHeadTooLarge,
    kBodyTooLarge,
    kMalformed,
  };

  explicit Framing(Limits limits) : limits_(limits) {}

  // `bytes` is the request so far, from its first byte; what an earlier call
  // saw is not looked at again. After anything but kMore, call no more.
  Status Scan(std::string_view bytes);

  bool fresh() const { return at_ == 0; }  // nothing scanned yet
  // Valid once the head is there; the rest once Scan said kWhole.
  bool expects_continue() const { return expects_continue_; }
  std::size_t head_size() const { return head_size_; }  // with its blank line
  std::size_t size() const { return at_; }  // of the request as it was sent
  std::string_view body() const { return body_; }

 private:
  enum class Part : std::uint8_t {
    kHead,
    kLength,  // a body as long as it said
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailer,
  };

  Status ScanHead(std::string_view bytes);
  Status ScanChunks(std::string_view bytes);
  bool ReadHead(std::string_view head);
  void ReadRequestLine(std::string_view line);

  Limits limits_;
  Part part_ = Part::kHead;
  std::size_t at_ = 0;  // scanned up to here
  std::size_t head_size_ = 0;
  std::size_t left_ = 0;  // of the body or the chunk
  bool expects_continue_ = false;
  bool old_ = false;  // HTTP/1.0
  std::string body_;
};

}  // namespace nearer::http

#endif  // NEARER_HTTP_FRAMING_H_

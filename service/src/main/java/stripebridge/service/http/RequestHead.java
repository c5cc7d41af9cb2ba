package stripebridge.service.http;

import org.jspecify.annotations.Nullable;

/// A request's first line and headers, as [HeadReader] found them.
///
/// @param method in upper case
/// @param length how the body's length is given
/// @param expectsContinue whether the client waits for `100 Continue` before it sends the body
/// @param bytes the complete head as an HTTP/1.1 client would send it
@SuppressWarnings("ArrayRecordComponent") // Nobody compares heads.
record RequestHead(String method, Length length, boolean expectsContinue, byte[] bytes) {
  /// How the length of a body is given.
  sealed interface Length {
    /// By Content-Length.
    ///
    /// @param bytes 0 when there is no body
    record Bytes(long bytes) implements Length {}

    /// By chunks, which mark their own end.
    record Chunked() implements Length {}
  }

  /// Why a request is refused.
  ///
  /// @param answer to the client; the last one of the connection
  /// @param code for the log
  /// @param seen what arrived, if it is not a request at all
  record Refusal(JsonResponse answer, String code, @Nullable NotHttp seen) {
    static Refusal of(int status, String code, String sentence) {
      return new Refusal(JsonResponse.error(status, code, sentence).last(), code, null);
    }

    static Refusal badRequest(String sentence) {
      return of(400, "bad_request", sentence);
    }

    static Refusal notHttp(NotHttp seen) {
      boolean isVersion = seen == NotHttp.HTTP_2 || seen == NotHttp.OTHER_VERSION;
      JsonResponse answer =
          JsonResponse.error(
              isVersion ? 505 : 400, isVersion ? "http_version" : "not_http", seen.sentence());
      return new Refusal(answer.last(), "not_http", seen);
    }
  }
}

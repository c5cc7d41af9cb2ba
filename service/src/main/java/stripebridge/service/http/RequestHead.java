package stripebridge.service.http;

import org.jspecify.annotations.Nullable;

/// A request's first line and headers, as [HeadReader] found them.
///
/// @param method in upper case
/// @param length how long the body is
/// @param expectsContinue whether the client waits for `100 Continue` before it sends the body
/// @param bytes the head as an HTTP/1.1 client would have sent it, with its end
@SuppressWarnings("ArrayRecordComponent") // Nobody compares heads.
record RequestHead(String method, Length length, boolean expectsContinue, byte[] bytes) {
  /// How long a body is.
  sealed interface Length {
    /// It is said ahead.
    ///
    /// @param bytes 0 where there is no body
    record Bytes(long bytes) implements Length {}

    /// It comes in chunks and says its end itself.
    record Chunked() implements Length {}
  }

  /// Why a request is not taken.
  ///
  /// @param answer to the client; the connection ends with it
  /// @param code for the log
  /// @param seen what came, where it is no request at all
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

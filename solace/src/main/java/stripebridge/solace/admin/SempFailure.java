package stripebridge.solace.admin;

import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.semp.ApiException;
import stripebridge.semp.JSON;
import stripebridge.semp.action.model.SempError;
import stripebridge.semp.action.model.SempMetaOnlyResponse;

/// A request that SEMP did not fulfil, before it is told in core's words.
final class SempFailure extends Exception {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  private final Kind kind;
  private final String seen;

  /// What it means to who asked.
  enum Kind {
    /// There is no such object, or one it refers to is missing.
    MISSING,
    /// There is one of that name.
    EXISTS,
    /// Something needs the object.
    IN_USE,
    /// The user is known and may not.
    NOT_PERMITTED,
    /// The user is not known.
    NOT_KNOWN,
    /// The broker does not take it.
    INVALID,
    /// There was no answer, or none of SEMP's.
    UNAVAILABLE
  }

  private SempFailure(Kind kind, String seen, @Nullable Throwable cause) {
    super(seen, cause);
    this.kind = kind;
    this.seen = seen;
  }

  /// Reads what the generated client threw.
  static SempFailure of(ApiException e) {
    if (e.getCause() instanceof IOException io) {
      return new SempFailure(Kind.UNAVAILABLE, told(io), e);
    }
    int status = e.getCode();
    SempError error = error(e.getResponseBody());
    if (error != null) {
      return new SempFailure(
          kind(status, error),
          "SEMP said %d %s: %s"
              .formatted(error.getCode(), error.getStatus(), error.getDescription()),
          e);
    }
    String seen = "it answered HTTP " + status + " without a word of SEMP";
    return switch (status) {
      case UNAUTHORIZED -> new SempFailure(Kind.NOT_KNOWN, "SEMP said 401 Unauthorized", e);
      case FORBIDDEN -> new SempFailure(Kind.NOT_PERMITTED, "SEMP said 403 Forbidden", e);
      default -> new SempFailure(Kind.UNAVAILABLE, seen, e);
    };
  }

  /// An answer of 200 that is not SEMP's.
  static SempFailure notSemp(JsonParseException e) {
    return new SempFailure(
        Kind.UNAVAILABLE, "what it answered is not SEMP's JSON; is that the SEMP port?", e);
  }

  private static @Nullable SempError error(@Nullable String body) {
    try {
      SempMetaOnlyResponse answer = JSON.getGson().fromJson(body, SempMetaOnlyResponse.class);
      return answer == null || answer.getMeta() == null ? null : answer.getMeta().getError();
    } catch (RuntimeException _) {
      // The generated reader checks what it reads, and throws of any kind.
      return null;
    }
  }

  /// By status where the number is not documented; numbers are the stable part of the rest
  /// (docs.solace.com, SEMP error handling).
  private static Kind kind(int http, SempError error) {
    if (http == UNAUTHORIZED) {
      return Kind.NOT_KNOWN;
    }
    return switch (error.getCode()) {
      case 6 -> Kind.MISSING;
      case 10 -> Kind.EXISTS;
      case 72 -> Kind.NOT_PERMITTED;
      case 89, 490 -> Kind.IN_USE;
      default ->
          switch (error.getStatus()) {
            case "NOT_FOUND", "INVALID_PATH" -> Kind.MISSING;
            case "ALREADY_EXISTS" -> Kind.EXISTS;
            case "UNAUTHORIZED", "FORBIDDEN" -> Kind.NOT_PERMITTED;
            case "NOT_ALLOWED", "CONFIGDB_OBJECT_DEPENDENCY" -> Kind.IN_USE;
            default ->
                http == NOT_FOUND
                    ? Kind.MISSING
                    : http == FORBIDDEN
                        ? Kind.NOT_PERMITTED
                        : http >= CLIENT_ERROR && http < SERVER_ERROR
                            ? Kind.INVALID
                            : Kind.UNAVAILABLE;
          };
    };
  }

  private static String told(IOException e) {
    return switch (e) {
      case SocketTimeoutException _ -> "it did not answer in time";
      case ConnectException _ -> "nothing answers there: " + e.getMessage();
      case UnknownHostException _ -> "there is no host of that name: " + e.getMessage();
      case SSLException _ -> "no TLS connection: " + e.getMessage();
      case InterruptedIOException _ -> "interrupted";
      default -> e.getClass().getSimpleName() + ": " + e.getMessage();
    };
  }

  Kind kind() {
    return kind;
  }

  /// What was seen, as the end of a sentence.
  String seen() {
    return seen;
  }

  /// In core's words.
  ///
  /// @param what could not be done to what
  BrokerException toBrokerException(String what) {
    String message = what + ": " + seen;
    return switch (kind) {
      case MISSING, EXISTS, IN_USE -> new BrokerException.Conflict(message, this);
      case NOT_PERMITTED, NOT_KNOWN -> new BrokerException.Refused(message, this);
      case INVALID -> new BrokerException.Invalid(message, this);
      case UNAVAILABLE -> new BrokerException.Unavailable(message, this);
    };
  }
}

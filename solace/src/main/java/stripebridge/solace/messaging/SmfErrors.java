package stripebridge.solace.messaging;

import com.solacesystems.jcsmp.AccessDeniedException;
import com.solacesystems.jcsmp.InvalidPropertiesException;
import com.solacesystems.jcsmp.JCSMPErrorResponseException;
import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import com.solacesystems.jcsmp.OperationNotSupportedException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Refusal;

/// What the broker's errors mean to the bridge. Subcodes and their causes are from
/// `JCSMPErrorResponseSubcodeEx` (sol-jcsmp 10.29.1).
final class SmfErrors {
  private static final int SERVICE_UNAVAILABLE = 503;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  /// Errors that a change on the broker ends, whatever the response code says.
  private static final Set<Integer> TRANSIENT =
      Set.of(
          JCSMPErrorResponseSubcodeEx.OUT_OF_RESOURCES,
          JCSMPErrorResponseSubcodeEx.SPOOL_OVER_QUOTA,
          JCSMPErrorResponseSubcodeEx.QUEUE_SHUTDOWN,
          JCSMPErrorResponseSubcodeEx.TE_SHUTDOWN,
          JCSMPErrorResponseSubcodeEx.MAX_MESSAGE_USAGE_EXCEEDED,
          JCSMPErrorResponseSubcodeEx.NOT_READY,
          JCSMPErrorResponseSubcodeEx.SERVICE_UNAVAILABLE,
          JCSMPErrorResponseSubcodeEx.REPLICATION_IS_STANDBY,
          JCSMPErrorResponseSubcodeEx.LOW_PRIORITY_MSG_CONGESTION,
          JCSMPErrorResponseSubcodeEx.NO_SUBSCRIPTION_MATCH,
          JCSMPErrorResponseSubcodeEx.SYNC_REPLICATION_INELIGIBLE,
          // A permission concerns the topic and all its messages.
          JCSMPErrorResponseSubcodeEx.PUBLISH_ACL_DENIED,
          JCSMPErrorResponseSubcodeEx.PUBLISH_NO_VALID_CLOSED_USER_GROUP);

  /// Errors of the message itself, whatever the response code says.
  private static final Set<Integer> PERMANENT =
      Set.of(
          JCSMPErrorResponseSubcodeEx.XML_PARSE_ERROR,
          JCSMPErrorResponseSubcodeEx.MESSAGE_TOO_LARGE,
          JCSMPErrorResponseSubcodeEx.INVALID_TOPIC_SYNTAX,
          JCSMPErrorResponseSubcodeEx.QUEUE_NOT_FOUND);

  /// The prefix of the network library's messages: `finishConnect(..) failed with error(-111): `.
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\w+\\([^)]*\\) failed with error\\(-?\\d+\\): ");

  private SmfErrors() {}

  /// Why one message was refused. An unknown subcode is judged by its response code: 503 means that
  /// a retry can help.
  static Refusal refusal(JCSMPErrorResponseException error) {
    int subcode = error.getSubcodeEx();
    boolean isTransient =
        TRANSIENT.contains(subcode)
            || (!PERMANENT.contains(subcode) && error.getResponseCode() == SERVICE_UNAVAILABLE);
    return new Refusal(
        isTransient ? Refusal.Kind.TRANSIENT : Refusal.Kind.PERMANENT,
        nameOf(subcode),
        error.getResponseCode() + " " + error.getResponsePhrase());
  }

  /// The documented name. The client throws on an unknown subcode, which a newer broker may send;
  /// on the client's own thread, that would leave the message unanswered.
  static String nameOf(int subcode) {
    try {
      return JCSMPErrorResponseSubcodeEx.getSubcodeAsString(subcode);
    } catch (RuntimeException _) {
      return "SUBCODE_" + subcode;
    }
  }

  /// Why there is no connection.
  ///
  /// @param what could not be done to what, such as `cannot connect 'tcp://localhost:55555'`
  static BrokerException connecting(String what, Exception failure) {
    JCSMPErrorResponseException said = cause(JCSMPErrorResponseException.class, failure);
    if (said != null) {
      return refusing(what, said, failure);
    }
    String reason = reason(failure);
    if (cause(CertificateException.class, failure) != null) {
      return new BrokerException.Invalid(
          what + ": the certificate is not trusted: " + reason, failure);
    }
    String message = what + ": " + reason;
    return failure instanceof InvalidPropertiesException && !isUnresolved(failure)
        ? new BrokerException.Invalid(message, failure)
        : new BrokerException.Unavailable(message, failure);
  }

  private static BrokerException refusing(
      String what, JCSMPErrorResponseException said, Exception failure) {
    String message =
        "%s: the broker said %d %s"
            .formatted(what, said.getResponseCode(), said.getResponsePhrase());
    // It is 403, but passes once the broker notices that the previous client of that name is gone.
    boolean isNameInUse =
        said.getSubcodeEx() == JCSMPErrorResponseSubcodeEx.CLIENT_NAME_ALREADY_IN_USE;
    boolean isForbidden =
        said.getResponseCode() == UNAUTHORIZED || said.getResponseCode() == FORBIDDEN;
    return isForbidden && !isNameInUse
        ? new BrokerException.Refused(message, failure)
        : new BrokerException.Unavailable(message, failure);
  }

  /// Why a queue cannot be used.
  ///
  /// @param what could not be done to what, such as `cannot browse 'stripe.errors.dmq'`
  static BrokerException queue(String what, Exception failure) {
    if (failure instanceof AccessDeniedException) {
      return new BrokerException.Refused(what + ": the user lacks the permission", failure);
    }
    JCSMPErrorResponseException said = cause(JCSMPErrorResponseException.class, failure);
    if (said == null) {
      return failure instanceof OperationNotSupportedException
          ? new BrokerException.Refused(what + ": " + reason(failure), failure)
          : new BrokerException.Unavailable(what + ": " + reason(failure), failure);
    }
    String message = what + ": ";
    return switch (said.getSubcodeEx()) {
      case JCSMPErrorResponseSubcodeEx.UNKNOWN_QUEUE_NAME,
          JCSMPErrorResponseSubcodeEx.QUEUE_NOT_FOUND ->
          new BrokerException.Conflict(message + "there is no such queue", failure);
      case JCSMPErrorResponseSubcodeEx.QUEUE_SHUTDOWN ->
          new BrokerException.Conflict(
              message + "the queue is shut for consumers (egressEnabled is false)", failure);
      case JCSMPErrorResponseSubcodeEx.BROWSING_NOT_SUPPORTED_ON_PARTITIONED_QUEUE ->
          new BrokerException.Conflict(
              message + "the queue is partitioned, and partitioned queues cannot be browsed",
              failure);
      case JCSMPErrorResponseSubcodeEx.MAX_CLIENTS_FOR_QUEUE ->
          new BrokerException.Conflict(
              message + "the maximum number of consumers is bound to it", failure);
      case JCSMPErrorResponseSubcodeEx.PERMISSION_NOT_ALLOWED ->
          new BrokerException.Refused(message + "the user lacks the permission", failure);
      default -> refusing(what, said, failure);
    };
  }

  /// Whether the client could resolve none of the addresses, which it reports as a bad property. A
  /// name server that is down comes back.
  private static boolean isUnresolved(Exception failure) {
    return String.valueOf(failure.getMessage()).contains("not resolvable");
  }

  /// The first failure of a kind in the chain of causes; the client wraps failures.
  private static <T extends Throwable> @Nullable T cause(Class<T> kind, Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (kind.isInstance(each)) {
        return kind.cast(each);
      }
    }
    return null;
  }

  /// The root cause; the client wraps it several times.
  static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage();
    return text == null || text.isBlank()
        ? root.getClass().getSimpleName()
        : SYSTEM_CALL.matcher(text.strip()).replaceFirst("");
  }
}

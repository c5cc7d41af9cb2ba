package stripebridge.solace.admin;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stripebridge.core.broker.BrokerException;
import stripebridge.solace.admin.SempResponse.Refusal;

/// Turns SEMP's refusals into core's exceptions.
///
/// The HTTP status decides where it is about credentials; otherwise the code does, since the status
/// is 400 for every reason, even for a missing object. All other codes are about the request.
final class SempErrors {
  private static final int UNAUTHORIZED = 72;
  private static final int OBJECT_DEPENDENCY = 490;

  private static final int ATTRIBUTES_SHOWN_MAX = 5;

  private SempErrors() {}

  /// Why the operation failed.
  static BrokerException of(SempOperation operation, Refusal refusal) {
    String message = message(operation, refusal);
    if (refusal.httpStatus() == 401 || refusal.httpStatus() == 403) {
      return new BrokerException.Refused(message, null);
    }
    return switch (refusal.code()) {
      case UNAUTHORIZED -> new BrokerException.Refused(message, null);
      case Refusal.NOT_FOUND, Refusal.ALREADY_EXISTS, Refusal.NOT_ALLOWED, OBJECT_DEPENDENCY ->
          new BrokerException.Conflict(message, null);
      default ->
          refusal.isNotFound()
              ? new BrokerException.Conflict(message, null)
              : new BrokerException.Invalid(message, null);
    };
  }

  private static String message(SempOperation operation, Refusal refusal) {
    String description = operation.masked(refusal.description());
    String code = refusal.code() == 0 ? "" : " (" + refusal.code() + ")";
    return "cannot %s%s: SEMP said %s%s%s"
        .formatted(
            operation.text(),
            attributes(operation, description),
            refusal.name(),
            code,
            description.isEmpty() ? "" : ": " + description);
  }

  /// The attributes that the broker names; when it names none, those that were written, unless they
  /// are too many to help.
  private static String attributes(SempOperation operation, String description) {
    Collection<String> named =
        operation.attributes().stream()
            .filter(name ->
                Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(description).find())
            .toList();
    boolean areFew = operation.attributes().size() <= ATTRIBUTES_SHOWN_MAX;
    Collection<String> shown = named.isEmpty() && areFew ? operation.attributes() : named;
    return shown.isEmpty()
        ? ""
        : shown.stream().sorted().collect(Collectors.joining(", ", " (", ")"));
  }
}

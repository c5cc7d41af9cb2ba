package stripebridge.solace.admin;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stripebridge.core.broker.BrokerException;
import stripebridge.solace.admin.SempAnswer.Refusal;

/// Turns what SEMP says into core's words.
///
/// The HTTP status decides where it is about who asks; else the code does, since the status is 400
/// for every reason, a missing object included. Codes without a row are about the request.
final class SempErrors {
  private static final int UNAUTHORIZED = 72;
  private static final int NOT_FOUND = 6;
  private static final int ALREADY_EXISTS = 10;
  private static final int NOT_ALLOWED = 89;
  private static final int OBJECT_DEPENDENCY = 490;

  private static final int ATTRIBUTES_SHOWN_MAX = 5;

  private SempErrors() {}

  /// Why the deed was not done.
  static BrokerException of(SempOperation deed, Refusal refusal) {
    String message = message(deed, refusal);
    if (refusal.httpStatus() == 401 || refusal.httpStatus() == 403) {
      return new BrokerException.Refused(message, null);
    }
    return switch (refusal.code()) {
      case UNAUTHORIZED -> new BrokerException.Refused(message, null);
      case NOT_FOUND, ALREADY_EXISTS, NOT_ALLOWED, OBJECT_DEPENDENCY ->
          new BrokerException.Conflict(message, null);
      default ->
          refusal.isNotFound()
              ? new BrokerException.Conflict(message, null)
              : new BrokerException.Invalid(message, null);
    };
  }

  private static String message(SempOperation deed, Refusal refusal) {
    String description = deed.masked(refusal.description());
    String code = refusal.code() == 0 ? "" : " (" + refusal.code() + ")";
    return "cannot %s%s: SEMP said %s%s%s"
        .formatted(
            deed.text(),
            attributes(deed, description),
            refusal.name(),
            code,
            description.isEmpty() ? "" : ": " + description);
  }

  /// The attribute that the broker names; when it names none, those that were written, unless they
  /// are so many that this says nothing.
  private static String attributes(SempOperation deed, String description) {
    Collection<String> named =
        deed.attributes().stream()
            .filter(name ->
                Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(description).find())
            .toList();
    boolean areFew = deed.attributes().size() <= ATTRIBUTES_SHOWN_MAX;
    Collection<String> shown = named.isEmpty() && areFew ? deed.attributes() : named;
    return shown.isEmpty()
        ? ""
        : shown.stream().sorted().collect(Collectors.joining(", ", " (", ")"));
  }
}

package stripebridge.stripe.event;

import com.stripe.model.EventDataClassLookup;
import com.stripe.model.StripeObject;
import java.util.Map;

/// Maps an object's name to the class of Stripe's own library.
final class StripeClasses {
  /// Classes whose package is not part of the object's name in Stripe's documents.
  private static final Map<String, String> NAMES =
      Map.of("fee_refund", "ApplicationFeeRefund", "scheduled_query_run", "ScheduledQueryRun");

  private StripeClasses() {}

  static Class<? extends StripeObject> of(String object) {
    Class<? extends StripeObject> type = EventDataClassLookup.classLookup.get(object);
    if (type == null) {
      throw new AssertionError("Stripe's library knows no object '" + object + "'");
    }
    return type;
  }

  /// The class name, with its package unless that is the main one.
  static String nameOf(String object) {
    Class<?> type = of(object);
    String own = type.getPackageName().replaceFirst("^com\\.stripe\\.model\\.?", "");
    return NAMES.getOrDefault(object, own + type.getSimpleName());
  }
}

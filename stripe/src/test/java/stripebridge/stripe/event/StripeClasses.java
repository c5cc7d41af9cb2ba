package stripebridge.stripe.event;

import com.stripe.model.EventDataClassLookup;
import com.stripe.model.StripeObject;
import java.util.Map;

/// What Stripe's own library makes of an object's name.
final class StripeClasses {
  /// Where the class's package is no part of the name that Stripe's documents give it.
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

  /// The name of the class, with its package's name before it where that is not the main one.
  static String nameOf(String object) {
    Class<?> type = of(object);
    String own = type.getPackageName().replaceFirst("^com\\.stripe\\.model\\.?", "");
    return NAMES.getOrDefault(object, own + type.getSimpleName());
  }
}

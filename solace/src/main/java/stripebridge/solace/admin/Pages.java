package stripebridge.solace.admin;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.solace.admin.SempResponse.Refusal;

/// Reads a collection page by page until a page has no cursor: a page can be short or empty and
/// still not be the last.
final class Pages {
  /// SEMP's maximum for the collections that we read; its default is 10.
  static final int SIZE = 100;

  private Pages() {}

  /// Builds the request for one page.
  @FunctionalInterface
  interface PageRequest {
    /// The request for the page at a cursor.
    ///
    /// @param cursor null for the first page
    Request of(@Nullable String cursor);
  }

  /// The bodies of all pages, in order.
  ///
  /// @throws BrokerException.Unavailable when the broker returns the same cursor twice
  static List<JsonObject> read(
      SempConnection connection, SempOperation operation, PageRequest request)
      throws BrokerException, InterruptedException {
    return read(connection, operation, request, _ -> false);
  }

  /// The same, where some refusals mean an empty collection.
  ///
  /// @param absent which refusals mean an empty collection
  static List<JsonObject> read(
      SempConnection connection,
      SempOperation operation,
      PageRequest request,
      Predicate<Refusal> absent)
      throws BrokerException, InterruptedException {
    List<JsonObject> pages = new ArrayList<>();
    Set<String> cursors = new HashSet<>();
    String cursor = null;
    do {
      switch (connection.ask(operation, request.of(cursor))) {
        case Refusal refusal when absent.test(refusal) -> {
          return pages;
        }
        case Refusal refusal -> throw SempErrors.of(operation, refusal);
        case SempResponse.Done(JsonObject page) -> {
          pages.add(page);
          JsonObject paging = SempJson.object(SempJson.object(page, "meta"), "paging");
          cursor = SempJson.text(paging, "cursorQuery").orElse(null);
        }
      }
      if (cursor != null && !cursors.add(cursor)) {
        throw new BrokerException.Unavailable(
            "cannot " + operation.text() + ": SEMP returned the same page again", null);
      }
    } while (cursor != null);
    return pages;
  }

  /// The objects on the pages.
  static List<JsonObject> objects(List<JsonObject> pages) {
    return pages.stream().flatMap(page -> SempJson.objects(page, "data").stream()).toList();
  }
}

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
import stripebridge.solace.admin.SempAnswer.Refusal;

/// Reads a collection page by page. Only the lack of a cursor ends it: a page can be short, or
/// empty, and still not be the last.
final class Pages {
  /// The most that SEMP gives of the collections that we read; it gives 10 unasked.
  static final int SIZE = 100;

  private Pages() {}

  /// Asks for one page.
  @FunctionalInterface
  interface PageRequest {
    /// The request.
    ///
    /// @param cursor null for the first page
    Request of(@Nullable String cursor);
  }

  /// The answers of all pages, in order.
  ///
  /// @throws BrokerException.Unavailable when the broker goes in circles
  static List<JsonObject> read(SempConnection connection, SempOperation deed, PageRequest request)
      throws BrokerException, InterruptedException {
    return read(connection, deed, request, _ -> false);
  }

  /// The same, where a refusal can mean that there is nothing to read.
  ///
  /// @param absent which refusals mean that there is nothing to read
  static List<JsonObject> read(
      SempConnection connection, SempOperation deed, PageRequest request, Predicate<Refusal> absent)
      throws BrokerException, InterruptedException {
    List<JsonObject> pages = new ArrayList<>();
    Set<String> cursors = new HashSet<>();
    String cursor = null;
    do {
      switch (connection.ask(deed, request.of(cursor))) {
        case Refusal refusal when absent.test(refusal) -> {
          return pages;
        }
        case Refusal refusal -> throw SempErrors.of(deed, refusal);
        case SempAnswer.Done(JsonObject page) -> {
          pages.add(page);
          JsonObject paging = SempJson.object(SempJson.object(page, "meta"), "paging");
          cursor = SempJson.text(paging, "cursorQuery").orElse(null);
        }
      }
      if (cursor != null && !cursors.add(cursor)) {
        throw new BrokerException.Unavailable(
            "cannot " + deed.text() + ": SEMP gives the same page again", null);
      }
    } while (cursor != null);
    return pages;
  }

  /// The objects of those pages.
  static List<JsonObject> objects(List<JsonObject> pages) {
    return pages.stream().flatMap(page -> SempJson.objects(page, "data").stream()).toList();
  }
}

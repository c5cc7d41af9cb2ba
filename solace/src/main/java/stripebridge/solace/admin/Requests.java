package stripebridge.solace.admin;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.semp.ApiException;

/// Sends requests of the generated client, a few at a time. Thread-safe.
final class Requests {
  /// What a broker takes well beside its own work.
  private static final int AT_ONCE = 4;

  /// SEMP's bound for queues and their messages, and a good page of anything else.
  static final int PAGE = 100;

  private final Semaphore places = new Semaphore(AT_ONCE);

  /// A call of the generated client.
  @FunctionalInterface
  interface Request {
    Object send() throws ApiException;
  }

  /// The same for one page.
  @FunctionalInterface
  interface PageRequest {
    /// Asks for one page.
    ///
    /// @param cursor where it begins; null for the first
    Object send(@Nullable String cursor) throws ApiException;
  }

  /// The answer as JSON.
  JsonObject ask(Request request) throws SempFailure, InterruptedException {
    places.acquire();
    try {
      return SempValues.json(request.send());
    } catch (ApiException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw SempFailure.of(e);
    } catch (JsonParseException e) {
      throw SempFailure.notSemp(e);
    } finally {
      places.release();
    }
  }

  /// One object with what its collections are said to hold.
  record Item(JsonObject data, JsonObject collections) {}

  /// Every object of every page. A page may be short, or empty, and still have a next one.
  List<Item> all(PageRequest request) throws SempFailure, InterruptedException {
    List<Item> items = new ArrayList<>();
    String cursor = null;
    do {
      String from = cursor;
      JsonObject page = ask(() -> request.send(from));
      List<JsonElement> data = page.has("data") ? page.getAsJsonArray("data").asList() : List.of();
      List<JsonElement> collections =
          page.has("collections") ? page.getAsJsonArray("collections").asList() : List.of();
      for (int i = 0; i < data.size(); i++) {
        items.add(
            new Item(
                data.get(i).getAsJsonObject(),
                i < collections.size() ? collections.get(i).getAsJsonObject() : new JsonObject()));
      }
      JsonObject paging = page.getAsJsonObject("meta").getAsJsonObject("paging");
      cursor = paging == null ? null : paging.get("cursorQuery").getAsString();
    } while (cursor != null);
    return items;
  }

  /// Runs tasks side by side and returns their results in order; the first failure ends all.
  <T> List<T> sideBySide(List<Callable<T>> tasks) throws BrokerException, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = tasks.stream().map(threads::submit).toList();
      List<T> results = new ArrayList<>();
      try {
        for (Future<T> future : futures) {
          results.add(future.get());
        }
        return results;
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case BrokerException failure -> throw failure;
          case InterruptedException interrupted -> throw interrupted;
          case RuntimeException bug -> throw bug;
          case null, default -> throw new IllegalStateException(e.getCause());
        }
      } finally {
        futures.forEach(future -> future.cancel(true));
      }
    }
  }
}

package stripebridge.sandbox.internal.semp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Builds pages of collections. A page may be short or empty and still have a next one, as the
/// broker documents: with selective conditions, one request examines a limited number of objects.
final class Pages {

  private static final int EXAMINED_MAX = 100;
  private static final Comparator<List<String>> BY_NAME = Pages::compare;

  private Pages() {}

  /// An ordered collection.
  interface Source {

    /// The rows after an id, or from the first; fewer than asked for only at the end.
    List<Row> after(Optional<List<String>> id, int countMax);
  }

  /// A source backed by a list in any order.
  static <T> Source of(List<T> objects, Function<T, List<String>> id, Function<T, Row> row) {
    List<T> sorted = objects.stream().sorted(Comparator.comparing(id, BY_NAME)).toList();
    return (after, countMax) ->
        sorted.stream()
            .filter(object -> after.isEmpty() || compare(id.apply(object), after.get()) > 0)
            .limit(countMax)
            .map(row)
            .toList();
  }

  /// Answers with a page of a collection.
  ///
  /// @param known the names of the attributes that the objects can have
  static SempResponse page(Request request, Source source, Set<String> known) {
    Select select = request.query().select().checkedAgainst(known);
    Where where = request.query().where().checkedAgainst(known);
    int count = request.query().count();
    int examinedMax = request.query().forceFullPage() ? Integer.MAX_VALUE : EXAMINED_MAX;
    Optional<List<String>> after =
        request.query().cursor().map(text -> names(Cursor.parse(text, request.path())));

    ArrayList<Row> rows = new ArrayList<>();
    int examined = 0;
    @Nullable List<String> next = null;
    int batchSize = (where.equals(Where.ALL) ? count : EXAMINED_MAX) + 1;
    List<Row> batch = source.after(after, batchSize);
    while (next == null && !batch.isEmpty()) {
      for (Row row : batch) {
        if (rows.size() == count || examined == examinedMax) {
          next = after.orElseThrow();
          break;
        }
        examined++;
        after = Optional.of(row.id());
        if (where.matches(row.searchable())) {
          rows.add(row);
        }
      }
      batch = next == null ? source.after(after, batchSize) : List.of();
    }
    return answer(request, rows, select, next);
  }

  private static SempResponse answer(
      Request request, List<Row> rows, Select select, @Nullable List<String> next) {
    LinkedHashMap<String, Object> content = new LinkedHashMap<>();
    content.put("data", rows.stream().map(row -> select.of(row.data())).toList());
    content.put("links", rows.stream().map(Row::links).toList());
    if (request.api() == Api.MONITOR) {
      content.put("collections", rows.stream().map(Row::collections).toList());
    }
    if (next == null) {
      return SempResponse.of(request, content);
    }
    String cursor = new Cursor(request.path(), PercentEncoding.encode(next)).encoded();
    String uri = request.origin() + request.path() + "?" + request.query().withCursor(cursor);
    return SempResponse.of(
        request, content, Map.of("paging", Map.of("cursorQuery", cursor, "nextPageUri", uri)));
  }

  static SempResponse single(Request request, Row row, Set<String> known) {
    Select select = request.query().select().checkedAgainst(known);
    LinkedHashMap<String, Object> content = new LinkedHashMap<>();
    content.put("data", select.of(row.data()));
    content.put("links", row.links());
    if (request.api() == Api.MONITOR) {
      content.put("collections", row.collections());
    }
    return SempResponse.of(request, content);
  }

  private static List<String> names(Cursor cursor) {
    return Arrays.stream(cursor.after().split(",", -1)).map(PercentEncoding::decode).toList();
  }

  private static int compare(List<String> left, List<String> right) {
    for (int at = 0; at < Math.min(left.size(), right.size()); at++) {
      int order = left.get(at).compareTo(right.get(at));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }
}
